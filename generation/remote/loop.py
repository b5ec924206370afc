"""The loop of the queue `remote`: what somebody else's worker left, then what the router assigns.

Each loop carries one errand at a time and mostly waits; as many run side by side as the process has
threads for. May be killed at any moment: the ledger knows what was sent (`takeover.py`).
"""

import logging
import time
from collections.abc import Callable

from django.db import IntegrityError

from genart.lib.queue import is_paused
from generation import heartbeat, queue, traces, work
from generation.models import RemoteCall
from generation.remote import ledger, outcome, router, takeover
from generation.remote.errand import Errand, LetGo, Unwanted, came_late, stopping
from generation.remote.types import Assignment, Made, RateLimited, RemoteError, Unknown

logger = logging.getLogger(__name__)

QUEUE = "remote"
STORE_PAUSES_SECONDS = (0.5, 2.0, 8.0)
BROKEN_PAUSE_SECONDS = 1.0
OnTaken = Callable[[], object]
OnWait = Callable[[float], object]


def work_until_empty(
    *,
    seconds: float = 3600,
    on_taken: OnTaken = lambda: None,
    on_wait: OnWait = lambda _seconds: None,
) -> int:
    """Carry errands until none is left, the time is up, or the process ends; return how many.

    Args:
        seconds: after which no new errand is begun.
        on_taken: called when an errand begins: others may look for the next one.
        on_wait: called with the seconds after which a provider may be asked again.
    """
    errands, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline and not stopping.is_set():
        taken = takeover.take_over(heartbeat.worker_name()) or _assigned()
        if taken is None:
            break
        on_taken()
        errands += 1
        wait = carry(*taken)
        if wait:
            on_wait(wait)
    return errands


def _assigned() -> tuple[Assignment, None] | None:
    """Return what is to be sent next: nothing while work is paused. What was sent goes on."""
    assignment = None if is_paused() else router.next_assignment()
    return (assignment, None) if assignment else None


def carry(assignment: Assignment, call: RemoteCall | None = None) -> float:
    """Carry one errand to its end; return the seconds to wait before its provider is asked again.

    Args:
        assignment: what is to be made, and by whom.
        call: its entry in the ledger, if a worker that vanished began it.
    """
    beating = heartbeat.start([QUEUE])
    beating.hold(assignment.token)
    try:
        errand = _errand(assignment, call)
        if errand is None:
            return 0.0
        work.announce([assignment.render])
        with traces.of_render(assignment.render, "errand", provider=assignment.provider.slug):
            return _carry(errand)
    except LetGo:
        beating.let_go(assignment.token)
        takeover.let_go(assignment.token)
        return 0.0
    finally:
        beating.let_go(assignment.token)


def _errand(assignment: Assignment, call: RemoteCall | None) -> Errand | None:
    """Return the errand, with its entry in the ledger; `None` if it cannot even be asked for."""
    try:
        earlier = call or came_late(assignment)
        entry = earlier or ledger.begin(assignment)
    except IntegrityError:  # asked for already: it comes back when that call ends
        queue.release(token=assignment.token, note="It is being asked for already.")
        return None
    try:
        return Errand(assignment, entry, is_new=earlier is None)
    except Exception as error:  # rows that do not fit together
        logger.exception("No order can be made of render %s", assignment.render.pk)
        if earlier:  # it was sent, and may be paid
            ledger.end(entry, ledger.State.UNKNOWN, error=repr(error))
        else:
            ledger.end(entry, ledger.State.FAILED, cost_cents=ledger.NOTHING, error=repr(error))
        reason = f"No order can be made of it: {type(error).__name__}: {error}"[:500]
        queue.fail(token=assignment.token, render_ids=[assignment.render.pk], reason=reason)
        return None


def _carry(errand: Errand) -> float:
    """Carry an errand and book its end, whatever it is."""
    began = time.monotonic()
    try:
        answer = errand.result()
        _store(errand, answer, time.monotonic() - began)
    except RemoteError as error:
        outcome.ended(errand, error)
        return error.retry_after_seconds if isinstance(error, RateLimited) else 0.0
    except Unwanted as error:
        if error.ended:
            outcome.called_off(errand)
    except LetGo:
        raise
    except Exception as error:  # a fault of ours: what was sent may be paid
        logger.exception("An errand broke: %s", errand.call.pk)
        if errand.can_be_asked_for():
            stopping.wait(BROKEN_PAUSE_SECONDS)
            raise LetGo from error
        outcome.ended(errand, Unknown(f"Its errand broke: {type(error).__name__}."))
    return 0.0


def _store(errand: Errand, answer: Made, seconds: float) -> None:
    """Verify and store a picture; a storage that does not answer is tried again: it is paid for."""
    for pause in STORE_PAUSES_SECONDS:
        try:
            return outcome.made(errand, answer, seconds)
        except RemoteError:
            raise
        except Exception:  # storages have errors of their own
            logger.exception("A picture that is paid for could not be stored; trying again")
            stopping.wait(pause)
    return outcome.made(errand, answer, seconds)
