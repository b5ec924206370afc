"""Takes in pictures from outside, has them measured, and removes them after an hour."""

import logging
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from curation.models import Appraisal, Brand
from curation.services.holding import may_review
from curation.uploads import check_picture
from genart.accounts.models import User
from genart.lib.errors import GenartError, InvalidInput, Unavailable
from genart.lib.queue import send_on_commit
from generation.models import Tier

logger = logging.getLogger(__name__)
State = Appraisal.State
WAITING_LIMIT = 50
"""So many of one person may wait at a time."""
PROMPT_LIMIT, PALETTE_LIMIT = 500, 12


def ask_appraisal(
    *,
    owner: User,
    data: bytes,
    prompt: str = "",
    layout: str = "",
    density: float = 0.5,
    palette: tuple[tuple[str, float], ...] = (),
    brand: str = "",
    tier: str = Tier.COMMODITY,
) -> Appraisal:
    """Keep a picture for a worker to measure. It is never judged and never published.

    Raises:
        NotAllowed: the owner may not review.
        InvalidInput: the picture or the brief is not such as can be measured; nothing was written.
        Unavailable: too many of the owner's pictures wait.
    """
    from curation import tasks

    may_review(owner)
    brief = checked_brief(prompt, layout, density, palette, tier)
    chosen = Brand.objects.filter(slug=brand).first() if brand else None
    if brand and chosen is None:
        raise InvalidInput(f"There is no brand {brand}.", where="brand")
    upload = check_picture(data)
    if Appraisal.objects.filter(owner=owner, state=State.WAITING).count() >= WAITING_LIMIT:
        raise Unavailable("Too many of your pictures wait to be measured; ask again in a moment.")
    key = uuid.uuid4()
    name = storages["originals"].save(f"appraisals/{key}.{upload.suffix}", ContentFile(data))
    with transaction.atomic():
        asked = Appraisal.objects.create(id=key, owner=owner, brand=chosen, image=name, brief=brief)
        send_on_commit(tasks.appraise)
    return asked


def checked_brief(
    prompt: str, layout: str, density: float, palette: tuple[tuple[str, float], ...], tier: str
) -> dict[str, Any]:
    """Return a brief as JSON.

    Raises:
        InvalidInput: a part of it is not such as can be asked for.
    """
    if len(prompt) > PROMPT_LIMIT or len(layout) > 40:
        raise InvalidInput(f"Write a prompt of {PROMPT_LIMIT} letters at most.", where="prompt")
    if not 0 <= density <= 1:
        raise InvalidInput("A density lies between 0 and 1.", where="density")
    if len(palette) > PALETTE_LIMIT:
        raise InvalidInput(f"Name {PALETTE_LIMIT} colours at most.", where="palette")
    if tier not in Tier.values:
        raise InvalidInput(f"Choose a tier from {', '.join(Tier.values)}.", where="tier")
    return {
        "prompt": " ".join(prompt.split()),
        "layout": layout.strip(),
        "density": density,
        "palette": [list(entry) for entry in palette],
        "tier": tier,
    }


def appraise_pending(*, limit: int = 100) -> int:
    """Measure what waits, the oldest first. Return how many. Safe beside itself and to repeat.

    A worker that dies leaves its picture waiting.
    """
    done = 0
    while done < limit and _appraise_next():
        done += 1
    return done


@transaction.atomic
def _appraise_next() -> bool:
    """Measure one picture; the row is locked meanwhile, so that no other worker takes it."""
    from curation.appraisal import appraise

    waiting = Appraisal.objects.filter(state=State.WAITING).select_related("brand", "owner")
    asked = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if asked is None:
        return False
    try:
        with transaction.atomic():
            asked.result = appraise(asked)
        asked.state = State.DONE
    except GenartError as error:
        asked.state, asked.error = State.FAILED, error.message[:300]
    except Exception:
        logger.exception("Appraisal %s failed.", asked.pk)
        asked.state, asked.error = State.FAILED, "The picture could not be read or measured."
    asked.save(update_fields=["state", "result", "error"])
    return True


def remove_expired() -> int:
    """Remove outside pictures, and what was said of them, whose hour is over. Safe to repeat."""
    expired = Appraisal.objects.filter(expires_at__lte=timezone.now())
    removed = 0
    for asked in expired[:200]:
        storages["originals"].delete(asked.image)
        removed += asked.delete()[0]
    return removed
