"""The versions of a listing's texts in the admin, as a person uses them."""

import pytest
from django.urls import reverse

from catalog.models import TextRevision
from catalog.services import edit_artwork
from tests.factories import make_artwork, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_goes_back_to_what_was_written_first(page, base_url, sign_in):
    boss = make_user("boss", is_staff=True, is_superuser=True)
    artwork = make_artwork()
    first = artwork.title
    edit_artwork(
        artwork=artwork, title="Zebra Crossing", description="Now it is another.",
        alt_text="Arches.", tags=artwork.tags, by=boss,
    )  # fmt: skip
    sign_in(boss)
    page.goto(base_url + reverse("admin:catalog_texts", args=[artwork.pk]))
    english = page.get_by_role("region", name="Versions in English")
    assert english.get_by_role("columnheader").count() == 3
    english.get_by_role("button", name="Say again what the version of").click()
    page.get_by_text(f"“{first}” is on the page again.").wait_for()
    live = TextRevision.objects.get(artwork=artwork, language="en", state="live")
    assert (live.title, live.writer) == (first, "person:boss")
