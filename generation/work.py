"""The worker's loop: claim a group, render it, store it, until the queue is empty.

What is finished is stored while the next group is rendered (`generation/storing.py`).
Runs inside an actor (`generation/tasks.py`) or any process that calls `work_until_empty`. The
engine, and torch with it, is imported at the first use.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from genart import flags
from genart.lib.outages import Rest, is_outage
from genart.lib.queue import is_paused
from generation import heartbeat, previews, progress, queue, traces
from generation.images import picture_of, preview_of
from generation.models import Checkpoint, Lane, Render
from generation.orders import checkpoint_ref, requests_of
from generation.storing import Storer

if TYPE_CHECKING:
    from PIL.Image import Image

    from generation.engine.session import Engine
    from generation.engine.types import Rendered, RenderRequest, StepEvent

logger = logging.getLogger(__name__)

SWITCH_SECONDS = 0.0005
"""The thread that feeds the device waits so long at most for one that stores; else it is 5 ms."""
PREVIEW_STEPS = 2
PREVIEW_SECONDS = 0.3
PREVIEW_SHARE = 0.02
"""Previews come at most every `PREVIEW_SECONDS`, and take no larger share of the time than this."""

_engine: "Engine | None" = None
_storer = Storer()
_rest = Rest()
_turn = threading.Lock()
_next = threading.Lock()
_over = threading.Event()


class Stopped(BaseException):
    """This process is about to end: the pass is left, its renders go back on the queue."""


def engine() -> "Engine":
    """Return this process's engine; importing it takes seconds the first time."""
    global _engine
    if _engine is None:
        from generation.engine.session import Engine

        _engine = Engine(
            device=settings.ENGINE_DEVICE,
            threads=settings.ENGINE_THREADS,
            budget_gib=settings.ENGINE_MEMORY_GIB,
        )
        heartbeat.describe(device=_engine.device_name)
    return _engine


@contextmanager
def turn() -> Iterator[bool]:
    """Give the engine to one thread at a time; `False` when another waits for it already.

    Whoever waits looks at the queue when its turn comes, so a second one need not.
    """
    if not _next.acquire(blocking=False):
        yield False
        return
    try:
        _turn.acquire()
    finally:
        _next.release()
    try:
        yield True
    finally:
        _turn.release()


def begin() -> None:
    """Let this process render; its threads hand the interpreter on more often than others'."""
    sys.setswitchinterval(SWITCH_SECONDS)
    _over.clear()


def stop(*, seconds: float = 4) -> None:
    """Leave the pass that runs after its present step, and begin no other.

    Its renders are back on the queue when this returns, unless a step takes longer than `seconds`:
    then their lease runs out.
    """
    _over.set()
    if _turn.acquire(timeout=seconds):
        _turn.release()


def warm_up() -> None:
    """Load the engine and the checkpoint used last, so that the first job need not wait."""
    with turn() as mine:
        if not mine:
            return
        last = Render.objects.select_related("checkpoint").order_by("-created_at").first()
        house = Checkpoint.objects.filter(source=Checkpoint.Source.HOUSE, is_active=True)
        checkpoint = last.checkpoint if last and last.checkpoint.is_active else house.first()
        if checkpoint:
            load(checkpoint)


def load(checkpoint: Checkpoint) -> None:
    """Bring a checkpoint into memory; a failure is logged, and met again by its first render."""
    from generation.engine.errors import EngineError

    ref = checkpoint_ref(checkpoint)
    try:
        engine().load(ref)
    except (EngineError, OSError, ImportError) as error:
        logger.warning("%s was not loaded: %s", checkpoint.name, error)
    heartbeat.describe(resident=engine().residency.names)


def work_until_empty(
    *, seconds: float = 3600, on_first: Callable[[], object] = lambda: None
) -> int:
    """Render until nothing waits or the time is up; return how many groups that were.

    Args:
        seconds: after which no new group is begun.
        on_first: called once a first group is in hand, so that others may look for the next one.
    """
    groups = 0
    deadline = time.monotonic() + seconds
    with turn() as mine:
        try:
            while mine and time.monotonic() < deadline and not (_over.is_set() or is_paused()):
                _rest.take(_over)
                claim = queue.claim_group(
                    worker=heartbeat.worker_name(), resident=engine().residency.keys
                )
                if claim is None and _storer.wait():
                    continue  # what could not be stored waits again
                if claim is None:
                    break
                if not groups:
                    on_first()
                render_claim(claim)
                groups += 1
        except Stopped:
            pass
        finally:
            _storer.wait()
    return groups


def render_claim(claim: queue.Claim) -> None:
    """Render a claimed group; each of its renders gets an end or its place in the queue back.

    The last images may still be on their way to the storage when this returns.
    """
    from generation.engine.batching import OUT_OF_MEMORY
    from generation.engine.errors import EngineError

    size = f"{claim.renders[0].width_px} x {claim.renders[0].height_px} px"
    beating = heartbeat.start()
    beating.hold(claim.token)
    try:
        _storer.put(claim.token, lambda: announce(claim.renders))
        with traces.of_renders(claim.renders, "render", checkpoint=claim.renders[0].checkpoint_id):
            _render(claim)
    except EngineError as error:
        _give_up(claim, error.message, final=True)
    except OUT_OF_MEMORY:
        _give_up(claim, f"There is not enough memory for one image of {size}.")
    except Exception as error:  # a pipeline may raise anything; the loop goes on
        logger.exception("Rendering failed: %s", ", ".join(map(str, claim.ids)))
        _put_off(claim, error)
    except BaseException:  # shut down: others go on with it
        _storer.wait(claim.token)
        queue.release(token=claim.token)
        raise
    finally:
        _storer.close(claim.token, lambda: beating.let_go(claim.token))


def _render(claim: queue.Claim) -> None:
    """Run the engine over a claim and hand each image over as it comes."""
    first = claim.renders[0]
    rows = {render.pk: render for render in claim.renders}
    images = engine().render(
        checkpoint_ref(first.checkpoint),
        requests_of(claim.renders),
        archive=first.lane == Lane.ARCHIVE,
        on_step=StepReport(claim),
    )
    for rendered in images:
        store = partial(_store, claim, rows[rendered.request.id], rendered)
        _storer.put(claim.token, store)
    heartbeat.describe(resident=engine().residency.names)


def _store(claim: queue.Claim, render: Render, rendered: "Rendered") -> None:
    """Store one finished image; an error puts its render back on the queue."""
    try:
        with traces.of_render(render, "store picture"):
            picture = picture_of(rendered.image, rendered.fingerprint | {"lane": render.lane})
            if queue.complete(render_id=render.pk, token=claim.token, picture=picture):
                announce([render])
                _rest.end()
    except Exception as error:  # storages have errors of their own
        logger.exception("Render %s could not be stored", render.pk)
        reason = f"It could not be stored: {type(error).__name__}: {error}"[:500]
        _end_attempt(claim, [render], reason, error)


def _put_off(claim: queue.Claim, error: Exception) -> None:
    """End what a claim still holds after an error, once its finished images are stored."""
    _storer.wait(claim.token)
    _end_attempt(claim, claim.renders, f"{type(error).__name__}: {error}"[:500], error)


def _end_attempt(
    claim: queue.Claim, renders: Collection[Render], reason: str, error: Exception
) -> None:
    """Put renders back on the queue: an error of their own counts, one of the world does not."""
    ids = [render.pk for render in renders]
    if is_outage(error):
        _rest.lengthen()
        queue.release(token=claim.token, render_ids=ids, note=reason)
    else:
        queue.fail(token=claim.token, render_ids=ids, reason=reason)
    announce(renders)


def _give_up(claim: queue.Claim, reason: str, *, final: bool = False) -> None:
    """End what a claim still holds, once its finished images are stored."""
    _storer.wait(claim.token)
    queue.fail(token=claim.token, render_ids=claim.ids, reason=reason, final=final)
    announce(claim.renders)


def announce(renders: Collection[Render], *, kind: progress.Kind = "change") -> None:
    """Tell the live pages of the renders' jobs."""
    by_job: dict[UUID, list[UUID]] = {}
    for render in renders:
        by_job.setdefault(render.job_id, []).append(render.pk)
    for job_id, ids in by_job.items():
        progress.announce(job_id, ids, kind=kind)


class StepReport:
    """The engine's `OnStep` for one claim: writes the step, shows previews, hears of cancels."""

    def __init__(self, claim: queue.Claim) -> None:
        self.claim = claim
        self.rows = {render.pk: render for render in claim.renders}
        self.next_at = 0.0

    def __call__(self, event: "StepEvent") -> Collection[UUID]:
        """Note the step and return the ids that are still wanted."""
        if _over.is_set():
            raise Stopped
        ids = [request.id for request in event.requests]
        wanted = queue.note_step(token=self.claim.token, render_ids=ids, step=event.step)
        if wanted and event.step % PREVIEW_STEPS == 0 and time.monotonic() >= self.next_at:
            began = time.monotonic()
            pictures = list(zip(event.requests, self._previews(event), strict=False))
            _storer.put(self.claim.token, partial(self._show, pictures, wanted))
            ended = time.monotonic()
            self.next_at = ended + max(PREVIEW_SECONDS, (ended - began) / PREVIEW_SHARE)
        return wanted

    def _previews(self, event: "StepEvent") -> "list[Image]":
        """Return pictures of the present state, where somebody looks at one of the jobs."""
        watched = previews.is_watched({render.job_id for render in self.claim.renders})
        return event.previews() if watched and flags.is_on("live-previews") else []

    def _show(
        self, pictures: "list[tuple[RenderRequest, Image]]", wanted: Collection[UUID]
    ) -> None:
        """Keep the previews of a step and tell the live pages."""
        kept = {
            request.id: preview_of(image) for request, image in pictures if request.id in wanted
        }
        if kept:
            previews.keep(kept)
        announce([self.rows[render_id] for render_id in sorted(wanted)], kind="step")
