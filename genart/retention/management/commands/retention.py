"""`manage.py retention`: the rules of what is kept how long, and what they would remove now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from genart.retention.rules import rules
from genart.retention.services.holding import hold_to_rules


class Command(BaseCommand):
    """Show the rules with what is too old by each, or hold to them now."""

    help = "Show what is kept how long and how much is too old; --do removes that at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --do."""
        parser.add_argument("--do", action="store_true", help="remove it; else it is only told")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one line a rule."""
        found = hold_to_rules(now=timezone.now(), dry=not options["do"])
        for rule in rules():
            went = found.get(rule.name)
            said = f"{went.rows} rows, {went.files} files" if went else f"by {rule.by}"
            self.stdout.write(f"{rule.name:<18}{rule.kept:<34}{said:<28}{rule.what}")
        self.stdout.write("Removed." if options["do"] else "Nothing was changed; --do removes it.")
