"""The offers as they stand now: prices, what is under way, what was spent. Reads only.

What is under way counts as spent at its price, so that budgets hold before the bills come. It is
found twice, by the render and by the ledger, since either may be ahead of the other.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from generation.licences import objections
from generation.models import Checkpoint, Job, Offer, Provider, RemoteCall, Render
from generation.remote import breaker
from generation.remote.bids import Bid, Need, Objection, best, objection

OPEN = (RemoteCall.State.SENDING, RemoteCall.State.RUNNING)
NOTHING = Decimal(0)


class UnderWay(NamedTuple):
    """An image that a provider makes now, and what it will cost."""

    render_id: UUID
    job_id: UUID
    provider_id: int
    price_cents: Decimal


class Market:
    """A view of every active offer at one time.

    Args:
        now: aware; the present time when left out.
    """

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or timezone.now()
        offers = Offer.objects.filter(is_active=True, provider__is_active=True)
        self.offers = list(offers.select_related("provider", "checkpoint"))
        self._under_way: list[UnderWay] | None = None
        self._spent_today: dict[int, Decimal] | None = None
        self._spent_by_job: dict[UUID, Decimal] = {}
        self._objections: dict[tuple[int, int], tuple[str, ...]] = {}

    def best(self, render: Render, *, second_cents: float) -> Offer | None:
        """Return the offer that a queued render goes to, or `None` where none serves it now."""
        offers = self.offers_of(render)
        bids = {offer.provider.slug: self.bid(offer, render) for offer in offers}
        if not bids:
            return None
        chosen = best(self.need(render), bids.values(), second_cents=second_cents)
        return next(
            (offer for offer in offers if chosen and offer.provider.slug == chosen.slug), None
        )

    @property
    def has_room(self) -> bool:
        """Whether any provider takes on another render now."""
        busy = Counter(entry.provider_id for entry in self.under_way)
        return any(
            breaker.lets_through(offer.provider, self.now)
            and busy[offer.provider_id] < offer.provider.most_at_once
            for offer in self.offers
        )

    def objections(self, render: Render) -> list[Objection | None]:
        """Return what speaks against each offer of a render's checkpoint; `None`: nothing."""
        offers = self.offers_of(render)
        need = self.need(render) if offers else None
        return [objection(need, self.bid(offer, render)) for offer in offers if need]

    def offers_of(self, render: Render) -> list[Offer]:
        """Return the offers of a render's checkpoint."""
        return [offer for offer in self.offers if offer.checkpoint_id == render.checkpoint_id]

    def need(self, render: Render) -> Need:
        """Return what a render asks for; its job and checkpoint, best read along."""
        budget = render.job.budget_cents
        left = None if budget is None else Decimal(budget) - self.spent_by_job(render.job)
        calls = list(render.remote_calls.values_list("provider__slug", "state"))
        doubtful = (RemoteCall.State.SPOILT, RemoteCall.State.UNKNOWN)
        failed = (RemoteCall.State.FAILED, *doubtful)
        return Need(
            lane=render.lane,
            width_px=render.width_px,
            height_px=render.height_px,
            control=render.control.get("kind", ""),
            reference=_reference(render),
            adapters=tuple(f"{worn['slug']}@{worn['version']}" for worn in render.adapters),
            waited_seconds=(self.now - render.created_at).total_seconds(),
            is_foreign=render.checkpoint.source == Checkpoint.Source.REMOTE,
            budget_left_cents=left,
            refused_by=frozenset(
                slug for slug, state in calls if state == RemoteCall.State.REFUSED
            ),
            failures=Counter(slug for slug, state in calls if state in failed),
            doubtful=sum(state in doubtful for _slug, state in calls),
        )

    def bid(self, offer: Offer, render: Render) -> Bid:
        """Return an offer as it stands for a render."""
        provider = offer.provider
        budget = provider.daily_budget_cents
        is_open = breaker.state_of(provider, self.now) == breaker.State.OPEN
        return Bid(
            slug=provider.slug,
            name=provider.name,
            price_cents=offer.price_cents,
            capabilities=offer.capabilities,
            after_seconds=offer.after_seconds,
            latency_seconds=provider.latency_seconds,
            lets_through=breaker.lets_through(provider, self.now),
            rests_until=provider.closed_until if is_open else provider.probe_until,
            last_error=provider.last_error,
            busy=sum(entry.provider_id == provider.pk for entry in self.under_way),
            most_at_once=provider.most_at_once,
            budget_left_cents=None if budget is None else budget - self.spent_today(provider),
            objections=self._licence(render, provider),
        )

    @property
    def under_way(self) -> list[UnderWay]:
        """What every provider makes now, each render once for each provider."""
        if self._under_way is None:
            self._under_way = _under_way()
        return self._under_way

    def spent_today(self, provider: Provider) -> Decimal:
        """Return the cents spent at a provider since midnight, what is under way included."""
        if self._spent_today is None:
            midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
            ended = RemoteCall.objects.filter(created_at__gte=midnight).exclude(state__in=OPEN)
            rows = ended.order_by().values_list("provider").annotate(Sum("cost_cents"))
            self._spent_today = dict(rows)
        running = _total(e for e in self.under_way if e.provider_id == provider.pk)
        return self._spent_today.get(provider.pk, NOTHING) + running

    def spent_by_job(self, job: Job) -> Decimal:
        """Return the cents that a job spent at all providers, what is under way included."""
        if job.pk not in self._spent_by_job:
            ended = RemoteCall.objects.filter(render__job=job).exclude(state__in=OPEN)
            spent = ended.aggregate(total=Sum("cost_cents"))["total"] or NOTHING
            running = _total(entry for entry in self.under_way if entry.job_id == job.pk)
            self._spent_by_job[job.pk] = spent + running
        return self._spent_by_job[job.pk]

    def _licence(self, render: Render, provider: Provider) -> tuple[str, ...]:
        """Return why pictures of a provider may not be sold; nothing where none will be."""
        if render.job.purpose != Job.Purpose.SERIES:
            return ()
        key = (render.style_version_id, provider.pk)
        if key not in self._objections:
            self._objections[key] = tuple(objections(render.style_version, provider))
        return self._objections[key]


def _reference(render: Render) -> str:
    """Return what a render refers to: an embedding, an image, or nothing."""
    return next((kind for kind in ("embedding", "image") if render.reference.get(kind)), "")


def _total(entries: Iterable[UnderWay]) -> Decimal:
    return sum((entry.price_cents for entry in entries), NOTHING)


def _under_way() -> list[UnderWay]:
    """Read what is under way from the renders and from the ledger, at the higher price of both."""
    rendering = Render.objects.filter(state=Render.State.RENDERING).exclude(provider="")
    calls = RemoteCall.objects.filter(state__in=OPEN)
    slugs = dict(Provider.objects.values_list("slug", "pk"))
    prices = {
        (provider, checkpoint): price
        for provider, checkpoint, price in Offer.objects.values_list(
            "provider", "checkpoint", "price_cents"
        )
    }
    found: dict[tuple[UUID, int], UnderWay] = {}
    for render, job, slug, checkpoint in rendering.values_list(
        "pk", "job", "provider", "checkpoint"
    ):
        provider = slugs.get(slug, 0)
        price = prices.get((provider, checkpoint), NOTHING)
        found[render, provider] = UnderWay(render, job, provider, price)
    for render, job, provider, checkpoint, cost in calls.values_list(
        "render", "render__job", "provider", "render__checkpoint", "cost_cents"
    ):
        price = max(prices.get((provider, checkpoint), NOTHING), cost)
        found[render, provider] = UnderWay(render, job, provider, price)
    return list(found.values())
