"""The pages of brands in a browser: nothing to find for axe, and they work by hand."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe

from curation import services
from curation.models import Brand, Criterion, Example
from curation.taste.uploads import stored_picture
from genart.ml.text import encode_text
from genart.ml.weights import clip_folder
from tests.conftest import make_user
from tests.curation.conftest import arches
from tests.curation.taste.school import decide_by_warmth, make_candidates, warm_values
from tests.factories import COLORS, png_bytes

LOOKS = [
    (390, "light"),
    pytest.param(390, "dark", marks=pytest.mark.slow),
    pytest.param(1440, "light", marks=pytest.mark.slow),
    pytest.param(1440, "dark", marks=pytest.mark.slow),
]


def example(criterion, words, must_pass, colors=COLORS, shift=0):
    """Add an example that a worker has looked at."""
    picture = io.BytesIO(png_bytes(arches(shift=shift, colors=colors)))
    Example.objects.create(
        criterion=criterion,
        must_pass=must_pass,
        image=stored_picture(picture, folder="criteria"),
        encoder=clip_folder().encoder,
        vector=encode_text(words),
    )


@pytest.fixture
def lead(db):
    return make_user("lead", "leads")


@pytest.fixture
def criterion(db, lead):
    brand = Brand.objects.create(
        slug="house", name="House", criteria="One clear idea.\nSpace to breathe."
    )
    fields = {
        "name": "Arches",
        "words": ["boho arches", "nested arches"],
        "opposite": ["layered mountains"],
        "is_hard": True,
    }
    made = services.write_criterion(brand=brand, user=lead, fields=fields)
    example(made, "boho arches", True)
    example(made, "layered mountains", True, shift=8)
    example(made, "layered mountains", False, colors=COLORS[::-1])
    values = warm_values(160)
    decide_by_warmth(make_candidates(brand, values), values, lead)
    services.refit_head(brand=brand)
    services.refit_head(brand=brand)
    live = {"name": "Calm", "words": ["wide empty sky"], "weight": 2}
    services.go_live(
        criterion=services.write_criterion(brand=brand, user=lead, fields=live), user=lead
    )
    return made


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing(page, sign_in, lead, criterion, width, scheme):
    sign_in(lead)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    paths = ["/review/brands/", "/review/brands/house/", "/review/brands/house/criteria/new/"]
    paths.append(f"/review/brands/house/criteria/{criterion.pk}/")
    for path in paths:
        page.goto(path)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_lead_writes_adds_and_goes_live(page, sign_in, lead, criterion):
    sign_in(lead)
    page.goto("/review/brands/house/criteria/new/")
    page.get_by_label("Name").fill("Airy")
    page.get_by_label("What it looks like").fill("wide empty sky\nsparse")
    page.get_by_role("button", name="Write draft").click()
    page.get_by_role("button", name="Go live").click()
    page.get_by_text("It is measured in every picture of House.").wait_for()
    assert Criterion.objects.get(name="Airy").state == "live"


def test_wrong_examples_are_named(page, sign_in, lead, criterion):
    sign_in(lead)
    page.goto(f"/review/brands/house/criteria/{criterion.pk}/")
    page.get_by_role("button", name="Go live").click()
    page.get_by_text("and so these come out wrong: must-pass example 2").wait_for()
