"""A render as its provider is asked for it."""

from uuid import UUID

from generation.models import Lane
from generation.orders import checkpoint_ref, requests_of
from generation.remote.types import Assignment, Order
from generation.serve import contract


def order_of(assignment: Assignment, call_id: UUID) -> Order:
    """Return the order of an assignment under the id of its entry in the ledger."""
    render = assignment.render
    request = requests_of([render])[0]
    work = contract.as_json(checkpoint_ref(render.checkpoint), request)
    return Order(
        call_id=call_id,
        model=assignment.offer.model,
        prompt=render.prompt,
        negative_prompt=render.negative_prompt,
        seed=render.seed,
        width_px=render.width_px,
        height_px=render.height_px,
        steps=render.steps,
        guidance=render.guidance,
        work=work | {"archive": render.lane == Lane.ARCHIVE},
    )
