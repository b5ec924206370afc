"""The engine on a real pipeline: repeatable, batched, cancelled within a step, out of memory."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import torch

from generation.engine.batching import worth_leaving
from generation.engine.errors import EngineError, UnknownFamily, UnknownScheduler, WeightsChanged
from generation.engine.families.stable_diffusion import StableDiffusionFamily
from generation.engine.session import Engine
from generation.engine.types import (
    CheckpointRef,
    Rendered,
    RenderRequest,
    StepEvent,
    keep_all,
)
from generation.engine.weights import weights_sha256

Make = Callable[..., RenderRequest]


def pixels(rendered: Rendered) -> np.ndarray:
    return np.asarray(rendered.image).astype(int)


def run(
    engine: Engine, tiny: CheckpointRef, requests: Sequence[RenderRequest], **options: Any
) -> list[Rendered]:
    return list(engine.render(tiny, requests, **({"on_step": keep_all} | options)))


def test_a_group_is_rendered_in_one_pass(
    engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    requests = [request_number(n) for n in range(3)]

    images = run(engine, tiny, requests)

    assert [rendered.request for rendered in images] == requests
    assert {rendered.image.size for rendered in images} == {(64, 64)}
    assert [rendered.fingerprint["position"] for rendered in images] == [0, 1, 2]
    assert {rendered.fingerprint["batch_size"] for rendered in images} == {3}
    assert images[0].fingerprint["weights_sha256"] == weights_sha256(Path(tiny.location))


def test_the_same_group_gives_the_same_bytes(
    engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    requests = [request_number(n) for n in range(3)]

    first, second = run(engine, tiny, requests), run(engine, tiny, requests)

    assert [image.image.tobytes() for image in first] == [image.image.tobytes() for image in second]
    assert [image.fingerprint for image in first] == [image.fingerprint for image in second]


def test_an_image_hardly_depends_on_its_neighbours(
    engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    in_company = run(engine, tiny, [request_number(n) for n in range(4)])[2]
    alone = run(engine, tiny, [request_number(2)])[0]

    assert np.abs(pixels(in_company) - pixels(alone)).max() <= 2


def test_the_archive_lane_repeats_to_the_byte_whatever_the_load(
    engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    first = run(engine, tiny, [request_number(2)], archive=True)[0]
    run(engine, tiny, [request_number(n) for n in range(4)])
    before = torch.get_num_threads()
    torch.set_num_threads(2 if before == 1 else 1)
    try:
        second = run(Engine(device="cpu"), tiny, [request_number(2)], archive=True)[0]
    finally:
        torch.set_num_threads(before)

    assert first.image.tobytes() == second.image.tobytes()
    assert first.fingerprint == second.fingerprint
    assert torch.are_deterministic_algorithms_enabled() is False


def test_the_archive_lane_renders_one_by_one(
    engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    with pytest.raises(ValueError, match="one by one"):
        run(engine, tiny, [request_number(1), request_number(2)], archive=True)


def test_another_seed_gives_another_picture(
    engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    first, second = run(engine, tiny, [request_number(1), request_number(2, prompt="picture 1")])

    assert first.image.tobytes() != second.image.tobytes()


def test_each_step_is_told_and_shows_a_preview(
    engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    heard: list[tuple[int, int, list[tuple[int, int]]]] = []

    def hear(event: StepEvent) -> Collection[UUID]:
        heard.append((event.step, event.steps, [image.size for image in event.previews()]))
        return keep_all(event)

    run(engine, tiny, [request_number(1), request_number(2)], on_step=hear)

    assert heard == [(step, 4, [(32, 32)] * 2) for step in (1, 2, 3, 4)]


def test_a_cancelled_group_stops_at_the_next_step(
    engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    steps: list[int] = []

    def cancel(event: StepEvent) -> Collection[UUID]:
        steps.append(event.step)
        return []

    assert run(engine, tiny, [request_number(1), request_number(2)], on_step=cancel) == []
    assert steps == [1]


@pytest.mark.parametrize(("cancel_at", "passes"), [(1, 2), (4, 1)])
def test_neighbours_of_a_cancelled_image_survive(
    engine: Engine, tiny: CheckpointRef, request_number: Make, cancel_at: int, passes: int
) -> None:
    requests = [request_number(n) for n in range(4)]
    first_steps: list[int] = []

    def cancel_three(event: StepEvent) -> Collection[UUID]:
        if event.step == 1:
            first_steps.append(len(event.requests))
        if event.step >= cancel_at:
            return [requests[2].id]
        return keep_all(event)

    images = run(engine, tiny, requests, on_step=cancel_three)

    assert [image.request for image in images] == [requests[2]]
    assert len(first_steps) == passes
    alone = run(engine, tiny, [requests[2]])[0]
    assert np.abs(pixels(images[0]) - pixels(alone)).max() <= 2


def test_a_pass_is_left_only_when_that_is_less_work() -> None:
    assert not worth_leaving(4, 4, 1, 12)
    assert worth_leaving(4, 0, 11, 12)
    assert worth_leaving(4, 1, 1, 12)
    assert not worth_leaving(4, 3, 4, 12)
    assert not worth_leaving(4, 1, 12, 12)


class Cramped(StableDiffusionFamily):
    """A family on a device where only so many images fit."""

    def __init__(self, fits: int) -> None:
        self.fits = fits
        self.tried: list[int] = []

    def render(self, pipeline: Any, requests: Any, *rest: Any) -> Any:
        """Run out of memory where too many are asked for."""
        self.tried.append(len(requests))
        if len(requests) > self.fits:
            raise torch.OutOfMemoryError("CUDA out of memory (injected)")
        return super().render(pipeline, requests, *rest)


def cramped(engine: Engine, tiny: CheckpointRef, fits: int) -> Cramped:
    family = Cramped(fits)
    engine.residency.get(tiny, torch.float32).family = family
    return family


def test_out_of_memory_halves_loses_nothing_and_is_remembered(
    tiny: CheckpointRef, request_number: Make
) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    family = cramped(engine, tiny, fits=2)
    requests = [request_number(n) for n in range(8)]

    images = run(engine, tiny, requests)
    assert [image.request for image in images] == requests
    assert family.tried == [8, 4, 2, 2, 2, 2]

    run(engine, tiny, requests)
    assert family.tried[6:] == [2, 2, 2, 2]


def test_no_room_for_a_single_image_is_an_error(tiny: CheckpointRef, request_number: Make) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    cramped(engine, tiny, fits=0)

    with pytest.raises(torch.OutOfMemoryError):
        run(engine, tiny, [request_number(1), request_number(2)])


def test_a_checkpoint_is_loaded_once_and_leaves_when_room_is_needed(tiny: CheckpointRef) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    held = engine.residency.get(tiny, torch.float32)
    assert engine.residency.get(tiny, torch.float32) is held
    other = replace(tiny, key=2, name="Other")

    engine.residency.budget_bytes = held.weight_bytes
    engine.residency.get(other, torch.float32)

    assert engine.residency.names == ["Other"]


def test_changed_weights_are_refused(engine: Engine, tiny: CheckpointRef) -> None:
    with pytest.raises(WeightsChanged, match="Tiny: the files have the hash"):
        engine.residency.get(replace(tiny, key=3, sha256="0" * 64), torch.float32)


def test_what_does_not_exist_is_named(
    engine: Engine, tiny: CheckpointRef, request_number: Make, tmp_path: Path
) -> None:
    with pytest.raises(UnknownFamily, match="no engine family cubism"):
        engine.residency.get(replace(tiny, key=4, family="cubism"), torch.float32)
    with pytest.raises(EngineError, match="holds no diffusers pipeline"):
        engine.residency.get(replace(tiny, key=5, location=str(tmp_path)), torch.float32)
    with pytest.raises(EngineError, match="pin the commit"):
        engine.residency.get(replace(tiny, key=6, source="hub", location="a/b"), torch.float32)
    with pytest.raises(UnknownScheduler, match="no scheduler fast"):
        run(engine, tiny, [request_number(1, scheduler="fast")])


@pytest.mark.parametrize("scheduler", ["default", "euler-ancestral", "dpm", "unipc", "ddim"])
def test_every_scheduler_repeats(
    engine: Engine, tiny: CheckpointRef, request_number: Make, scheduler: str
) -> None:
    requests = [request_number(1, scheduler=scheduler), request_number(2, scheduler=scheduler)]

    first, second = run(engine, tiny, requests), run(engine, tiny, requests)

    assert [image.image.tobytes() for image in first] == [image.image.tobytes() for image in second]
