"""`manage.py commission SPEC.json`: ask for a series from the command line."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.lib.errors import GenartError
from generation.models import Job, Lane, Render
from generation.queries import job_counts, job_status, tiles, time_left
from generation.services import submit_job

BAR_WIDTH = 32
PAUSE_SECONDS = 0.5
JUDGEMENT_SECONDS = 120
"""How long `--wait` stays for the judgement after the last image."""
BAD_SPEC = 2


class Command(BaseCommand):
    """Submit a design spec; with `--wait`, follow it and print what became of each render."""

    help = "Commission a series from a design spec in JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the command line."""
        parser.add_argument("spec", help="file with a design spec, or - for standard input")
        parser.add_argument("--count", type=int, help="how many renders, instead of the spec's")
        parser.add_argument("--wait", action="store_true", help="follow it until its last image")
        parser.add_argument("--owner", help="whose job it is; left out: the first superuser's")
        parser.add_argument("--lane", choices=Lane.values, default=Lane.STANDARD)

    def handle(self, *args: Any, **options: Any) -> None:
        """Submit, and wait if asked to."""
        spec = self.read(options["spec"])
        if options["count"] is not None and isinstance(spec, dict):
            spec["count"] = options["count"]
        try:
            job, _created = submit_job(
                spec=spec, owner=self.owner(options["owner"]), lane=options["lane"]
            )
        except GenartError as error:
            self.refuse(error)
        self.stdout.write(f"{job.title}: {job.renders.count()} renders, job {job.pk}")
        if options["wait"]:
            self.follow(job)
            self.report(job)

    def read(self, name: str) -> Any:
        """Return the document in a file or on standard input."""
        try:
            text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
            return json.loads(text)
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror}.", returncode=BAD_SPEC) from None
        except ValueError as error:
            raise CommandError(f"{name}: this is not JSON: {error}.", returncode=BAD_SPEC) from None

    def owner(self, username: str | None) -> Any:
        """Return the user of this name, or the first superuser."""
        users = get_user_model().objects.order_by("pk")
        found = users.filter(username=username) if username else users.filter(is_superuser=True)
        user = found.first()
        if user is None:
            wanted = f"no user {username}" if username else "no superuser yet"
            raise CommandError(f"There is {wanted}: name an owner with --owner.")
        return user

    def refuse(self, error: GenartError) -> None:
        """Print every fault with its place and end with status 2."""
        for fault in error.as_dict()["detail"]:
            place = ".".join(str(part) for part in fault["loc"]) or "spec"
            self.stderr.write(f"{place}: {fault['msg']}")
        raise SystemExit(BAD_SPEC)

    def follow(self, job: Job) -> None:
        """Show a progress bar until every image is rendered and judged.

        A judgement that does not come is not waited for longer than `JUDGEMENT_SECONDS`.
        """
        patience = JUDGEMENT_SECONDS / PAUSE_SECONDS
        while True:
            job.refresh_from_db()
            counts = job_counts(job)
            rendering = counts["queued"] + counts["rendering"]
            judging = counts["scoring"] + max(counts["approved"] - counts["published"], 0)
            self.bar(job, counts, "being judged" if judging and not rendering else "")
            patience -= not rendering
            if not rendering and (not judging or patience <= 0):
                break
            time.sleep(PAUSE_SECONDS)
        if self.stdout.isatty():
            self.stdout.write("")

    def bar(self, job: Job, counts: dict[str, int], word: str) -> None:
        """Draw the bar in place on a terminal, as lines elsewhere."""
        done = counts["rendered"] + counts["failed"] + counts["cancelled"]
        filled = BAR_WIDTH * done // max(counts["total"], 1)
        left = time_left(job, counts)
        hint = "" if left is None or not left else f", about {round(left.total_seconds())} s left"
        line = (
            f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done}/{counts['total']} "
            f"{word or job_status(job, counts)}{hint}"
        )
        if self.stdout.isatty():
            self.stdout.write(f"\r\x1b[K{line}", ending="")
            self.stdout.flush()
        elif line != getattr(self, "last_line", ""):
            self.stdout.write(line)
        self.last_line = line

    def report(self, job: Job) -> None:
        """Print one line for each render: where it went."""
        for render in tiles(job):
            self.stdout.write(f"#{render.index + 1:<3} seed {render.seed:<16} {outcome(render)}")


def outcome(render: Render) -> str:
    """Return in words where a render is now."""
    artwork = getattr(render, "artwork", None)
    candidate = getattr(render, "candidate", None)
    if artwork and not artwork.withdrawn_at:
        return f"published: {artwork.get_absolute_url()}"
    if candidate:
        reasons = "; ".join(candidate.reasons)
        return f"{candidate.get_state_display().lower()}{': ' + reasons if reasons else ''}"
    return f"{render.state}{': ' + render.error if render.error else ''}"
