"""A brand with gates, pictures worth judging, and candidates made the real way."""

from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw

from curation import services
from curation.campaigns import versions_of
from curation.certifying.drift import reference_of
from curation.models import Brand, Candidate, Certificate, Gate
from curation.ranking import head_of
from tests.factories import COLORS, make_job, make_picture, make_render, make_style

SOUND = {
    "sharpness": {"reject": 0.2, "approve": 0.3},
    "contrast": {"reject": 0.05, "approve": 0.15},
}
"""Rules that any crisp drawing passes, whatever the CLIP of the day thinks of it."""
MAKER = "house@ (2 steps, guidance 3, default)"
"""What makes the pictures of `make_render`, as a certificate names it."""
UNDECIDED = {"sharpness": {"reject": 0.0, "approve": 1.0}}
"""Rules under which every picture waits for a person."""


def arches(shift: int = 0, side: int = 256, colors: tuple[str, ...] = COLORS) -> Image.Image:
    """Draw nested arches that stand `shift` hundredths of the side to the right of the middle."""
    big = side * 4
    image = Image.new("RGB", (big, big), colors[0])
    pen, middle = ImageDraw.Draw(image), big * (0.5 + shift / 100)
    for step, color in enumerate((*colors[1:5], colors[0])):
        radius = big * (0.36 - 0.06 * step)
        pen.pieslice(
            (middle - radius, big * 0.8 - 2 * radius, middle + radius, big * 0.8), 180, 360, color
        )
        pen.rectangle((middle - radius, big * 0.8 - radius, middle + radius, big * 0.8), color)
    return image.resize((side, side), Image.Resampling.LANCZOS)


@pytest.fixture
def brand(db: None) -> Brand:
    """The house brand, with no gate yet."""
    return Brand.objects.create(slug="house", name="House", criteria="One clear idea.")


def make_gate(brand: Brand, rules: dict[str, Any], tier: str = "commodity") -> Gate:
    """Make a gate the active one of its tier."""
    brand.gates.filter(tier=tier, is_active=True).update(is_active=False)
    version = brand.gates.filter(tier=tier).count() + 1
    return Gate.objects.create(brand=brand, tier=tier, version=version, rules=rules, is_active=True)


def certify(gate: Gate, threshold: float = 0.0, **fields: Any) -> Gate:
    """Let a gate publish by itself what passes its rules and ranks at `threshold` or above.

    As if 200 labels had shown it; its certificate knows the pictures of `make_render`.
    """
    head = head_of(gate.brand_id)
    values = {
        "head": head,
        "threshold": threshold,
        "target": gate.target,
        "confidence": gate.confidence,
        "labels": 200,
        "accepted": 160,
        "failures": 1,
        "upper_bound": 0.03,
        "share": 0.8,
        "versions": versions_of(gate, head) | {"makers": [MAKER]},
        "reference": reference_of([step / 1000 for step in range(1001)]),
    }
    Certificate.objects.create(gate=gate, **values | fields)
    Gate.objects.filter(pk=gate.pk).update(autonomy=Gate.Autonomy.CERTIFIED, audit_share=0)
    gate.refresh_from_db()
    return gate


@pytest.fixture
def gate(brand: Brand) -> Gate:
    """A commodity gate that publishes what is sound."""
    return certify(make_gate(brand, SOUND))


@pytest.fixture
def lenient(gate: Gate) -> Gate:
    """The same gate, under which every picture waits for a person."""
    Gate.objects.filter(pk=gate.pk).update(rules=UNDECIDED)
    gate.refresh_from_db()
    return gate


@pytest.fixture
def judged() -> Callable[..., Candidate]:
    """Render, admit and score one picture; return its candidate. Fields go to the render."""

    def make(picture: Image.Image | None = None, **fields: Any) -> Candidate:
        render = make_render(picture=picture or arches(), **fields)
        services.admit_render(render_id=render.pk)
        services.score_pending()
        return Candidate.objects.get(render=render)

    return make


@pytest.fixture
def waiting(lenient: Gate) -> Callable[[int], list[Candidate]]:
    """Make candidates of one job that wait for a person, all different."""

    def make(count: int) -> list[Candidate]:
        job, style = make_job(title="Desert mornings"), make_style()
        for index in range(count):
            colors = (*COLORS[:1], *COLORS[1 + index % 4 : 5], *COLORS[1 : 1 + index % 4])
            picture = arches(shift=(index // 4) * 7 - 14, colors=colors)
            render = make_render(picture=picture, job=job, style=style, index=index)
            services.admit_render(render_id=render.pk)
        services.score_pending()
        return list(Candidate.objects.filter(render__job=job).order_by("render__index"))

    return make


def make_waiting(count: int) -> list[Candidate]:
    """Make candidates of one job that wait for a person, first in the queue first, unmeasured."""
    brand, _ = Brand.objects.get_or_create(slug="house", defaults={"name": "House"})
    make_gate(brand, UNDECIDED)
    job, style = make_job(title="Desert mornings"), make_style()
    return [
        Candidate.objects.create(
            render=make_render(
                picture=make_picture(256, 256, seed=index), job=job, style=style, index=index
            ),
            brand=brand,
            tier="commodity",
            state=Candidate.State.REVIEW,
            doubt=1 - index / count,
            reasons=["It is soft: sharpness 0.38 is under 0.60."],
        )
        for index in range(count)
    ]


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Run what waits for the commit when the block ends."""

    def block() -> Any:
        return django_capture_on_commit_callbacks(execute=True)

    return block
