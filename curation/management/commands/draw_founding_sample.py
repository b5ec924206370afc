"""`manage.py draw_founding_sample`: render pictures to be judged by eye, on numbered sheets.

It runs in a factory of its own under `--out`, with a database that is started for it, so that no
shop is touched; broken off, it goes on with the same command.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection


class Command(BaseCommand):
    """Draw, render, measure, and write sheets with `sample.json` and `sample.npz` beside them."""

    help = "Render house pictures at random, measure them, and write sheets to judge them on."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the command line."""
        parser.add_argument("--count", type=int, default=420, help="how many pictures")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another sample")
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "var" / "founding")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start again with a data folder of its own, then do the work there."""
        if options["count"] < 1:
            raise CommandError("Ask for at least one picture.")
        folder = Path(options["out"]).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if folder / "factory" != settings.DATA_DIR:
            raise SystemExit(self._inside(folder))
        self._serve(folder, options["count"], options["seed"])

    def _inside(self, folder: Path) -> int:
        """Run this command again on the factory in `folder`; return its exit status."""
        variables = {
            "GENART_DATA_DIR": str(folder / "factory"),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "RABBITMQ_URL": "",
            "LOG_LEVEL": "CRITICAL",  # nobody listens for messages here
        }
        words = ["/usr/bin/env", *(f"{name}={value}" for name, value in variables.items())]
        words += [sys.executable, str(settings.BASE_DIR / "manage.py"), *sys.argv[1:]]
        return subprocess.run(words, check=False).returncode  # noqa: S603

    def _serve(self, folder: Path, count: int, seed: int) -> None:
        """Start the database, and stop it in the end."""
        from genart.embedded.postgres import THROW_AWAY, Postgres

        log = settings.DATA_DIR / "log" / "postgres.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        address = settings.EMBEDDED_ADDRESS
        server = Postgres(settings.EMBEDDED_POSTGRES_DIR, address, log, THROW_AWAY)
        process = server.start()
        try:
            server.wait_ready(process)
            call_command("migrate", interactive=False, verbosity=0)
            self._draw(folder, count, seed)
        finally:
            connection.close()
            process.send_signal(server.stop_signal)
            process.wait(20)

    def _draw(self, folder: Path, count: int, seed: int) -> None:
        from curation.founding import sampling
        from curation.founding.sheets import write_sheets

        started = time.monotonic()
        jobs = sampling.commission(count=count, seed=seed, owner=self._owner())
        self._same_versions(folder)
        self._render(jobs)
        self.stdout.write(f"Rendered in {time.monotonic() - started:.0f} s; measuring …")
        self._measure()
        sample = sampling.collect(jobs, seed=seed)
        sampling.save(sample, folder)
        sheets = write_sheets(sample.candidates, sample.title, folder)
        self.stdout.write(
            f"{len(sample.candidates)} pictures on {len(sheets)} sheets in {folder}, "
            f"{int(sample.passes.sum())} of them pass the rules. It took "
            f"{time.monotonic() - started:.0f} s."
        )

    def _same_versions(self, folder: Path) -> None:
        """Refuse to go on with pictures that were measured by other versions than today's."""
        from curation.campaigns import versions_of
        from curation.certifying.versions import changes
        from curation.models import Gate

        gate = Gate.objects.get(brand__slug="house", tier="commodity", style=None, is_active=True)
        now = versions_of(gate, None)
        kept = folder / "versions.json"
        if not kept.exists():
            kept.write_text(json.dumps(now), encoding="utf-8")
        changed = changes(json.loads(kept.read_text(encoding="utf-8")), now)
        if changed:
            raise CommandError(
                f"{folder} was measured with other versions: {'; '.join(changed)}. "
                "Take another folder with --out."
            )

    def _owner(self) -> Any:
        """Return who asks for the pictures; the rows that a factory starts with are made."""
        from curation import defaults as curation
        from genart.accounts.models import User
        from generation import defaults as generation

        generation.load()
        curation.load()
        return User.objects.get_or_create(username="founder")[0]

    def _render(self, jobs: list[Any]) -> None:
        """Render what is not rendered yet."""
        from generation.models import Render
        from generation.queue import reap_expired
        from generation.work import work_until_empty

        renders = Render.objects.filter(job__in=jobs)
        waiting = renders.filter(state__in=("queued", "rendering"))
        while waiting.exists():
            reap_expired()
            work_until_empty(seconds=20)
            self.stdout.write(f"  {renders.filter(state='rendered').count()} of {renders.count()}")

    def _measure(self) -> None:
        """Admit and measure what is not judged yet; wait for checks that could not run at once."""
        from django.utils import timezone

        from curation import services
        from curation.models import Candidate

        services.admit_missed(before=timezone.now(), limit=100_000)
        unjudged = Candidate.objects.filter(state__in=("scoring", "held"))
        for _attempt in range(5):
            services.score_pending(limit=100_000)
            if not unjudged.exists():
                return
            Candidate.objects.filter(state="held").update(retry_at=timezone.now())
        self.stderr.write(f"{unjudged.count()} pictures could not be checked and are left out.")
