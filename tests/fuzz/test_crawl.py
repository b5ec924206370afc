"""Finding what a page offers."""

from random import Random

from tests.fuzz import values
from tests.fuzz.crawl import Form, Page, local, shape

HTML = """
<a href="/art/blue-7/">x</a><a href="https://elsewhere.example/">y</a><a href="?page=2">z</a>
<form method="post" action="/cart/add/"><input type="hidden" name="artwork" value="7">
<select name="licence"><option value="a">A</option><option value="b" selected>B</option></select>
<input type="file" name="picture"><button name="do" value="pay">Pay</button></form>
<form><input name="q"></form><button hx-post="/keep/">Keep</button>
"""


def test_links_and_forms_are_found_with_their_fields() -> None:
    page = Page("/browse/?color=teal")
    page.feed(HTML)

    assert [local("/browse/", link) for link in page.links] == [
        "/art/blue-7/",
        "",
        "/browse/?page=2",
    ]
    bought, asked, kept = page.forms
    assert bought == Form(
        "/cart/add/",
        "post",
        (("artwork", "7"), ("licence", ""), ("licence", "b"), ("do", "pay")),
        ("picture",),
    )
    assert (asked.method, asked.fields) == ("get", (("q", ""),))
    assert (kept.action, kept.method) == ("/keep/", "post")


def test_pages_of_one_kind_have_one_shape() -> None:
    one = shape("/orders/00000000-0000-0000-0000-000000000007/?page=2&q=a")
    other = shape("/orders/10000000-0000-0000-0000-00000000000f/?q=b&page=9")

    assert one == other != shape("/orders/")


def test_one_seed_makes_the_same_inputs() -> None:
    def drawn(seed: int) -> list[object]:
        chance = Random(seed)
        return [
            values.word(chance),
            values.near(chance, "terracotta"),
            values.mangled(chance, b"x" * 99),
            values.upload(chance),
            values.header(chance),
        ]

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)
