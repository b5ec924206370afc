"""A market day: many buyers at the embedded gateway, and the worst network for its events.

The gateway's own memory (`TestCheckout`) is the truth about money. Its events are signed, read by
the webhook's reader and settled: shuffled, doubled, dropped, delayed. What was dropped is found by
return pages and by the sweep. `faults` then compares every book with the gateway's.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from catalog import services
from catalog.checkout import gateway
from catalog.checkout.test import decide, signed
from catalog.models import (
    Artwork,
    ArtworkStats,
    CreditEntry,
    Grant,
    Order,
    OrderLine,
    PaymentEvent,
    Refund,
    TestCheckout,
)
from catalog.services import payments
from genart.accounts.models import User
from genart.lib.errors import StateConflict
from tests.catalog.money.conftest import buyer_of, cart_with
from tests.factories import number

FATES = (
    ("pay", 60), ("decline", 10), ("leave", 8), ("later, arrived", 6), ("later, failed", 4),
    ("pay twice", 4), ("forged", 4), ("lost dispute", 2), ("won dispute", 2),
)  # fmt: skip
Event = dict[str, Any]


class Market:
    """A day with `orders` orders of `works`; everything follows from the seed.

    `doubling` is how many copies of an event arrive on average beside the first.
    """

    def __init__(
        self, works: list[Artwork], orders: int, seed: int = 1, doubling: float = 0.5
    ) -> None:
        self.chance = random.Random(seed)
        self.works, self.doubling = works, doubling
        self.users = [_user() for _ in range(max(4, orders // 12))]
        self.fates: Counter[str] = Counter()
        self.told: set[str] = set()
        self.received = 0
        self.orders = [self._order(number) for number in range(orders)]

    def run(self, settle: Callable[[Event], None] | None = None) -> None:
        """Let the day pass."""
        deliver = settle or self.deliver
        for order in self.orders:
            self._decide(order)
        self._let_time_pass()
        late = self._arrive(deliver)
        for order in self.chance.sample(self.orders, len(self.orders) // 4):
            payments.look_up(order=Order.objects.get(pk=order.pk))
        self._sweep()
        self._refund()
        late += self._arrive(deliver)
        self.chance.shuffle(late)
        for event in late:
            deliver(event)
        self._sweep()
        payments.catch_up(since=timezone.now() - timedelta(days=1))
        self._sweep()

    def deliver(self, event: Event) -> None:
        """Post an event to the shop, without the HTTP."""
        body, signature = signed(event)
        read = gateway("test").read_event(body=body, signature=signature)
        self.received += 1
        if read is not None:
            services.settle_payment(event=read)

    def _order(self, place: int) -> Order:
        guest = place % 5 == 0
        user = None if guest else self.chance.choice(self.users)
        if user is not None and place % 7 == 0:
            services.give_credits(user=user, cents=500, reason="Welcome", key=f"{place}")
        works = self.chance.sample(self.works, self.chance.randint(1, 3))
        cart = cart_with(user, *works, licence=self.chance.choice(["personal", "commercial"]))
        order = services.start_order(cart=cart, buyer=buyer_of(user), use_credits=place % 7 == 0)
        cart.items.all().delete()
        if user is not None:  # or the next order of this account would take its place
            Order.objects.filter(pk=order.pk).update(cart_id=None)
        services.open_payment(order=order)
        return Order.objects.get(pk=order.pk)

    def _decide(self, order: Order) -> None:
        if order.state != Order.State.PENDING:
            return
        names, weights = zip(*FATES, strict=True)
        fate = self.chance.choices(names, weights)[0]
        self.fates[fate] += 1
        reference = order.gateway_reference
        if fate == "forged":
            self._forge(reference)
        elif fate == "pay twice":
            page = TestCheckout.objects.get(pk=reference)
            page.pk, page._state.adding = f"{reference}b", True
            page.save()
            decide(reference=page.pk, answer="pay")
            decide(reference=reference, answer="pay")
        elif "dispute" in fate:
            decide(reference=reference, answer="pay")
            payments.look_up(order=order)  # a dispute comes weeks after its payment
            decide(reference=reference, answer="dispute")
            decide(reference=reference, answer=f"dispute_{fate.partition(' ')[0]}")
        elif fate != "leave":
            for answer in fate.split(", "):
                decide(reference=reference, answer=answer)

    def _forge(self, reference: str) -> None:
        """Have a signed event say that a smaller sum was paid, as a broken gateway might."""
        page = TestCheckout.objects.get(pk=reference)
        decide(reference=reference, answer="pay")
        page.refresh_from_db()
        page.events[-1]["data"]["object"]["amount_total"] -= 1
        page.state, page.amount_cents = "paid", page.amount_cents - 1
        page.save()

    def _let_time_pass(self) -> None:
        past = timezone.now() - timedelta(hours=1)
        Order.objects.update(created_at=past)
        open_pages = TestCheckout.objects.filter(state="open").values("order_id")
        Order.objects.filter(pk__in=open_pages).update(expires_at=past)

    def _arrive(self, deliver: Callable[[Event], None]) -> list[Event]:
        """Deliver what was not told yet, as it happens; return what is held back."""
        fresh = [
            event
            for page in TestCheckout.objects.order_by("pk")
            for event in page.events
            if event["id"] not in self.told
        ]
        self.told |= {event["id"] for event in fresh}
        self.chance.shuffle(fresh)
        kept = [event for event in fresh if self.chance.random() > 0.15 or _only_told(event)]
        late = [event for event in kept if self.chance.random() < 0.15]
        late_ids = {event["id"] for event in late}
        arriving = [event for event in kept if event["id"] not in late_ids]
        arriving += (
            self.chance.choices(arriving or [{}], k=int(len(arriving) * self.doubling))
            if arriving
            else []
        )
        self.chance.shuffle(arriving)
        for event in arriving:
            deliver(event)
        return late + late[: len(late) // 2]

    def _sweep(self) -> None:
        """Sweep until nothing is left to ask, as the scheduler would over minutes."""
        past = timezone.now() - timedelta(hours=1)
        for _ in range(50):
            Refund.objects.filter(state="pending").update(created_at=past)
            for refund_id in Refund.objects.filter(state="pending").values_list("pk", flat=True):
                payments.ask_refund(refund_id=refund_id)
            payments.sweep(thorough=True)
            waiting = Order.objects.filter(state="pending").exclude(problem__contains="wrong sum")
            if not waiting.exists() and not Refund.objects.filter(state="pending").exists():
                return

    def _refund(self) -> None:
        """Pay some orders back, whole or a line; of half of them the answer is lost."""
        paid = list(Order.objects.filter(state="paid").order_by("pk"))
        for order in self.chance.sample(paid, len(paid) // 8):
            lines = list(order.lines.order_by("pk"))
            some = None if self.chance.random() < 0.5 else lines[:1]
            try:
                refund = services.refund_order(order=order, lines=some, reason="Changed my mind")
            except StateConflict:
                continue
            if self.chance.random() < 0.5:
                self._ask_and_forget(refund)

    @staticmethod
    def _ask_and_forget(refund: Refund) -> None:
        from catalog.checkout.gateway import Repayment

        cents = refund.amount_cents - refund.credit_cents
        if cents and refund.state == Refund.State.PENDING:
            gateway("test").refund(
                Repayment(
                    refund.pk, refund.order_id, refund.payment_reference, cents,
                    refund.order.currency,
                )
            )  # fmt: skip


def _user() -> User:
    """Make an account without a password: hashing one takes longer than an order."""
    name = f"buyer{number()}"
    return User.objects.create(username=name, email=f"{name}@example.com")


def _only_told(event: Event) -> bool:
    """Tell whether an event is of a second page, of which the shop knows by its events alone.

    The shop makes no second page; were there one, the gateway would tell of it for three days.
    """
    return "b_" in event["id"]


def faults() -> dict[str, int]:
    """Compare every book of the shop with the gateway's; all are 0 in a shop that works."""
    forged = set(Order.objects.filter(problem__contains="wrong sum").values_list("pk", flat=True))
    at_gateway = set(TestCheckout.objects.filter(state="paid").values_list("order_id", flat=True))
    by_credits = Order.objects.filter(credits_cents__gt=0, gateway_reference="")
    owed = (at_gateway - forged) | set(by_credits.values_list("pk", flat=True))
    paid = set(Order.objects.exclude(paid_at=None).values_list("pk", flat=True))
    per_line = OrderLine.objects.filter(order__in=paid).annotate(grants=Count("grant"))
    return {
        "paid at the gateway, not in the shop": len(owed - paid),
        "paid in the shop, not at the gateway": len(paid - owed),
        "lines of paid orders without their grant": per_line.exclude(grants=1).count(),
        "grants of unpaid orders": Grant.objects.exclude(order_line__order__in=paid).count(),
        "events acted on twice": _twice(),
        "orders left waiting": Order.objects.filter(state="pending").exclude(pk__in=forged).count(),
        "refunds left waiting": Refund.objects.filter(state="pending").count(),
        "cents of difference to the gateway": abs(_gateway_cents() - _shop_cents(forged)),
        "orders whose lines do not add up": _lines_off(),
        "rights open after a refund": Grant.objects.filter(
            order_line__refunds__state="done", revoked_at=None
        ).count(),
        "cents of credits off": _credits_off(),
        "sales miscounted": _sales_off(),
    }


def _sum(rows: Any, name: str) -> int:
    return int(rows.aggregate(sum=Sum(name))["sum"] or 0)


def _twice() -> int:
    rows = PaymentEvent.objects.values("gateway", "event_id").annotate(n=Count("pk"))
    return rows.filter(n__gt=1).count()


def _gateway_cents() -> int:
    """Return what the gateway took in, less what it gave back and what banks took."""
    pages = list(TestCheckout.objects.filter(state="paid"))
    back = sum(refund["amount"] for page in pages for refund in page.refunds)
    lost = sum(
        event["data"]["object"]["amount"] - sum(refund["amount"] for refund in page.refunds)
        for page in pages
        for event in page.events
        if event["type"] == "charge.dispute.closed" and event["data"]["object"]["status"] == "lost"
    )
    return sum(page.amount_cents for page in pages) - back - lost


def _shop_cents(forged: set[Any]) -> int:
    """Return what the shop thinks it has: dues of paid orders less refunds, and what is strange."""
    orders = Order.objects.exclude(paid_at=None)
    dues = _sum(orders, "total_cents") - _sum(orders, "credits_cents")
    done = Refund.objects.filter(state="done", lines__isnull=False).distinct()
    money = sum(refund.amount_cents - refund.credit_cents for refund in done)
    strange = TestCheckout.objects.filter(state="paid", order_id__in=forged)
    return dues - money + _sum(strange, "amount_cents")


def _lines_off() -> int:
    off = 0
    for order in Order.objects.annotate(
        lines_sum=Sum("lines__price_cents"), back=Sum("lines__refunded_cents")
    ):
        off += (order.lines_sum, order.back) != (order.total_cents, order.refunded_cents)
    return off


def _credits_off() -> int:
    """Return how far balances are from gifts less what paid orders keep of credits."""
    given = _sum(CreditEntry.objects.filter(key__startswith="gift:"), "cents")
    kept = Order.objects.exclude(state="cancelled")  # one that waits holds its credits
    spent = _sum(kept, "credits_cents")
    back = _sum(Refund.objects.filter(state="done"), "credit_cents")
    return abs(_sum(CreditEntry.objects, "cents") - (given - spent + back))


def _sales_off() -> int:
    held = Grant.objects.filter(revoked_at=None).values("artwork").annotate(n=Count("pk"))
    counts = {row["artwork"]: row["n"] for row in held}
    return sum(stats.sales != counts.get(stats.pk, 0) for stats in ArtworkStats.objects.all())
