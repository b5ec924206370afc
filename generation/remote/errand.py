"""One render on its way through a provider: sent once, asked for until it is made or given up.

What an end means for rows is in `outcome.py`; which errand comes next is in `loop.py`.
"""

import logging
import threading
import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from generation import previews, queue, work
from generation.images import preview_of
from generation.models import RemoteCall, Render
from generation.remote import ledger
from generation.remote.clients import client_of
from generation.remote.orders import order_of
from generation.remote.pictures import opened
from generation.remote.types import (
    Assignment,
    Failed,
    Gone,
    Made,
    Progress,
    RateLimited,
    RemoteError,
    Running,
    Spoilt,
    Unavailable,
    Unknown,
)

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
PAUSE_GROWTH = 1.3
VANISHED = "Its worker vanished before an answer came."

stopping = threading.Event()
"""Set when this process is about to end: errands that can be gone on with elsewhere are let go."""


class Unwanted(Exception):
    """The render is not ours to make any more.

    Args:
        ended: whether it ended, such as with its job; otherwise somebody else took it over.
    """

    def __init__(self, *, ended: bool) -> None:
        super().__init__()
        self.ended = ended


class LetGo(Exception):
    """This process ends: somebody else goes on."""


def hand_back_connection() -> None:
    """Give this thread's database connection to others while it waits for a provider."""
    if not connection.in_atomic_block:
        connection.close()


class Errand:
    """Carries one order out.

    Args:
        assignment: what is to be made, and by whom.
        call: its entry in the ledger.
        is_new: whether it was not sent yet.
    """

    def __init__(self, assignment: Assignment, call: RemoteCall, *, is_new: bool) -> None:
        self.assignment = assignment
        self.call = call
        self.is_new = is_new
        self.client = client_of(assignment.provider)
        self.order = order_of(assignment, call.pk)
        self.step = 0
        self.began = time.monotonic()

    @property
    def render(self) -> Render:
        """What is to be made."""
        return self.assignment.render

    def result(self) -> Made:
        """Return the provider's answer, unverified.

        Raises:
            RemoteError: there is none; what it means for the money is said by its class.
            Unwanted, LetGo: nobody here waits for it any more.
        """
        answer = self._send() if self.is_new else self._resume()
        pause = FIRST_PAUSE_SECONDS
        while isinstance(answer, Running):
            ledger.note_running(self.call, answer.remote_id)
            self.show(answer.progress or Progress())
            if self._is_late():
                return self._last_word(answer.remote_id)
            hand_back_connection()
            if stopping.wait(pause):
                raise LetGo
            answer, pause = self._ask(answer, pause)
        return answer

    def _send(self) -> Running | Made:
        """Send the order; if its answer is lost, go on with the id that was known before."""
        expected = self.client.expected_id(self.order)
        if expected:
            ledger.note_expected(self.call, expected)
        hand_back_connection()
        try:
            return self.client.submit(self.order, self.show)
        except Unknown:
            if not expected:
                raise
            return Running(expected)

    def _resume(self) -> Running:
        """Return what a vanished worker left.

        Raises:
            Unknown: it left no id to ask by.
        """
        if not self.call.remote_id:
            raise Unknown(VANISHED)
        return Running(self.call.remote_id)

    def _ask(self, running: Running, pause: float) -> tuple[Running | Made, float]:
        """Ask once; a question that goes wrong says nothing of the order and is repeated."""
        longer = min(pause * PAUSE_GROWTH, LONGEST_PAUSE_SECONDS)
        try:
            return self.client.poll(self.order, running.remote_id), longer
        except Gone:
            raise
        except RateLimited as error:
            return Running(running.remote_id), max(longer, error.retry_after_seconds)
        except (Unavailable, Unknown) as error:
            logger.info("Asking for %s: %s", self.call.pk, error.message)
            return Running(running.remote_id), longer

    def _is_late(self) -> bool:
        """Return whether the provider has had all the time it is given, whoever asked before."""
        allowed = timedelta(seconds=self.assignment.provider.timeout_seconds)
        return timezone.now() > self.call.created_at + allowed

    def can_be_asked_for(self) -> bool:
        """Return whether somebody else can go on with it, and it is not too late for that."""
        return bool(self.call.remote_id) and not self._is_late()

    def _last_word(self, remote_id: str) -> Made:
        """Call an order off that takes too long, and return its picture if it was just made.

        Raises:
            RemoteError: how it ended; `Unknown` if it may still go on.
        """
        provider = self.assignment.provider
        late = f"{provider.name} was not ready after {provider.timeout_seconds} s."
        self.call_off(remote_id)
        try:
            answer = self.client.poll(self.order, remote_id)
        except Failed as error:
            said = f"{late} {error.message}"
            raise Failed(said, charged=error.charged, cost_cents=error.cost_cents) from None
        except (Gone, RateLimited, Unavailable, Unknown) as error:
            raise Unknown(f"{late} {error.message}") from None
        if isinstance(answer, Made):
            return answer
        raise Unknown(late)

    def is_of_this_seed(self, answer: Made) -> bool:
        """Return whether an old answer is the picture of the render's present seed."""
        return answer.seed == self.render.seed or not self.render.reseeds

    def call_off(self, remote_id: str) -> None:
        """Ask the provider to stop; it may be too late, or not possible."""
        try:
            self.client.cancel(remote_id)
        except RemoteError as error:
            logger.info("Calling %s off: %s", self.call.pk, error.message)

    def show(self, progress: Progress) -> None:
        """Note how far it is, and show it to the live pages.

        Raises:
            Unwanted: nobody waits for it any more.
        """
        moved = progress.step > self.step or bool(progress.preview)
        self.step = max(self.step, min(progress.step, self.render.steps))
        ids = [self.render.pk]
        if not queue.note_step(token=self.assignment.token, render_ids=ids, step=self.step):
            state = Render.objects.values_list("state", flat=True).get(pk=self.render.pk)
            going_on = (Render.State.QUEUED, Render.State.RENDERING)
            raise Unwanted(ended=state not in going_on)
        if progress.preview:
            self._keep(progress.preview)
        if moved:
            work.announce([self.render], kind="step")

    def _keep(self, content: bytes) -> None:
        """Keep a half-done picture, encoded anew: what strangers send is not handed on."""
        try:
            previews.keep({self.render.pk: preview_of(opened(content))})
        except Spoilt as error:
            logger.info("The preview of %s is not shown: %s", self.call.pk, error.message)


def came_late(assignment: Assignment) -> RemoteCall | None:
    """Return an earlier call of the same render whose picture came after it was given up.

    Asked before anything is paid for again; its entry in the ledger is open again.
    """
    calls = RemoteCall.objects.filter(
        render=assignment.render, provider=assignment.provider, state=RemoteCall.State.UNKNOWN
    )
    for call in calls.exclude(remote_id=""):
        errand = Errand(assignment, call, is_new=False)
        try:
            answer = errand.client.poll(errand.order, call.remote_id)
        except RemoteError:
            continue
        if isinstance(answer, Made) and errand.is_of_this_seed(answer) and ledger.reopen(call):
            call.refresh_from_db()
            return call
    return None
