"""Runs a group in as few passes as memory allows, and lets single images leave.

Out of memory: the batch is halved and tried again, the size that fitted is remembered for its
shape, and no image is lost. Cancel: `on_step` answers which images are still wanted. When none
is, the pass ends at that step. When some are, the pass goes on for them if that is less work than
starting anew without the others, else it starts anew at once, with the same seeds; the unwanted
image is never kept. So a neighbour survives, and a freed place is used where it pays.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

import torch

from generation.engine import determinism
from generation.engine.adapters import dressed
from generation.engine.guides import facts_of, guided
from generation.engine.residency import Resident, free_memory
from generation.engine.schedulers import fresh_scheduler
from generation.engine.tuning import COMPILE_ERRORS, eager_if, fresh_caches, uncompile
from generation.engine.types import OnStep, Rendered, RenderRequest, StepEvent

logger = logging.getLogger(__name__)

STANDARD = determinism.Mode()
OUT_OF_MEMORY = (torch.OutOfMemoryError, MemoryError)


class Left(Exception):
    """The pass stops here; `wanted` are the ids to go on with."""

    def __init__(self, wanted: Collection[UUID]) -> None:
        super().__init__("the pass was left")
        self.wanted = wanted


class Caps:
    """The largest batch that fits, learnt for each checkpoint and shape."""

    def __init__(self) -> None:
        self._caps: dict[tuple[int, tuple[int, int]], int] = {}

    def cap(self, resident: Resident, shape: tuple[int, int], default: int) -> int:
        """Return how many images of a shape to try at once, at least 1."""
        return max(1, min(default, self._caps.get((resident.checkpoint.key, shape), default)))

    def learn(self, resident: Resident, shape: tuple[int, int], fits: int) -> None:
        """Remember that more than `fits` images do not fit."""
        self._caps[resident.checkpoint.key, shape] = fits


def run_group(
    resident: Resident,
    requests: Sequence[RenderRequest],
    on_step: OnStep,
    *,
    caps: Caps,
    mode: determinism.Mode = STANDARD,
) -> Iterator[Rendered]:
    """Yield the images of a group as their pass ends, without those that were not wanted.

    Raises:
        torch.OutOfMemoryError: not even one image fits.
    """
    waiting = list(requests)
    while waiting:
        size = caps.cap(resident, waiting[0].shape, len(waiting))
        chunk, rest = waiting[:size], waiting[size:]
        try:
            yield from _pass(resident, chunk, on_step, mode)
        except Left as left:
            waiting = [request for request in chunk if request.id in left.wanted] + rest
        except COMPILE_ERRORS as error:
            if not resident.is_compiled:
                raise
            run_eagerly(resident, error)
        except OUT_OF_MEMORY:
            free_memory()
            if len(chunk) == 1:
                raise
            caps.learn(resident, chunk[0].shape, len(chunk) // 2)
            logger.warning("Out of memory with %d images: trying half", len(chunk))
        else:
            waiting = rest


def _pass(
    resident: Resident,
    requests: Sequence[RenderRequest],
    on_step: OnStep,
    mode: determinism.Mode,
) -> list[Rendered]:
    """Run one forward pass over the requests."""
    steps = requests[0].steps
    wanted: Collection[UUID] = {request.id for request in requests}

    def after_step(step: int, tensors: dict[str, Any]) -> None:
        nonlocal wanted

        def previews() -> list[Any]:
            return resident.family.preview(resident.pipeline, requests, tensors)

        wanted = set(on_step(StepEvent(tuple(requests), step, steps, previews))) & set(wanted)
        if worth_leaving(len(requests), len(wanted), step, steps):
            raise Left(wanted)

    resident.pipeline.scheduler = fresh_scheduler(resident.scheduler, requests[0].scheduler)
    fresh_caches(resident.pipeline)
    with (
        determinism.lane_settings(mode),
        eager_if(resident.is_compiled and not _may_compile(requests)),
        dressed(resident.pipeline, requests) as worded,
        guided(resident.pipeline, requests) as (pipeline, more),
    ):
        images = resident.family.render(
            pipeline, worded, determinism.generators(requests), after_step, more
        )
        facts = _facts(resident, requests)
    return [
        Rendered(request, image, facts | facts_of(request) | determinism.batch(requests, position))
        for position, (request, image) in enumerate(zip(requests, images, strict=True))
        if request.id in wanted
    ]


def _may_compile(requests: Sequence[RenderRequest]) -> bool:
    """Return whether a pass runs compiled code where there is some: adapters would do it anew."""
    return not any(request.adapters or request.control or request.reference for request in requests)


def run_eagerly(resident: Resident, error: BaseException) -> None:
    """Go on without compiled code where none can be made here; each fingerprint says why."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
    logger.warning("%s is not compiled: %s", resident.checkpoint.name, reason)
    resident.fell_back["compile"] = reason
    uncompile(resident.pipeline)


def worth_leaving(batch: int, wanted: int, step: int, steps: int) -> bool:
    """Return whether to stop a pass after `step`, given how many of its images are wanted.

    Going on costs `batch` images for the steps left; starting anew costs `wanted` images for all
    steps.
    """
    if wanted == batch:
        return False
    return wanted == 0 or wanted * steps < batch * (steps - step)


def _facts(resident: Resident, requests: Sequence[RenderRequest]) -> dict[str, Any]:
    """Return what a fingerprint says of everything but the batch."""
    request = requests[0]
    facts: dict[str, Any] = {
        "family": resident.checkpoint.family,
        "weights_sha256": resident.sha256,
        "dtype": str(resident.dtype).removeprefix("torch."),
        "scheduler": type(resident.pipeline.scheduler).__name__,
        "size": list(request.shape),
        "steps": request.steps,
        "guidance": request.guidance,
    }
    if resident.settings.as_facts():
        facts["execution"] = resident.settings.as_facts()
        facts["fell_back"] = dict(resident.fell_back)
    if resident.is_compiled:
        facts["compiled"] = _may_compile(requests)
    return determinism.machine(resident.device) | facts
