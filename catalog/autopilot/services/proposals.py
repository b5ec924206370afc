"""What becomes of a proposal: a person approves or dismisses it, or it expires; then a job.

Every verb may run twice and beside itself. A proposal's job has the proposal as idempotency key,
so that a proposal makes one job, whenever and however often it is submitted.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from catalog.autopilot import past
from catalog.autopilot.drafts import words_against
from catalog.autopilot.log import Kind, note
from catalog.autopilot.rules import (
    blocked_words_of,
    limits_of,
    mode_of,
    open_alarms,
    owner_of,
    rules_in_force,
)
from catalog.demand.services.gaps import propose_gap
from catalog.models import AutopilotCycle, AutopilotProposal, AutopilotRules
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from generation.models import Job
from generation.services import submit_job

State = AutopilotProposal.State
BUDGET_LOCK = 0x62756467  # any constant: two approvals must not both take the last of a day
KEY = "autopilot-{}"
DOCUMENTS = ("cycle__inputs", "cycle__planned", "cycle__enforced")
"""Megabytes that no verb here reads."""


@transaction.atomic
def approve_proposal(*, proposal_id: UUID, user: User) -> AutopilotProposal:
    """Approve a waiting proposal and commission it after the commit. Safe to repeat.

    Raises:
        NotFound: there is no such proposal.
        StateConflict: it was decided otherwise, the autopilot is frozen or off, or the day's
            budget has no room for it; nothing was written.
    """
    proposal = _locked(proposal_id)
    if proposal.state in past.MADE:
        return proposal
    _must_wait(proposal)
    rules = rules_in_force()
    reason = held_by(proposal, rules)
    if reason:
        raise StateConflict(reason)
    _decide(proposal, State.APPROVED, user)
    text = f"{user} approved: {proposal.sentence}"
    note(Kind.DECIDED, text, cycle=proposal.cycle, proposal=proposal, by=user)
    transaction.on_commit(lambda: submit(proposal_id=proposal.pk))
    return proposal


def approve_waiting(*, user: User) -> int:
    """Approve what waits, in the order of the plan, as far as the day has room; return how many.

    Raises:
        StateConflict: not one could be approved; the reason is the first one's.
    """
    waiting = AutopilotProposal.objects.filter(state=State.WAITING, expires_at__gt=timezone.now())
    done, reasons = 0, list[StateConflict]()
    for pk in list(waiting.order_by("created_at", "position").values_list("pk", flat=True)):
        try:
            approve_proposal(proposal_id=pk, user=user)
            done += 1
        except StateConflict as reason:
            reasons.append(reason)
    if not done and reasons:
        raise reasons[0]
    return done


@transaction.atomic
def dismiss_proposal(*, proposal_id: UUID, user: User, reason: str = "") -> AutopilotProposal:
    """Say no to a waiting proposal. Safe to repeat.

    Raises:
        NotFound: there is no such proposal.
        StateConflict: it was decided otherwise.
    """
    proposal = _locked(proposal_id)
    if proposal.state == State.DISMISSED:
        return proposal
    _must_wait(proposal)
    _decide(proposal, State.DISMISSED, user, reason)
    because = f": {proposal.reason}" if proposal.reason else ""
    text = f"{user} dismissed {proposal}{because}"
    note(Kind.DECIDED, text, cycle=proposal.cycle, proposal=proposal, by=user)
    return proposal


@transaction.atomic
def expire_proposals(*, now: datetime | None = None) -> int:
    """Let proposals lapse that nobody decided on in time; return how many. Safe to repeat."""
    now = now or timezone.now()
    old = AutopilotProposal.objects.filter(state=State.WAITING, expires_at__lte=now)
    rows = old.select_for_update(skip_locked=True, of=("self",)).select_related("cycle")
    found = list(rows.defer(*DOCUMENTS).order_by("pk"))
    for proposal in found:
        _decide(proposal, State.EXPIRED, None, "Nobody decided on it in time.")
        note(Kind.HELD, f"Lapsed: {proposal.sentence}", cycle=proposal.cycle, proposal=proposal)
    return len(found)


def supersede_proposals(*, cycle: AutopilotCycle) -> int:
    """Let waiting proposals of earlier cycles lapse, since this one proposes from newer signals.

    Call it within the transaction that writes the new ones. Returns how many there were.
    """
    earlier = AutopilotProposal.objects.filter(state=State.WAITING).exclude(cycle=cycle)
    found = list(earlier.select_for_update(skip_locked=True).order_by("pk"))
    for proposal in found:
        _decide(proposal, State.EXPIRED, None, "A newer cycle proposed anew.")
    if found:
        text = f"{len(found)} earlier proposals lapsed: this cycle proposes from newer signals."
        note(Kind.HELD, text, cycle=cycle)
    return len(found)


def submit_approved() -> int:
    """Commission what is approved and has no job yet; return how many. Safe to repeat."""
    ids = AutopilotProposal.objects.filter(state=State.APPROVED).order_by("created_at", "position")
    return sum(submit(proposal_id=pk) for pk in list(ids.values_list("pk", flat=True)))


def submit(*, proposal_id: UUID) -> bool:
    """Commission an approved proposal, unless something speaks against it now. Safe to repeat.

    Returns:
        Whether this call made it a job's.
    """
    proposal = AutopilotProposal.objects.get(pk=proposal_id)
    key, rules = KEY.format(proposal.pk), rules_in_force()
    made = Job.objects.filter(idempotency_key=key).first()
    if made is not None:  # a process died before it could say so, whoever commissions by now
        return _submitted(proposal, made)
    if proposal.state != State.APPROVED or open_alarms().exists() or mode_of(rules) == "off":
        return False
    if not _has_room_today(proposal, rules):
        return False
    against = words_against(proposal.spec, blocked_words_of(rules))
    if against:
        return _refuse(proposal, against)
    try:
        job, _is_new = submit_job(spec=proposal.spec, owner=owner_of(rules), idempotency_key=key)
    except InvalidInput as error:
        return _refuse(proposal, error.message)
    return _submitted(proposal, job)


def held_by(proposal: AutopilotProposal, rules: AutopilotRules) -> str:
    """Return why a proposal may not be commissioned now, as a sentence, or nothing.

    Takes the lock on the day's budget; call it within the transaction that uses it.
    """
    alarm = open_alarms().first()
    if alarm is not None:
        return f"The autopilot is frozen: {alarm.reason} Lift that first."
    if mode_of(rules) == AutopilotRules.Mode.OFF:
        return "The autopilot is off: change its mode first."
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BUDGET_LOCK])
    limits = limits_of(rules)
    used = past.used_on(timezone.localdate(), but=proposal.pk)
    seconds = proposal.renders * past.seconds_by_style().get(proposal.style, past.usual_seconds())
    cents = proposal.renders * past.cents_by_style().get(proposal.style, 0.0)
    if used.renders + proposal.renders > limits.renders_per_day:
        allowed = f"{limits.renders_per_day} renders a day, {used.renders} are used"
    elif used.gpu_seconds + seconds > limits.gpu_seconds_per_day:
        allowed = f"{limits.gpu_seconds_per_day:,.0f} s a day, {used.gpu_seconds:,.0f} s are used"
    elif cents and used.cents + cents > limits.cents_per_day:
        allowed = f"{limits.cents_per_day:,.0f} cents a day, {used.cents:,.1f} are used"
    else:
        return ""
    return f"The day's budget has no room for {proposal.renders} renders: {allowed}."


@transaction.atomic
def _has_room_today(proposal: AutopilotProposal, rules: AutopilotRules) -> bool:
    """Tell whether an approval holds today; one of an earlier day needs room in this one's budget.

    Without room it waits for the next sweep, and lapses when it has waited too long.
    """
    row = _locked(proposal.pk)
    if row.state != State.APPROVED or row.decided_at is None:
        return False
    if past.day_of(row.decided_at) == timezone.localdate():
        return True
    if row.expires_at <= timezone.now():
        _decide(row, State.EXPIRED, None, "There was no room in the budget in time.")
        return False
    if held_by(row, rules):
        return False
    _decide(row, State.APPROVED, row.decided_by, row.reason)
    return True


@transaction.atomic
def _submitted(proposal: AutopilotProposal, job: Job) -> bool:
    """Note that a proposal has its job; once, whoever else does so."""
    row = _locked(proposal.pk)
    if row.state != State.APPROVED:
        return False
    row.state, row.job, row.submitted_at = State.SUBMITTED, job, timezone.now()
    row.save(update_fields=["state", "job", "submitted_at"])
    if row.gap:
        propose_gap(gap_id=int(row.gap), job=job)
    note(Kind.MADE, f"made {row.sentence}", cycle=row.cycle, proposal=row)
    return True


@transaction.atomic
def _refuse(proposal: AutopilotProposal, reason: str) -> bool:
    row = _locked(proposal.pk)
    if row.state == State.APPROVED:
        _decide(row, State.REFUSED, row.decided_by, reason)
        note(Kind.HELD, f"Refused {row}: {row.reason}", cycle=row.cycle, proposal=row)
    return False


def _locked(proposal_id: UUID) -> AutopilotProposal:
    rows = AutopilotProposal.objects.select_for_update(of=("self",)).select_related("cycle")
    proposal = rows.defer(*DOCUMENTS).filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound("There is no such proposal.")
    return proposal


def _must_wait(proposal: AutopilotProposal) -> None:
    if proposal.state == State.WAITING and proposal.expires_at <= timezone.now():
        raise StateConflict("This proposal has expired.")
    if proposal.state != State.WAITING:
        word = proposal.get_state_display().lower()
        raise StateConflict(f"This proposal no longer waits: it is {word}.")


def _decide(proposal: AutopilotProposal, state: State, user: User | None, reason: str = "") -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, user, timezone.now()
    proposal.reason = " ".join(reason.split())[:500]
    proposal.save(update_fields=["state", "decided_by", "decided_at", "reason"])
