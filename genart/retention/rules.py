"""The rules: what is kept how long, why, and which verb removes it. One table for all apps.

The page of a person's own data shows `what`, `kept` and `why`; the sweep calls `forget`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from genart.retention.services import forgetting, superseding

Forget = Callable[[datetime, bool], forgetting.Removed]
"""Takes the moment before which things are too old, and whether it is only asked what would go."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one kind of thing is kept.

    Attributes:
        name: as it is written down when it removed something.
        what: the things, in a few words.
        why: why they are kept at all.
        kept: how long, in words.
        forget: removes what is too old; `None` where another sweep does (`by`).
        days: how long, by the settings; `None`: the rule knows.
        by: the actor of another sweep that holds to it.
    """

    name: str
    what: str
    why: str
    kept: str
    forget: Forget | None = None
    days: int | None = None
    by: str = ""

    def before(self, now: datetime) -> datetime:
        """Return the moment before which things are too old."""
        if self.name == "papers":
            return end_of_papers(now)
        return now - timedelta(days=self.days or 0)


def end_of_papers(now: datetime) -> datetime:
    """Return the moment before which papers are too old: so many full calendar years lie between.

    A paper of any day of 2026 is kept to the end of 2036, with ten years.
    """
    local = timezone.localtime(now)
    return local.replace(
        year=local.year - settings.INVOICE_YEARS, month=1, day=1,
        hour=0, minute=0, second=0, microsecond=0,
    )  # fmt: skip


def rules() -> list[Rule]:
    """Return every rule, with the periods that are set."""
    return [*_by_days(), _papers(), *_of_others()]


def _by_days() -> list[Rule]:
    """Return the rules whose period is a number of days of the settings."""
    rows: list[tuple[str, str, str, Forget]] = [
        ("searches", "Searches, without a word of who asked", "to learn what is missing",
         forgetting.searches),
        ("carts", "Carts of guests that nobody touched", "so that a guest finds it again",
         forgetting.carts),
        ("lightboxes", "Lightboxes of guests that nobody touched, unless they are shared",
         "so that a guest finds it again", forgetting.lightboxes),
        ("unpaid_orders", "Name, address and e-mail of orders that were never paid",
         "a payment may come late", forgetting.unpaid_orders),
        ("payment_payloads", "What the payment service told us of a payment, word for word",
         "to answer disputes", forgetting.payment_payloads),
        ("mails", "To which address a mail was sent", "to answer who did not get one",
         forgetting.mails),
        ("tokens", "Tokens of programs that were revoked", "to explain what they did",
         forgetting.tokens),
        ("looks", "Pictures that somebody made to look at a style", "to compare two looks",
         forgetting.looks),
        ("admin_log", "Notes of changes in the admin", "to find who changed what",
         forgetting.admin_log),
        ("superseded", "Files of pictures that were signed anew: previews and masters",
         "other sites may still show them", superseding.superseded_files),
    ]  # fmt: skip
    return [_ruled(*row) for row in rows]


def _ruled(name: str, what: str, why: str, forget: Forget) -> Rule:
    days = settings.RETENTION_DAYS[name.upper()]
    return Rule(name, what, why, f"{days} days", forget, days)


def _papers() -> Rule:
    return Rule(
        "papers",
        "Name and address on orders, invoices and certificates of guests and closed accounts",
        "the tax law asks for it",
        f"{settings.INVOICE_YEARS} full calendar years",
        forgetting.papers,
    )


def _of_others() -> list[Rule]:
    """Return what is removed by sweeps of its own, and what ends by itself."""
    days = settings.RETENTION_DAYS
    return [
        Rule("sessions", "Sign-ins that have ended", "to keep you signed in", "two weeks",
             forgetting.sessions, days=0),
        Rule("demand", "What visitors were shown and did, without a word of who",
             "to make more of what is wanted", f"{settings.DEMAND_EVENT_DAYS} days",
             by="catalog.tasks_demand:forget_demand"),
        Rule("wishes", "Addresses of guests who asked to be told, and never confirmed it",
             "to send the link", "a week", by="catalog.tasks_demand:forget_demand"),
        Rule("appraisals", "Pictures that a program wanted measured", "to measure them", "an hour",
             by="curation.tasks:sweep_appraisals"),
        Rule("exports", "Copies of a person's data", "so that it can be fetched",
             f"{days['EXPORTS']} days", by="genart.privacy.tasks:sweep_requests"),
        Rule("leftovers", "Files that belong to nothing", "a late writer may still name them",
             f"{days['LEFTOVERS']} days, and {days['PARKED']} more put aside",
             by="genart.retention.tasks:sweep_storage"),
    ]  # fmt: skip
