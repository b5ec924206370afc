"""A small factory with works of four styles in three palettes; those in sage sell."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog import defaults as catalog_defaults
from catalog.autopilot import services
from catalog.models import DemandDay
from generation import defaults as generation_defaults
from generation.models import Palette, Render, Style
from tests.catalog.test_sales import sell
from tests.factories import make_listings

STYLES = ("boho-arches", "sun-and-hills", "mountains", "waves")
PALETTES = ("ink", "sage", "terracotta")


@pytest.fixture
def factory(db: None, admin_user: Any) -> Any:
    """Four house styles, three palettes, and an administrator."""
    generation_defaults.load()
    catalog_defaults.load()
    Style.objects.exclude(slug__in=STYLES).update(is_active=False)
    Palette.objects.exclude(slug__in=PALETTES).delete()
    return admin_user


@pytest.fixture
def listed(factory: Any) -> list[Any]:
    """Two works of each style and palette, twenty days old; those in sage are looked at most."""
    arms = [(style, palette) for style in STYLES for palette in PALETTES]
    now = timezone.now()
    works = make_listings(
        2 * len(arms),
        style_slug=lambda place: arms[place // 2][0],
        palette_name=lambda place: arms[place // 2][1],
        published_at=now - timedelta(days=20),
    )
    versions = {style.slug: style.current_version for style in Style.objects.filter(is_active=True)}
    for work in works:
        Render.objects.filter(pk=work.render_id).update(
            style_version=versions[work.style_slug],
            palette_name=work.palette_name,
            subject=work.style_slug.replace("-", " "),
            state="rendered",
            file="none.png",
            sha256="0" * 64,
            started_at=now - timedelta(days=20, seconds=20),
            finished_at=now - timedelta(days=20),
        )
    Style.objects.exclude(slug__in=STYLES).update(is_active=False)
    DemandDay.objects.bulk_create(
        DemandDay(day=(now - timedelta(days=ago)).date(), artwork=work, page="browse", **counts)
        for work in works
        for ago in range(1, 20)
        for counts in signals_of(work.palette_name)
    )
    return works


@pytest.fixture
def shop(listed: list[Any]) -> list[Any]:
    """The works, of which each in sage was sold three times."""
    now = timezone.now()
    for number, work in enumerate(listed):
        if work.palette_name == "sage":
            for day in (1, 3, 5):
                sell(work, at=now - timedelta(days=day), email=f"{number}-{day}@example.com")
    return listed


def signals_of(palette: str) -> list[dict[str, Any]]:
    """Return what a work of a palette meets in a day: all are shown alike, sage is liked."""
    is_liked = palette == "sage"
    return [
        {"kind": "impression", "count": 40, "visitors": 40, "examined": 25.0},
        {"kind": "view", "count": 8 if is_liked else 3, "visitors": 3},
        {"kind": "cart", "count": 1 if is_liked else 0, "visitors": int(is_liked)},
    ]


def set_mode(mode: str, **changes: Any) -> Any:
    """Put rules in force that differ from those of a new factory."""
    return services.revise_rules(mode=mode, why="for the test", **changes)
