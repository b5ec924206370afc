"""Where a visitor may be sent on to."""

import pytest
from django.test import Client, RequestFactory

from genart.lib.going_on import own_address
from tests.factories import make_artwork

FOREIGN = [
    "", "XX", "catalog", "//evil.example/", "https://evil.example/", "javascript:alert(1)",
    "\\\\evil.example", "http:evil.example", "../x", "\x00/", "http:///evil.example",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ["/", "/browse/?q=a", "http://testserver/cart/"])
def test_our_own_pages_may_be_named(wanted: str) -> None:
    assert own_address(RequestFactory().get("/"), wanted) == wanted


@pytest.mark.parametrize("wanted", FOREIGN)
def test_nothing_else_may(wanted: str) -> None:
    assert own_address(RequestFactory().get("/"), wanted) == ""


@pytest.mark.django_db
def test_a_word_instead_of_an_address_leads_to_where_one_was_going_anyway() -> None:
    work = make_artwork()
    kept = Client().post("/lightboxes/add/", {"artwork": work.pk, "next": "XX"})
    dark = Client().post("/theme/", headers={"referer": "XX"})

    assert (kept.status_code, dark.status_code) == (302, 302)
    assert (kept["Location"][0], dark["Location"]) == ("/", "/")
