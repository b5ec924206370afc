"""What our clients send to our own worker elsewhere, and what it answers. No torch, no Django.

An order says everything that decides a picture's bytes, so that the answer equals the picture that
a worker beside the database would have made of the same seed.
"""

import base64
import uuid
from collections.abc import Mapping
from typing import Any

from generation.engine.types import CheckpointRef, RenderRequest

VERSION = 1
REFUSAL = "refused:"
"""How an error begins whose order this worker will never carry out."""
NUMBERS = {"seed": int, "width_px": int, "height_px": int, "steps": int, "guidance": float}
WORDS = ("prompt", "negative_prompt", "scheduler", "finish")
LONGEST_SIDE_PX = 4096
MOST_STEPS = 500


class BadOrder(ValueError):
    """An order that this worker cannot carry out; the message says why."""


def as_json(checkpoint: CheckpointRef, request: RenderRequest) -> dict[str, Any]:
    """Return a request as our worker takes it, without the `id` of the call."""
    fields = {name: getattr(request, name) for name in (*NUMBERS, *WORDS)}
    return fields | {
        "version": VERSION,
        "family": checkpoint.family,
        "weights": checkpoint.sha256,
        "slots": list(request.slots),
        "adapters": [adapter.name for adapter in request.adapters],
        "control": request.control.kind if request.control else "",
        "reference": request.reference.sha256 if request.reference else "",
    }


def request_in(order: Mapping[str, Any]) -> RenderRequest:
    """Return what an order asks the engine for.

    Raises:
        BadOrder: something is missing, wrong, or beyond this worker.
    """
    if order.get("version") != VERSION:
        raise BadOrder(f"This worker takes orders of version {VERSION}.")
    for name in ("adapters", "control", "reference"):
        if order.get(name):
            raise BadOrder(f"This worker renders without {name}.")
    try:
        fields: dict[str, Any] = {name: kind(order[name]) for name, kind in NUMBERS.items()}
        fields |= {name: str(order.get(name, "")) for name in WORDS}
        fields |= {"id": _uuid(order.get("id")), "slots": tuple(map(str, order["slots"]))}
    except (KeyError, TypeError, ValueError) as error:
        raise BadOrder(f"The order is not complete: {error}.") from None
    sides = fields["width_px"], fields["height_px"]
    if not 8 <= min(sides) <= max(sides) <= LONGEST_SIDE_PX:
        raise BadOrder(f"A side has 8 to {LONGEST_SIDE_PX} px.")
    if not 1 <= fields["steps"] <= MOST_STEPS:
        raise BadOrder(f"Ask for 1 to {MOST_STEPS} steps.")
    return RenderRequest(**fields)


def _uuid(text: Any) -> uuid.UUID:
    return uuid.UUID(str(text)) if text else uuid.uuid4()


def answer(order: Mapping[str, Any], png: bytes, fingerprint: Mapping[str, Any]) -> dict[str, Any]:
    """Return a finished picture as our clients read it."""
    return {
        "id": str(order.get("id", "")),
        "image": base64.b64encode(png).decode(),
        "seed": order["seed"],
        "fingerprint": dict(fingerprint),
    }
