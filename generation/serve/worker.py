"""Renders orders with the engine, one at a time, and tells how far each is. Knows no protocol.

`SERVE_FOLDER` and `SERVE_FAMILY` name a diffusers folder and its engine family; without them it is
the house model. An order that names the hash of its weights is rendered by those or refused.
"""

import base64
import io
import os
import queue
import threading
import zlib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from generation.engine.errors import EngineError
from generation.engine.types import CheckpointRef, Rendered, RenderRequest, StepEvent
from generation.serve.contract import BadOrder, answer, request_in

if TYPE_CHECKING:
    from generation.engine.session import Engine

PREVIEW_STEPS = 2
PREVIEW_PX = 160
_one_at_a_time = threading.Lock()


@cache
def engine() -> "Engine":
    """Return this process's engine."""
    from generation.engine.session import Engine

    return Engine(
        device=os.environ.get("ENGINE_DEVICE", ""),
        threads=int(os.environ.get("ENGINE_THREADS") or 0),
        budget_gib=float(os.environ.get("ENGINE_MEMORY_GIB") or 0),
    )


def checkpoint_for(order: Mapping[str, Any]) -> CheckpointRef:
    """Return the checkpoint that this worker holds; its files are checked against the order's hash.

    Raises:
        BadOrder: the order is for a pipeline of another family.
    """
    folder = os.environ.get("SERVE_FOLDER", "")
    family = os.environ.get("SERVE_FAMILY", "house" if not folder else "diffusers")
    wanted, weights = order.get("family") or family, str(order.get("weights") or "")
    if wanted != family:
        raise BadOrder(f"This worker holds a pipeline of the family {family}, not {wanted}.")
    return CheckpointRef(
        key=zlib.crc32(weights.encode()),
        name=family,
        family=family,
        source="folder" if folder else "house",
        location=folder,
        sha256=weights,
    )


def warm_up() -> None:
    """Load the engine and the weights, so that the first order need not wait."""
    checkpoint = checkpoint_for({})
    engine().residency.get(checkpoint, engine().dtype(checkpoint, archive=False))


def carry_out(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield how far an order is, `{"step", "steps", "preview"}`, and at last the finished picture.

    Raises:
        BadOrder: it cannot be carried out by this worker, however often it is asked.
        Exception: what the engine raises; the same order may succeed another time.
    """
    request, checkpoint = request_in(order), checkpoint_for(order)
    notes: queue.Queue[dict[str, Any] | BaseException] = queue.Queue()
    given_up = threading.Event()

    def render() -> None:
        try:
            with _one_at_a_time:
                rendered = _rendered(order, checkpoint, request, notes, given_up)
            notes.put(answer(order, png_of(rendered), rendered.fingerprint))
        except BaseException as error:
            notes.put(error)

    threading.Thread(target=render, name="render", daemon=True).start()
    try:
        yield from _until_finished(notes)
    finally:
        given_up.set()


def _until_finished(notes: queue.Queue[dict[str, Any] | BaseException]) -> Iterator[dict[str, Any]]:
    """Yield notes up to the picture; raise an error that comes instead."""
    while True:
        note = notes.get()
        if isinstance(note, EngineError | ValueError):  # pipelines raise these for wrong arguments
            raise BadOrder(str(note))
        if isinstance(note, BaseException):
            raise note
        yield note
        if "image" in note:
            return


def _rendered(
    order: Mapping[str, Any],
    checkpoint: CheckpointRef,
    request: RenderRequest,
    notes: queue.Queue[dict[str, Any] | BaseException],
    given_up: threading.Event,
) -> Rendered:
    """Run the engine over one request and note every step."""

    def on_step(event: StepEvent) -> Collection[UUID]:
        shown = event.previews() if event.step % PREVIEW_STEPS == 0 else []
        preview = base64.b64encode(_webp(shown[0])).decode() if shown else ""
        notes.put({"step": event.step, "steps": event.steps, "preview": preview})
        return [] if given_up.is_set() else [request.id]

    archive = bool(order.get("archive"))
    images = engine().render(checkpoint, [request], on_step=on_step, archive=archive)
    for rendered in images:
        return rendered
    raise RuntimeError("Nobody waits for this picture any more.")


def png_of(rendered: Rendered) -> bytes:
    """Return a finished image as PNG."""
    buffer = io.BytesIO()
    rendered.image.convert("RGB").save(buffer, "PNG", compress_level=2)
    return buffer.getvalue()


def _webp(image: Any) -> bytes:
    """Return a half-done image as a few kilobytes."""
    small = image.convert("RGB")
    small.thumbnail((PREVIEW_PX, PREVIEW_PX))
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=60, method=2)
    return buffer.getvalue()
