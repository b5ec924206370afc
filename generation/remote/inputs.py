"""What is sent to workers that take any JSON: our own, or those that follow diffusers' names."""

from typing import Any

from generation.models import Provider
from generation.remote.keys import cleansed
from generation.remote.pictures import image_in
from generation.remote.types import Failed, Made, Order, Refused, Spoilt
from generation.serve.contract import REFUSAL


def is_ours(provider: Provider) -> bool:
    """Return whether our own worker answers there: `options.input` is not `plain`."""
    return (provider.options or {}).get("input", "genart") != "plain"


def input_for(provider: Provider, order: Order) -> dict[str, Any]:
    """Return the JSON of an order, with the call's id."""
    if is_ours(provider):
        return {"id": str(order.call_id), **order.work}
    return {
        "prompt": order.prompt,
        "negative_prompt": order.negative_prompt,
        "width": order.width_px,
        "height": order.height_px,
        "num_inference_steps": order.steps,
        "guidance_scale": order.guidance,
        "seed": order.seed,
        "num_images": 1,
    } | (provider.options or {}).get("extra", {})


def made_from(
    provider: Provider,
    order: Order,
    found: Any,
    *,
    remote_id: str,
    cost_cents: float | None = None,
) -> Made:
    """Return the picture in a worker's answer.

    Raises:
        Refused, Failed: the worker says that it could not make it.
        Spoilt: there is none, or it is the answer to another order.
    """
    last = found[-1] if isinstance(found, list) and found else found
    told = last if isinstance(last, dict) else {}
    if told.get("error"):
        error = cleansed(str(told["error"]), provider)
        kind = Refused if is_ours(provider) and REFUSAL in error else Failed
        raise kind(f"{provider.name}: {error}", charged=bool(cost_cents), cost_cents=cost_cents)
    if is_ours(provider) and told.get("id") != str(order.call_id):
        raise Spoilt(f"{provider.name} sent the picture of another order.")
    seed, fingerprint = told.get("seed"), told.get("fingerprint")
    if is_ours(provider) and seed != order.seed:
        raise Spoilt(f"{provider.name} sent the picture of another seed.")
    return Made(
        image=image_in(provider, last),
        remote_id=remote_id,
        seed=seed if isinstance(seed, int) else None,
        exact=is_ours(provider),
        cost_cents=cost_cents,
        fingerprint=fingerprint if isinstance(fingerprint, dict) else {},
    )
