"""`manage.py autopilot`: run a cycle, see what it would do, stop it, let it go on."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.autopilot import services
from catalog.autopilot.alarms import alarms
from catalog.autopilot.cycle import SEED_BITS, run_cycle
from catalog.autopilot.documents import facts_of, history_of, limits_of
from catalog.autopilot.gathering import gather
from catalog.autopilot.rules import mode_of, open_alarms, rules_in_force
from catalog.autopilot.turning import Proposed, enforced, planned, proposals_of
from catalog.models import AutopilotCycle
from genart.lib.errors import GenartError


class Command(BaseCommand):
    """Do one thing with the autopilot and say in sentences what came of it."""

    help = "Run the autopilot once, print what it would do, freeze it or let it go on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the command line."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--once", action="store_true", help="run a cycle now")
        what.add_argument("--freeze", metavar="REASON", help="stop it at once, and say why")
        what.add_argument("--unfreeze", metavar="REASON", help="lift every alarm, and say why")
        parser.add_argument(
            "--dry-run", action="store_true", help="with --once: print it and write nothing"
        )
        parser.add_argument("--seed", type=int, help="with --dry-run: the seed of the draws")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked for."""
        try:
            if options["freeze"] is not None:
                services.freeze(reason=options["freeze"])
                self.stdout.write("Frozen. Nothing is made until --unfreeze.")
            elif options["unfreeze"] is not None:
                lifted = services.unfreeze(reason=options["unfreeze"])
                self.stdout.write(f"Lifted {lifted} alarm(s).")
            elif options["dry_run"]:
                self.show(options["seed"])
            else:
                self.run()
        except GenartError as error:
            raise CommandError(error.message) from None

    def run(self) -> None:
        """Run a cycle and print its lines of the log."""
        now = timezone.now()
        cycle = run_cycle(slot=f"manual-{now.isoformat(timespec='microseconds')}", now=now)
        if cycle is None:
            is_off = mode_of(rules_in_force()) == "off"
            why = "the autopilot is off" if is_off else "another process runs a cycle"
            raise CommandError(f"No cycle was run: {why}.")
        self.stdout.write(f"{cycle}: {AutopilotCycle.State(cycle.state).label.lower()}.")
        for entry in cycle.entries.order_by("pk"):
            self.stdout.write(f"  {entry.sentence}")

    def show(self, seed: int | None) -> None:
        """Print what a cycle would do now and why; nothing is written."""
        rules, today = rules_in_force(), timezone.localdate()
        drawn = secrets.randbits(SEED_BITS) if seed is None else seed
        inputs = gather(rules, today=today, seed=drawn)
        self.stdout.write(f"Mode {mode_of(rules)}, {rules}, seed {drawn}. Nothing is written.")
        for reason in self._stops(inputs, today):
            self.stdout.write(f"! It would stand still: {reason}")
        wanted = planned(inputs)
        kept = enforced(inputs, wanted)
        for one in proposals_of(inputs, kept, rules):
            self._tell(one)
        for sentence in kept["notes"]:
            self.stdout.write(f"- {sentence}")
        if not kept["choices"]:
            self.stdout.write("It would make nothing.")

    def _stops(self, inputs: dict[str, Any], today: Any) -> list[str]:
        """Return why it would stand still."""
        found = alarms(
            facts_of(inputs["facts"]),
            limits_of(inputs["limits"]),
            history_of(inputs["history"]),
            today=today,
        )
        standing = list(open_alarms().values_list("reason", flat=True))
        return [*standing, *(alarm.sentence for alarm in found)]

    def _tell(self, one: Proposed) -> None:
        """Print one proposal: what, why, how likely, and what it changes."""
        choice = one.draft.choice
        if one.draft.objection:
            self.stdout.write(f"x not {one.sentence}: {one.draft.objection}")
            return
        self.stdout.write(f"+ {one.sentence} [{choice.kind}, propensity {choice.propensity:.3f}]")
        changed = ", ".join(change["field"] for change in one.draft.changes)
        source = f"series {one.draft.parent.job_id}" if one.draft.parent.job_id else "a plain spec"
        self.stdout.write(f"    from {source}, changed: {changed or 'nothing'}")
