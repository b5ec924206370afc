"""The house model through the engine: own colours, previews, a repeatable archive lane."""

from collections.abc import Callable
from typing import Any

import pytest

from generation.engine.session import Engine
from generation.engine.types import CheckpointRef, RenderRequest, StepEvent, keep_all
from generation.house import PIPELINE_DIR
from generation.house.captions import prompt_for
from generation.palettes import PALETTES

Make = Callable[..., RenderRequest]
HOUSE = CheckpointRef(9, "House", "house", "house")

pytestmark = pytest.mark.skipif(
    not (PIPELINE_DIR / "model_index.json").is_file(), reason="the house model has no weights yet"
)


def house_request(make: Make, number: int, palette: str) -> RenderRequest:
    prompt = prompt_for("boho-arches", "centered", 0.4, "arches over low hills", ["calm"])
    return make(
        number,
        prompt=prompt,
        width_px=256,
        height_px=256,
        steps=2,
        slots=PALETTES[palette].slots,
        finish="flat",
    )


def test_colours_differ_within_a_pass_and_previews_show_them(request_number: Make) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    requests = [
        house_request(request_number, 1, "terracotta"),
        house_request(request_number, 2, "sage"),
    ]
    previews: list[Any] = []

    def show(event: StepEvent) -> Any:
        previews.append(event.previews())
        return keep_all(event)

    first, second = engine.render(HOUSE, requests, on_step=show)

    assert (first.image.size, second.image.size) == ((256, 256), (256, 256))
    assert first.image.tobytes() != second.image.tobytes()
    assert [len(pictures) for pictures in previews] == [2, 2]


def test_the_archive_lane_repeats_to_the_byte(request_number: Make) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    request = house_request(request_number, 1, "sage")

    first, second = (
        next(iter(engine.render(HOUSE, [request], on_step=keep_all, archive=True)))
        for _ in range(2)
    )

    assert first.image.tobytes() == second.image.tobytes()
    assert first.fingerprint["dtype"] == "float32"
