"""A cycle: what it writes, that it replays, and that it makes each job once, wherever it is cut."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from catalog.autopilot import services
from catalog.autopilot.cycle import CYCLE_LOCK, replays, run_cycle
from catalog.autopilot.past import used_on
from catalog.models import (
    AutopilotAlarm,
    AutopilotCycle,
    AutopilotEntry,
    AutopilotProposal,
    DemandGap,
)
from catalog.tasks_autopilot import run_autopilot
from genart.lib.errors import StateConflict
from genart.lib.session import lock
from generation.models import Job
from generation.services import submit_job
from tests.catalog.autopilot.conftest import set_mode
from tests.catalog.test_sales import sell
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


class Cut(BaseException):
    """The process dies here."""


def jobs():
    return Job.objects.filter(proposal__isnull=False)


def test_a_new_factory_suggests_more_of_what_sells_and_says_why(shop, admin_user):
    DemandGap.objects.create(phrase="waves in sage", searches=5, visitors=5, lost_cents=900)
    cycle = run_cycle(slot="one")

    assert cycle.state == "done" and cycle.mode == "suggest" and cycle.ended_at
    assert replays(cycle)
    proposals = list(cycle.proposals.order_by("position"))
    assert {one.state for one in proposals} == {"waiting"} and not jobs().exists()
    assert sum(one.renders for one in proposals) <= 48
    in_sage = sum(one.renders for one in proposals if one.palette == "sage")
    assert in_sage > 0.4 * sum(one.renders for one in proposals)
    said = " ".join(AutopilotEntry.objects.values_list("sentence", flat=True))
    assert "because sage sold 3.0 × as often as the average of its age" in said
    gap = next(one for one in proposals if one.kind == "gap")
    assert (gap.style, gap.palette) == ("waves", "sage")
    assert "5 visitors looked 5 times for “waves in sage” and found nothing" in gap.sentence

    chosen = next(one for one in proposals if one.kind != "gap")
    services.approve_proposal(proposal_id=chosen.pk, user=admin_user)
    services.approve_proposal(proposal_id=chosen.pk, user=admin_user)
    job = jobs().get()
    assert job.renders.count() == chosen.renders
    assert {render.palette_name for render in job.renders.all()} == {chosen.palette}
    assert len({render.seed for render in job.renders.all()}) == chosen.renders
    assert AutopilotEntry.objects.first().sentence == f"made {chosen.sentence}"
    services.approve_proposal(proposal_id=gap.pk, user=admin_user)
    assert DemandGap.objects.get().state == "proposed"


@pytest.mark.parametrize("cut_after", ["gathered", "planned", "enforced", "proposed", "done"])
def test_a_cycle_cut_off_after_any_step_makes_each_job_once(shop, cut_after):
    set_mode("auto", renders_per_day=12, arm_cap=3)

    def die(cycle):
        if cycle.state == cut_after:
            raise Cut

    with pytest.raises(Cut):
        run_cycle(slot="one", watch=die)
    before = AutopilotCycle.objects.get()
    again = run_cycle(slot="one")
    later = again or AutopilotCycle.objects.get()
    assert later.pk == before.pk and later.state == "done"
    assert later.seed == before.seed and replays(later)
    proposals = list(later.proposals.all())
    assert proposals and {one.state for one in proposals} == {"submitted"}
    assert (
        jobs().count()
        == len(proposals)
        == Job.objects.filter(idempotency_key__startswith="autopilot-").count()
    )
    assert run_cycle(slot="one") is None


def test_an_auto_cycle_keeps_to_the_day_whatever_else_runs(shop):
    set_mode("auto", renders_per_day=12, arm_cap=3)
    run_cycle(slot="one")
    made = used_on(timezone.localdate()).renders
    assert 0 < made <= 12
    second = run_cycle(slot="two")
    assert used_on(timezone.localdate()).renders <= 12
    assert second.state == "done" and second.pk != AutopilotCycle.objects.last().pk
    notes = " ".join(second.enforced["notes"])
    assert made < 12 or not second.enforced["choices"], notes


def test_one_cycle_at_a_time(shop):
    results = []

    def other():
        with lock(CYCLE_LOCK) as is_ours:
            results.append(is_ours)
        connection.close()

    with lock(CYCLE_LOCK) as is_ours:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert is_ours and run_cycle_elsewhere() is None
    assert results == [False]


def run_cycle_elsewhere():
    """Run a cycle on another connection and return what came of it."""
    found = []

    def go():
        found.append(run_cycle(slot="elsewhere"))
        connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    thread.join()
    return found[0]


def test_shadow_only_writes_down(shop):
    set_mode("shadow")
    cycle = run_cycle(slot="one")
    assert {one.state for one in cycle.proposals.all()} == {"shadow"} and not jobs().exists()
    said = [entry.sentence for entry in cycle.entries.all()]
    assert any(sentence.startswith("would make ") for sentence in said)
    assert any(sentence.startswith("Not enough data") for sentence in said)


def test_off_does_nothing(shop):
    set_mode("off")
    assert run_cycle(slot="one") is None
    assert not AutopilotCycle.objects.exists()


def test_one_buyers_flood_freezes_it_until_somebody_looked(shop, admin_user):
    set_mode("auto")
    for day in range(20):
        for work in shop[:2]:
            sell(work, at=timezone.now() - timedelta(days=day % 6), email="fan@example.com")
    cycle = run_cycle(slot="one")
    assert cycle.state == "frozen" and not jobs().exists()
    alarm = AutopilotAlarm.objects.get()
    assert alarm.kind == "buyer" and "One buyer bought 40 of the 64" in alarm.reason
    assert run_cycle(slot="two").state == "frozen"
    services.unfreeze(reason="A hotel, it is fine.", user=admin_user)
    assert run_cycle(slot="three").state == "done"


def test_a_freeze_stops_what_is_approved_already(shop, admin_user):
    run_cycle(slot="one")
    proposal = AutopilotProposal.objects.filter(state="waiting").first()
    services.freeze(reason="wait")
    with pytest.raises(StateConflict, match="frozen: wait"):
        services.approve_proposal(proposal_id=proposal.pk, user=admin_user)
    AutopilotProposal.objects.filter(pk=proposal.pk).update(
        state="approved", decided_at=timezone.now()
    )
    assert services.submit_approved() == 0 and not jobs().exists()
    services.unfreeze(reason="go on")
    assert services.submit_approved() == 1 and jobs().count() == 1


def test_the_actor_runs_what_is_due_once(shop):
    run_autopilot()
    run_autopilot()
    assert AutopilotCycle.objects.count() == 1
    AutopilotProposal.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    run_autopilot()
    assert not AutopilotProposal.objects.filter(state="waiting").exists()
    assert AutopilotProposal.objects.filter(state="expired").exists()


def test_a_job_made_before_its_process_died_is_found_whoever_commissions_now(shop, admin_user):
    run_cycle(slot="one")
    proposal = AutopilotProposal.objects.filter(state="waiting").first()
    AutopilotProposal.objects.filter(pk=proposal.pk).update(
        state="approved", decided_at=timezone.now()
    )
    made, _new = submit_job(
        spec=proposal.spec, owner=admin_user, idempotency_key=f"autopilot-{proposal.pk}"
    )
    services.revise_rules(owner=make_user("another"), blocked_words=proposal.theme)
    assert services.submit_approved() == 1
    assert services.submit_approved() == 0
    assert jobs().get() == made


def test_a_newer_cycle_takes_the_place_of_what_waits(shop, admin_user):
    first = run_cycle(slot="one")
    chosen = first.proposals.first()
    services.approve_proposal(proposal_id=chosen.pk, user=admin_user)
    second = run_cycle(slot="two")
    assert second.proposals.filter(state="waiting").exists()
    assert not first.proposals.filter(state="waiting").exists()
    chosen.refresh_from_db()
    assert chosen.state == "submitted"
    gone = first.proposals.filter(state="expired").first()
    with pytest.raises(StateConflict, match="it is expired"):
        services.approve_proposal(proposal_id=gone.pk, user=admin_user)


def test_an_empty_shop_is_left_alone(factory):
    run_autopilot()
    assert not AutopilotCycle.objects.exists()
