"""Note questions to a paid writer before they are asked, and stop at the shop's limits."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from catalog.models import TextCall
from catalog.texts.writers.contract import CannotWrite, Usage

CALLS_LOCK = 0x74657874  # any constant: two must not both take the last call of the day
MILLICENTS = 1000


class DatabaseLedger:
    """The ledger of one artwork's questions, kept in `TextCall` rows."""

    def __init__(self, artwork_id: UUID | None = None) -> None:
        self.artwork_id = artwork_id

    @transaction.atomic
    def asked(self, writer: str, language: str) -> int:
        """Note a question, unless a limit is reached."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CALLS_LOCK])
        reason = over_limit(timezone.now())
        if reason:
            raise CannotWrite(reason)
        call = TextCall.objects.create(writer=writer, language=language, artwork_id=self.artwork_id)
        return call.pk

    def answered(self, number: int, usage: Usage) -> None:
        """Note a usable answer."""
        _close(number, TextCall.Outcome.ANSWERED, "", usage)

    def failed(self, number: int, reason: str, usage: Usage) -> None:
        """Note a failure; what came of it may have cost money nevertheless."""
        _close(number, TextCall.Outcome.FAILED, reason, usage)


def over_limit(now: datetime) -> str:
    """Return which limit is reached, as a sentence, or nothing."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    calls, cents = settings.TEXT_ENDPOINT_DAILY_CALLS, settings.TEXT_ENDPOINT_MONTHLY_CENTS
    if calls and TextCall.objects.filter(asked_at__gte=day).count() >= calls:
        return f"The limit of {calls} tries a day is reached."
    spent = TextCall.objects.filter(asked_at__gte=day.replace(day=1)).aggregate(
        sum=Sum("cost_millicents")
    )["sum"]
    if cents and (spent or 0) >= cents * MILLICENTS:
        return f"The month’s budget of {cents / 100:.2f} is spent."
    return ""


def cost_millicents(usage: Usage) -> int:
    """Return what tokens cost, in thousandths of a cent, rounded up."""
    cents = (
        usage.tokens_in * settings.TEXT_ENDPOINT_CENTS_IN
        + usage.tokens_out * settings.TEXT_ENDPOINT_CENTS_OUT
    )
    return -(-cents * MILLICENTS // 1_000_000)


def _close(number: int, outcome: TextCall.Outcome, reason: str, usage: Usage) -> None:
    TextCall.objects.filter(pk=number).update(
        outcome=outcome,
        reason=reason[:300],
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        cost_millicents=cost_millicents(usage),
    )
