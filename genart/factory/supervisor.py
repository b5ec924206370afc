"""Keep child processes alive, and end them in order.

A plain loop over `subprocess.Popen`: a child that ends is started again after a pause that grows
while it keeps failing. Only the child itself is signalled, never its group: dramatiq's master
passes the signal on, and a second one would cut running work.
"""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM, Signals

from genart.lib.errors import GenartError

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0
"""Whatever keeps a child from starting, such as a full disk, it is back so soon after its end."""
HEALTHY_SECONDS = 20.0
"""A child that lived so long starts with the first pause again."""

Report = Callable[[str], None]


@dataclass
class Child:
    """One process to keep alive.

    Attributes:
        name: what people call it.
        start: starts it and returns it.
        log: where it writes.
        stop_signal: what ends it in good order.
        stop_seconds: how long it may take; then it is killed.
        needs: how many layers of other children it stands on; those of one layer end together.
    """

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    log: Path
    stop_signal: Signals = SIGTERM
    stop_seconds: float = 10.0
    needs: int = 0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    pause_seconds: float = FIRST_PAUSE_SECONDS
    restarts: int = field(default=0)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it now."""
        self.process = self.start()
        self.started_at = time.monotonic()
        return self.process

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """The children of one factory.

    Args:
        report: takes a sentence for the person at the terminal.
    """

    def __init__(self, report: Report) -> None:
        self.children: list[Child] = []
        self.report = report

    def start(self, child: Child) -> Child:
        """Start a child and keep it alive from now on."""
        self.children.append(child)
        child.launch()
        return child

    def tick(self) -> None:
        """Look after every child once; call it a few times a second."""
        for child in self.children:
            if child.alive:
                continue
            if child.process is not None:
                self._note_end(child)
            elif time.monotonic() >= child.restart_at:
                self._restart(child)

    def _note_end(self, child: Child) -> None:
        """Plan the next start of a child that has just ended."""
        assert child.process is not None  # noqa: S101  (the caller looked)
        now = time.monotonic()
        if now - child.started_at > HEALTHY_SECONDS:
            child.pause_seconds = FIRST_PAUSE_SECONDS
        child.restart_at = now + child.pause_seconds
        self.report(
            f"{child.name} {_ending(child.process.returncode)}; starting it again in "
            f"{child.pause_seconds:g} s (see {child.log})"
        )
        child.pause_seconds = min(child.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        child.process = None

    def _restart(self, child: Child) -> None:
        """Start a child again; where that fails at once, plan another try."""
        child.restarts += 1
        try:
            child.launch()
        except (GenartError, OSError) as error:
            child.restart_at = time.monotonic() + child.pause_seconds
            child.pause_seconds = min(child.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
            self.report(f"{child.name} cannot start: {error}")

    def stop(self) -> None:
        """End every child in good order, those on which none stands first."""
        children, self.children = self.children, []
        for layer in sorted({child.needs for child in children}, reverse=True):
            ending = [child for child in children if child.needs == layer and child.alive]
            for child in ending:
                child.process.send_signal(child.stop_signal)  # type: ignore[union-attr]
            deadline = time.monotonic()
            for child in ending:
                self._await_end(child, deadline + child.stop_seconds)

    def _await_end(self, child: Child, deadline: float) -> None:
        """Wait for a child that was told to end; kill it at the deadline."""
        assert child.process is not None  # noqa: S101  (it was told)
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.report(f"{child.name} did not end in {child.stop_seconds:g} s and was killed")
            child.process.kill()
            child.process.wait()


def _ending(code: int) -> str:
    """Say how a process ended."""
    if code < 0:
        try:
            return f"was ended by {Signals(-code).name}"
        except ValueError:
            return f"was ended by signal {-code}"
    return f"ended with status {code}"
