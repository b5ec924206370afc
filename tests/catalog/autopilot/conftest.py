"""A shop with works of three styles, and buyers with a taste for sage."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog import defaults as catalog_defaults
from catalog.autopilot import services
from catalog.autopilot.rules import rules_in_force
from generation import defaults as generation_defaults
from generation.models import Style
from tests.catalog.test_sales import sell
from tests.factories import make_listings, make_render

STYLES = ("boho-arches", "sun-and-hills", "mountains", "waves", "stripes")
PALETTES = ("sage", "terracotta", "ocean", "ink")


@pytest.fixture
def factory(db: None, admin_user: Any) -> Any:
    """A new factory with the house styles; rules with small numbers, made by the admin."""
    generation_defaults.load()
    catalog_defaults.load()
    return admin_user


@pytest.fixture
def shop(factory: Any) -> list[Any]:
    """Works of five styles in four palettes, a month old; those in sage sell."""
    works = []
    now = timezone.now()
    for style in STYLES:
        version = Style.objects.get(slug=style).current_version
        for palette in PALETTES:
            render = make_render(
                state="queued", style_version=version, palette_name=palette,
                subject=style.replace("-", " "), layout="centered",
            )  # fmt: skip
            listed = make_listings(
                2, style_slug=style, style_name=style, palette_name=palette,
                published_at=now - timedelta(days=20),
            )  # fmt: skip
            for work in listed:
                type(render).objects.filter(pk=work.render_id).update(
                    style_version=version, palette_name=palette, layout="centered",
                    subject=style.replace("-", " "),
                )  # fmt: skip
            works += listed
    for number, work in enumerate(works):
        if work.palette_name == "sage":
            for day in (1, 3, 5):
                sell(work, at=now - timedelta(days=day), email=f"{number}-{day}@example.com")
    return works


def set_mode(mode: str, **changes: Any) -> Any:
    """Put rules in force that differ from those of a new factory in a mode and more."""
    return services.revise_rules(mode=mode, why="for the test", **changes)


def limits(**changes: Any) -> Any:
    return services.revise_rules(**changes)


def mode() -> str:
    return rules_in_force().mode
