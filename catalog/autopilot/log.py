"""The decision log: a sentence for everything that was decided, and news of it to open pages."""

from typing import Any

from catalog.autopilot import live
from catalog.models import AutopilotCycle, AutopilotEntry, AutopilotProposal

Kind = AutopilotEntry.Kind
LONGEST = 600


def note(
    kind: Kind,
    sentence: str,
    *,
    cycle: AutopilotCycle | None = None,
    proposal: AutopilotProposal | None = None,
    by: Any = None,
) -> AutopilotEntry:
    """Write a line of the log within the caller's transaction, and tell the open pages after it."""
    text = sentence if len(sentence) <= LONGEST else f"{sentence[: LONGEST - 1]}…"
    entry = AutopilotEntry.objects.create(
        kind=kind, sentence=text, cycle=cycle, proposal=proposal, by=by
    )
    live.announce()
    return entry
