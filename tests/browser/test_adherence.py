"""A job's page tells how near its pictures are to their order, and which do not belong."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from generation.models import Job, StyleEmbedding
from generation.services.consistency import measure_consistency
from tests.factories import COLORS, make_job, make_picture, make_render, make_style

pytestmark = pytest.mark.slow
SHOTS = os.environ.get("SHOTS", "")
STRANGE = ("#101010", "#00FF00", "#0000FF", "#FF00FF", "#00FFFF", "#FFFFFF")


def shoot(page: Page, name: str) -> None:
    """Keep pictures of a page for people, in both schemes and at two widths, where asked for."""
    for width in (390, 1440) if SHOTS else ():
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 1200})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)


def make_series() -> Job:
    """Make a series of likes, a stranger, and one picture that took three tries."""
    style = make_style(
        name="Boho arches", version_fields={"corridor": {"least": 0.6}, "reseeds": 0}
    )
    job = make_job(title="Desert mornings")
    distances = {"palette": 0.04, "shares": 0.21, "layout": 0.02, "density": 0.11, "size": 0.0}
    for index in range(6):
        colors = STRANGE if index == 5 else COLORS
        picture = make_picture(256, 256, colors, seed=9 if index == 5 else 30 + index // 5)
        make_render(
            job=job,
            style=style,
            index=index,
            picture=picture,
            adherence={"version": "1", "distances": distances},
        )
    last = job.renders.get(index=5)
    sentence = "Too far from its order: its colours (0.72, allowed 0.2)."
    tries = [
        {"seed": seed, "distances": {"palette": 0.9}, "reason": sentence}
        for seed in (8121233374442343, 4033412343254566)
    ]
    last.reseeds = 2
    last.adherence |= {"outside": sentence, "tries": tries}
    last.adherence["distances"]["palette"] = 0.72
    last.save()
    return job


def test_a_job_s_page_tells_of_adherence_and_strangers(
    page: Page, sign_in: Callable[[Any], None], curator: Any
) -> None:
    job = make_series()
    measure_consistency(job_id=job.pk)
    sign_in(curator)
    page.goto(job.get_absolute_url())

    expect(page.get_by_text("Outliers")).to_be_visible()
    tile = page.locator(f"#tile-{job.renders.get(index=5).pk}")
    tile.locator("summary").click()
    expect(tile.get_by_text("The best of 3 tries was kept.")).to_be_visible()
    expect(tile.get_by_text("Seed 8121233374442343")).to_be_visible()
    shoot(page, "adherence-job")

    page.get_by_role("button", name="Make a style embedding").click()
    expect(page.get_by_text("look-of-desert-mornings@1 is made of 5 works")).to_be_visible()
    assert StyleEmbedding.objects.get().slug == "look-of-desert-mornings"
