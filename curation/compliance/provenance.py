"""What a picture cannot show because of what its model was taught.

Only the house model alone counts: every pixel of its training was drawn by its own painters, and
none of them draws people, lettering or logos. Whatever is added to it, an adapter or a reference
picture, may have been taught otherwise, and so may any other checkpoint. A detector that costs as
much as half a render is not asked in vain; `EVERY_DETECTOR` asks all of them all the same.
"""

from functools import cache

from django.conf import settings

from generation.models import Checkpoint, Render

HOUSE_FAMILY = "house"


def never_taught(render: Render, what: str) -> str:
    """Return why a picture cannot show `what`, or an empty string where it might."""
    if settings.EVERY_DETECTOR or not (_by_house_alone(render) and _house_is_genuine()):
        return ""
    return f"The house model was taught without {what}: its painters draw none."


def _by_house_alone(render: Render) -> bool:
    """Whether nothing but the house model made a picture."""
    model = render.checkpoint
    spec = render.job.spec
    references = spec.get("references") if isinstance(spec, dict) else None
    is_house = model.source == Checkpoint.Source.HOUSE and model.family == HOUSE_FAMILY
    return is_house and not render.adapters and not references


@cache
def _house_is_genuine() -> bool:
    """Whether the house model's files are those of its manifest; read once for each process."""
    from generation.house.integrity import WeightsDamaged, verify_weights

    try:
        return bool(verify_weights())
    except WeightsDamaged:
        return False
