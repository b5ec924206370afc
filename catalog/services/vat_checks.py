"""Ask VIES again about VAT numbers that it was silent on when the order was made.

The order stands as it is: what VIES says now is noted beside, and a number that it does not know is
something a person must look at, since the shop may owe the VAT.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from catalog.models import Order
from catalog.tax.vies import Answer, ask_vies

DAYS = 30
BATCH = 20
UNKNOWN = "VIES does not know this VAT number, which took VAT off: ask the buyer, or correct it."


def recheck_vat_ids() -> int:
    """Ask about paid orders of the last days whose number is unverified; return how many answers.

    Safe to repeat. Stops at the first silence: where VIES is away, the rest would only wait.
    """
    since = timezone.now() - timedelta(days=DAYS)
    open_ = Order.objects.filter(
        paid_at__gt=since, vat_id_check__status="unverified", vat_id_check__later__isnull=True
    ).exclude(vat_id="")
    answered = 0
    for order in open_.order_by("paid_at")[:BATCH]:
        answer = ask_vies(order.vat_id[:2], order.vat_id[2:])
        if answer.valid is None:
            break
        _note(order, answer)
        answered += 1
    return answered


@transaction.atomic
def _note(order: Order, answer: Answer) -> None:
    locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    later = answer.as_dict() | {"checked_at": timezone.now().isoformat(timespec="seconds")}
    locked.vat_id_check = locked.vat_id_check | {"later": later}
    if answer.valid is False and locked.vat_scheme == Order.VatScheme.REVERSE:
        locked.problem = locked.problem or UNKNOWN
    locked.save(update_fields=["vat_id_check", "problem"])
