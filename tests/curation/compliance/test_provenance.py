"""What a picture cannot show is not looked for; whatever else made it is looked at."""

import pytest

from curation.compliance import DETECTORS, Subject
from curation.compliance.provenance import never_taught
from tests.factories import make_checkpoint, make_picture, make_render, make_style

pytestmark = pytest.mark.django_db


def why(render):
    return never_taught(render, "people")


def test_the_house_model_alone_shows_nobody():
    assert "taught without people" in why(make_render())


@pytest.mark.parametrize("name", ["nudity", "faces", "logos", "wordmarks"])
def test_detectors_say_what_it_was_not_taught(name):
    subject = Subject(make_picture(), make_render())
    assert "taught without" in DETECTORS[name].skips(subject)


def test_an_adapter_may_have_been_taught_more():
    assert why(make_render(adapters=[{"slug": "x", "version": "1"}])) == ""


def test_other_models_are_always_looked_at():
    other = make_checkpoint(slug="sdxl", family="sdxl", source="hub")
    assert why(make_render(style=make_style(version_fields={"checkpoint": other}))) == ""


def test_a_setting_asks_in_any_case(settings):
    settings.EVERY_DETECTOR = True
    assert why(make_render()) == ""


def test_a_reference_picture_may_show_more():
    render = make_render()
    render.job.spec = {"references": ["a.png"]}
    assert why(render) == ""
