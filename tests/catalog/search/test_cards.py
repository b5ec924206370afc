from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

from catalog import cards
from catalog.cards import Drawn, card
from catalog.color_words import FACETS
from catalog.facet_links import facet_links
from catalog.facet_queries import FacetQueries
from catalog.listing import Listing
from catalog.shelf import Shelf
from catalog.templatetags.cards import facet_choices
from tests.factories import make_artwork, make_licence

pytestmark = pytest.mark.django_db


@pytest.fixture
def context():
    """What the page of a guest knows."""
    request = RequestFactory().get("/browse/", {"q": '<b>"x"&'})
    return {"prices": {"commodity": 900}, "kept": set(), "request": request, "csrf_token": "T" * 64}


def plainly(work, context, **how):
    """Draw a card as an included template does."""
    return render_to_string("ui/artwork_card.html", {**context, "work": work, **how})


@pytest.mark.parametrize("how", [{}, {"eager": True}, {"first": True}])
def test_a_kept_card_is_what_the_template_draws(context, how):
    work = make_artwork(title="<i>Calm</i> & “bold”")
    for _ in range(2):  # drawn, then kept
        assert card(work, context, **how) == plainly(work, context, **how)
    other = context | {"request": RequestFactory().get("/browse/"), "csrf_token": "U" * 64}
    assert card(work, other, **how) == plainly(work, other, **how)
    held = context | {"kept": {work.pk}}
    assert card(work, held, **how) == plainly(work, held, **how)
    posted = context | {"request": RequestFactory().post("/browse/")}
    assert card(work, posted, **how) == plainly(work, posted, **how)
    bare = context | {"kept": None}
    assert card(work, bare, **how) == plainly(work, bare, **how)


@pytest.mark.parametrize("change", [{"title": "Other"}, {"alt_text": "Seen"}, {"price_cents": 4900},
                                    {"slug": "other"}, {"placeholder": "data:x"},
                                    {"style_name": "Waves"}, {"derivatives": {"webp": {"9": "a"}}},
                                    {"spoken_in": "de"}])  # fmt: skip
def test_a_changed_work_gets_a_new_card(context, change):
    work = make_artwork()
    before = card(work, context)
    for name, value in change.items():
        setattr(work, name, value)
    assert card(work, context) == plainly(work, context) != before


def test_prices_and_languages_have_cards_of_their_own(context):
    work = make_artwork(price_cents=0)
    before = card(work, context)
    dearer = context | {"prices": {"commodity": 1900}}
    assert card(work, dearer) == plainly(work, dearer) != before
    with override("de"):
        assert card(work, context) == plainly(work, context)
    assert card(work, context) == before


def test_no_visitor_gets_the_secret_of_another():
    make_artwork()
    first, second = Client(), Client()
    pages = [one.get("/browse/?from=1") for one in (first, second)]
    secrets = {
        page.content.decode().split('csrfmiddlewaretoken" value="')[1][:64] for page in pages
    }
    assert len(secrets) == 2
    for page in pages:
        assert cards.SECRET not in page.content.decode()
        assert cards.PAGE not in page.content.decode()


def test_the_card_that_was_asked_for_the_longest_ago_goes():
    drawn = Drawn(most=2)
    drawn.keep("a", "A")
    drawn.keep("b", "B")
    assert drawn.get("a") == "A"
    drawn.keep("c", "C")
    assert [drawn.get(key) for key in "abc"] == ["A", None, "C"]


@pytest.mark.parametrize("listing", [
    Listing(), Listing(color=("red", "teal"), sort="price"), Listing(q="a b&c", style="x,y"),
    Listing(style="é ü", palette="a+b", tier="premium", q="ö", sort="newest"),
])  # fmt: skip
def test_addresses_of_choices_are_those_of_the_listing(listing):
    for facet, values in (("color", FACETS), ("style", ["x", "z&", "é ü"]), ("tier", ["premium"])):
        queries = FacetQueries(listing, facet)
        for value in values:
            assert queries.toggled(value) == listing.toggled(facet, value)


def test_choices_lead_where_they_say(context):
    make_licence("personal")
    work = make_artwork(color_names=["red", "teal"])
    listing = replace(Listing(), color=("red", "pink"))
    facets = facet_links(listing, Shelf(listing).facets())
    (colors,) = [facet for facet in facets if facet["name"] == "color"]
    html = facet_choices(colors, "/browse/")
    assert 'id="f-color-red" href="/browse/?color=pink" aria-current="true"' in html
    assert 'href="/browse/?color=pink,red,teal"><svg class="swatch"' in html
    assert html.count("<li>") == 3
    assert '<span class="facet__count">1</span>' in html
    assert work.style_name
    odd = {"name": "style", "choices": [{"value": '"<', "query": "style=%22", "label": "<b>",
                                         "count": 1, "chosen": False, "hex": ""}]}  # fmt: skip
    assert "<b>" not in facet_choices(odd, "/browse/")
