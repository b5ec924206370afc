"""One turn from what sells to what is made.

Steps: gathered, planned, enforced (held to the guardrails), proposed, done.

Exactly one runs at a time, by an advisory lock that dies with its process. Each step writes its
result to the cycle's row in one transaction, with the state after it; a cycle that was killed is
gone on with from its last whole step, before any new one. So a plan is drawn once, a proposal is
written once, and a proposal makes one job (its idempotency key).
"""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from math import isclose

from django.db import Error, transaction
from django.utils import timezone

from catalog.autopilot import services, writer
from catalog.autopilot.alarms import Alarm, alarms
from catalog.autopilot.documents import (
    Document,
    facts_of,
    history_of,
    limits_of,
    plan_of,
    sha256_of,
)
from catalog.autopilot.gathering import gather
from catalog.autopilot.judging import judged
from catalog.autopilot.log import Kind, note
from catalog.autopilot.menu import menu_of
from catalog.autopilot.rules import (
    blocked_words_of,
    is_frozen,
    mode_of,
    open_alarms,
    rules_in_force,
)
from catalog.autopilot.turning import Proposed, enforced, planned, proposals_of
from catalog.autopilot.types import Arm
from catalog.models import AutopilotAlarm, AutopilotCycle, AutopilotProposal, AutopilotRules
from genart.lib.session import lock

logger = logging.getLogger(__name__)
CYCLE_LOCK = 0x67656E6172740007  # "genart", seventh lock
SEED_BITS = 31
LAST_DIGITS = 1e-6
QUIET_AFTER_LIFT = timedelta(days=7)
"""How long a kind of alarm that a person lifted does not freeze again."""
State = AutopilotCycle.State
Mode = AutopilotRules.Mode
Watch = Callable[[AutopilotCycle], None]


def run_cycle(
    *, slot: str, now: datetime | None = None, watch: Watch | None = None
) -> AutopilotCycle | None:
    """Go on with an open cycle, else run the one of a slot; return it. Safe to repeat.

    Args:
        slot: when it was due; a slot that was run is not run again.
        now: the moment that counts as now.
        watch: called after each step, with the cycle as it stands.

    Returns:
        The cycle, ended; `None` where another process runs one, the autopilot is off, or the
        slot is over.
    """
    with lock(CYCLE_LOCK) as is_ours:
        if not is_ours:
            return None
        cycle = _open_cycle() or _begin(slot, now or timezone.now())
        if cycle is None:
            return None
        try:
            return _go_on(cycle, watch or (lambda cycle: None))
        except Error:
            raise  # the database was away: the next turn goes on with this cycle
        except Exception as error:
            _fail(cycle, error)
            raise


def _open_cycle() -> AutopilotCycle | None:
    """Return the cycle that was begun and not ended."""
    begun = AutopilotCycle.objects.filter(state__in=AutopilotCycle.OPEN)
    return begun.select_related("rules").order_by("begun_at").first()


@transaction.atomic
def _begin(slot: str, now: datetime) -> AutopilotCycle | None:
    """Write a new cycle for a slot, unless that slot was run or nothing may be done."""
    rules = _written(rules_in_force())
    mode = mode_of(rules, now=now)
    if mode == Mode.OFF or AutopilotCycle.objects.filter(slot=slot).exists():
        return None
    return AutopilotCycle.objects.create(
        slot=slot,
        rules=rules,
        mode=mode,
        today=timezone.localtime(now).date(),
        seed=secrets.randbits(SEED_BITS),
    )


def _written(rules: AutopilotRules) -> AutopilotRules:
    """Return rules that are a row: a new factory's are written when they are first used."""
    return rules if rules.pk else services.revise_rules(why="what a new factory begins with")


def _go_on(cycle: AutopilotCycle, watch: Watch) -> AutopilotCycle:
    """Run the steps that are left."""
    while cycle.state in STEPS:
        STEPS[State(cycle.state)](cycle)
        watch(cycle)
    return cycle


def _gather(cycle: AutopilotCycle) -> None:
    """Read the inputs, and stop where they alarm or an alarm stands."""
    services.expire_proposals()
    if is_frozen():
        _end_frozen(cycle)
        return
    themes = _themes(cycle)
    inputs = gather(cycle.rules, today=cycle.today, seed=cycle.seed, themes=themes)
    for alarm in _raised(cycle, inputs):
        services.freeze(
            reason=alarm.sentence, kind=alarm.kind, evidence=alarm.evidence, cycle=cycle
        )
    if is_frozen():
        _end_frozen(cycle)
        return
    _done(cycle, State.GATHERED, inputs=inputs, inputs_sha256=sha256_of(inputs))


def _themes(cycle: AutopilotCycle) -> tuple[Arm, ...]:
    """Return the themes of the language model, if the rules ask; note what was left out."""
    if not cycle.rules.asks_writer:
        return ()
    blocked = blocked_words_of(cycle.rules)
    found = writer.themes_for(menu_of(cycle.rules), blocked=blocked)
    for remark in found.remarks:
        note(Kind.HELD, remark, cycle=cycle)
    return found.arms


def _raised(cycle: AutopilotCycle, inputs: Document) -> list[Alarm]:
    """Return the alarms of the inputs, but for kinds that a person has lifted of late."""
    lifted = AutopilotAlarm.objects.filter(lifted_at__gt=timezone.now() - QUIET_AFTER_LIFT)
    quiet = set(lifted.values_list("kind", flat=True))
    found = alarms(
        facts_of(inputs["facts"]),
        limits_of(inputs["limits"]),
        history_of(inputs["history"]),
        today=cycle.today,
    )
    return [alarm for alarm in found if alarm.kind not in quiet]


def _plan(cycle: AutopilotCycle) -> None:
    """Draw the plan, from the inputs alone."""
    _done(cycle, State.PLANNED, planned=planned(cycle.inputs))


def _enforce(cycle: AutopilotCycle) -> None:
    """Hold the plan to the guardrails, and say what it would have earned."""
    kept = enforced(cycle.inputs, cycle.planned)
    _done(cycle, State.ENFORCED, enforced=kept, estimates=judged(kept))


def _propose(cycle: AutopilotCycle) -> None:
    """Write the proposals, each with its line in the log, all or none."""
    found = proposals_of(cycle.inputs, cycle.enforced, cycle.rules)
    with transaction.atomic():
        for position, one in enumerate(found):
            _write_proposal(cycle, position, one)
        for sentence in cycle.enforced["notes"]:
            note(Kind.HELD, sentence, cycle=cycle)
        if found:
            services.supersede_proposals(cycle=cycle)
            note(Kind.CYCLE, cycle.estimates["said"], cycle=cycle)
        else:
            note(Kind.CYCLE, "Nothing was proposed in this cycle.", cycle=cycle)
        _done(cycle, State.PROPOSED)


def _write_proposal(cycle: AutopilotCycle, position: int, one: Proposed) -> None:
    """Write one proposal in the state that the mode gives it."""
    choice, state = one.draft.choice, _first_state(cycle, one)
    proposal = AutopilotProposal.objects.create(
        cycle=cycle, position=position, style=choice.arm.style, palette=choice.arm.palette,
        layout=choice.arm.layout, theme=choice.arm.theme, kind=choice.kind,
        renders=choice.renders, propensity=choice.propensity, draw=choice.draw,
        evidence=one.evidence, sentence=one.sentence, spec=one.draft.spec,
        parent_id=one.draft.parent.job_id, changes=one.draft.changes, gap=one.gap, state=state,
        reason=one.draft.objection[:500],
        decided_at=timezone.now() if state == AutopilotProposal.State.APPROVED else None,
        expires_at=timezone.now() + timedelta(days=cycle.rules.keep_days),
    )  # fmt: skip
    if state == AutopilotProposal.State.REFUSED:
        text = f"did not propose {one.sentence}: {one.draft.objection}"
        note(Kind.HELD, text, cycle=cycle, proposal=proposal)
    elif state != AutopilotProposal.State.APPROVED:  # those are noted when they are commissioned
        verb = "would make" if state == AutopilotProposal.State.SHADOW else "proposes"
        note(Kind.PROPOSED, f"{verb} {one.sentence}", cycle=cycle, proposal=proposal)


def _first_state(cycle: AutopilotCycle, one: Proposed) -> AutopilotProposal.State:
    if one.draft.objection:
        return AutopilotProposal.State.REFUSED
    return {
        Mode.AUTO: AutopilotProposal.State.APPROVED,
        Mode.SUGGEST: AutopilotProposal.State.WAITING,
        Mode.SHADOW: AutopilotProposal.State.SHADOW,
    }[Mode(cycle.mode)]


def _submit(cycle: AutopilotCycle) -> None:
    """Commission what may be commissioned."""
    services.submit_approved()
    _done(cycle, State.DONE)


STEPS: dict[State, Callable[[AutopilotCycle], None]] = {
    State.BEGUN: _gather,
    State.GATHERED: _plan,
    State.PLANNED: _enforce,
    State.ENFORCED: _propose,
    State.PROPOSED: _submit,
}
"""State → what is to be done in it."""


def _done(cycle: AutopilotCycle, state: State, **results: object) -> None:
    """Write a step's results and the state after it."""
    now = timezone.now()
    for name, value in results.items():
        setattr(cycle, name, value)
    cycle.state = state
    cycle.steps = cycle.steps | {str(state): now.isoformat(timespec="seconds")}
    if state not in AutopilotCycle.OPEN:
        cycle.ended_at = now
    cycle.save(update_fields=[*results, "state", "steps", "ended_at"])


def _end_frozen(cycle: AutopilotCycle) -> None:
    """End a cycle in which nothing may be made."""
    reasons = " ".join(open_alarms().values_list("reason", flat=True))
    with transaction.atomic():
        note(Kind.FROZEN, f"Made nothing: frozen. {reasons}", cycle=cycle)
        _done(cycle, State.FROZEN)


def _fail(cycle: AutopilotCycle, error: Exception) -> None:
    """End a cycle whose step cannot be done, so that the next one is not held up by it."""
    logger.exception("The autopilot's %s failed at %s.", cycle, cycle.state)
    with transaction.atomic():
        said = f"The cycle failed when it was {cycle.state}: {error}"
        note(Kind.CYCLE, said, cycle=cycle)
        _done(cycle, State.FAILED, error=f"{type(error).__name__}: {error}"[:2000])


def replays(cycle: AutopilotCycle) -> bool:
    """Tell whether a cycle's stored inputs give its stored plan again.

    The same arms with the same renders; chances may differ in digits that another number of
    threads, or another processor, adds up in another order.
    """
    again, kept = plan_of(planned(cycle.inputs)).choices, plan_of(cycle.planned).choices
    return len(again) == len(kept) and all(
        (one.arm, one.renders, one.kind) == (other.arm, other.renders, other.kind)
        and isclose(one.propensity, other.propensity, rel_tol=LAST_DIGITS)
        for one, other in zip(again, kept, strict=True)
    )
