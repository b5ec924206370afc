"""Render workers that come and go with the queue, as processes of this machine.

A worker that is stopped gives back what it has in hand, and whoever comes next renders it with the
same seed; only idle ones are chosen, so that hardly happens. A machine of its own for each worker
is the business of an orchestrator, which reads `/metrics`.
"""

import socket
import time
from collections.abc import Callable, Container
from dataclasses import dataclass

from genart.factory.supervisor import Child, Report, Supervisor
from generation.autoscale import Crew, Limits, Load, wanted


@dataclass(slots=True)
class Leaving:
    """A child that was told to end, and when it is killed."""

    child: Child
    deadline: float


class Fleet:
    """The workers of one `autoscale`.

    Args:
        limits: how many there may be.
        make: returns the child of a slot 0 … `most` - 1, not started.
        report: takes a sentence for the person at the terminal.
        clock: seconds that only rise.
    """

    def __init__(
        self,
        limits: Limits,
        make: Callable[[int], Child],
        report: Report,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits, self.make, self.report, self.clock = limits, make, report, clock
        self.supervisor = Supervisor(report)
        self.slots: dict[int, Child] = {}
        self.leaving: dict[int, Leaving] = {}
        self.empty_since = clock()
        self.grown_at = float("-inf")

    def tick(self, load: Load) -> int:
        """Start and stop workers as the load asks; return how many run. Call it often."""
        now = self.clock()
        self.supervisor.tick()
        self._bury(now)
        if load.waiting:
            self.empty_since = now
        busy = {slot for slot, child in self.slots.items() if _renders(child, load)}
        crew = Crew(len(self.slots), len(busy), now - self.empty_since, now - self.grown_at)
        number = wanted(load, self.limits, crew)
        if number > crew.running:
            self._grow(number, load, now)
        elif number < crew.running:
            self._shrink(crew.running - number, busy, now)
        return len(self.slots)

    def stop(self) -> None:
        """End every worker in good order."""
        self.slots.clear()
        self.supervisor.children += [gone.child for gone in self.leaving.values()]
        self.leaving.clear()
        self.supervisor.stop()

    def _grow(self, number: int, load: Load, now: float) -> None:
        """Start workers in free slots; one whose last worker is still ending is not free."""
        free = [n for n in range(self.limits.most) if n not in self.slots | self.leaving]
        started = free[: number - len(self.slots)]
        for slot in started:
            self.slots[slot] = self.supervisor.start(self.make(slot))
            self.grown_at = now
        if started:
            self.report(
                f"{len(self.slots)} render workers now: {load.waiting} renders wait, "
                f"the oldest for {load.oldest_seconds:.0f} s"
            )

    def _shrink(self, number: int, busy: Container[int], now: float) -> None:
        """Tell idle workers to end, those of the last slots first."""
        idle = [slot for slot in sorted(self.slots, reverse=True) if slot not in busy][:number]
        for slot in idle:
            child = self.slots.pop(slot)
            self.supervisor.children.remove(child)
            if child.alive and child.process is not None:
                child.process.send_signal(child.stop_signal)
                self.leaving[slot] = Leaving(child, now + child.stop_seconds)
        if idle:
            self.report(f"{len(self.slots)} render workers now: nothing waits")

    def _bury(self, now: float) -> None:
        """Forget workers that have ended; kill those that will not."""
        for slot, gone in list(self.leaving.items()):
            if not gone.child.alive:
                del self.leaving[slot]
            elif now > gone.deadline and gone.child.process is not None:
                self.report(f"{gone.child.name} did not end in time and was killed")
                gone.child.process.kill()


def _renders(child: Child, load: Load) -> bool:
    """Tell whether a child of this machine has renders in hand."""
    machine = f"{socket.gethostname()}:"
    return any(name.startswith(machine) and name.endswith(f"/{child.name}") for name in load.busy)
