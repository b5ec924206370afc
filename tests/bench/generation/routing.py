"""What a decision of the router costs, and what a look at the figures costs, with a full queue.

400 renders of 20 jobs wait for a checkpoint that five providers offer; as many calls as fit are
assigned, one by one: a provider takes seconds for an image, so a tenth of one to choose it is
little. Then `/metrics` is read anew over many finished renders besides.
"""

from collections.abc import Iterator
from copy import copy
from uuid import uuid4

from generation import metrics
from generation.autoscale import look
from generation.models import Render
from generation.remote import router
from tests import factories
from tests.bench import Figure, percentile, timed_ms

JOBS, RENDERS_EACH, PROVIDERS = 20, 20, 5
DECISIONS = 100
FINISHED = 20_000


def figures() -> Iterator[Figure]:
    """Yield the costs of deciding and of looking."""
    fill()
    decisions = []
    for _ in range(DECISIONS):
        decisions.append(timed_ms(router.next_assignment))
    yield Figure("router_decision_p50", percentile(decisions, 0.5), "ms", "<=100")
    yield Figure("router_decision_p95", percentile(decisions, 0.95), "ms", "<=250")
    assigned = Render.objects.filter(state=Render.State.RENDERING).exclude(provider="").count()
    yield Figure("router_assigned", assigned, "renders", f">={DECISIONS}")
    finish(FINISHED)
    fresh = []
    for _ in range(5):
        metrics.forget()
        fresh.append(timed_ms(metrics.exposition))
    yield Figure("metrics_read_anew", percentile(fresh, 0.5), "ms", "<=500")
    yield Figure("metrics_kept", timed_ms(metrics.exposition), "ms", "<=5")
    yield Figure("autoscale_look", percentile([timed_ms(look) for _ in range(9)], 0.5), "ms")


def fill() -> None:
    """Queue the renders and make the offers."""
    checkpoint = factories.make_checkpoint(slug="foreign", source="remote")
    style = factories.make_style(version_fields={"checkpoint": checkpoint})
    for number in range(PROVIDERS):
        provider = factories.make_provider(most_at_once=DECISIONS, daily_budget_cents=100_000)
        factories.make_offer(provider=provider, checkpoint=checkpoint, price_cents=number + 1)
    for _ in range(JOBS):
        job = factories.make_job(budget_cents=10_000)
        first = factories.make_render(job=job, style=style, state="queued")
        copies(first, RENDERS_EACH - 1)


def finish(count: int) -> None:
    """Write finished renders without their files."""
    first = factories.make_render(job=factories.make_job())
    copies(first, count)


def copies(first: Render, count: int) -> None:
    """Write more renders like one."""
    rows = []
    for number in range(count):
        row = copy(first)
        row.pk, row.index = uuid4(), first.index + 1 + number
        rows.append(row)
    Render.objects.bulk_create(rows, batch_size=2000)
