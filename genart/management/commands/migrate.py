"""`manage.py migrate`, as the owner of the tables, and without holding anybody up.

A statement that waits for a lock makes everybody wait who comes after it. So a migration waits a
few seconds, gives up whole, lets the others through, and is tried again.
"""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from genart.ownership import as_owner, protect

LOCK_SECONDS, TRIES, PAUSE_SECONDS = 4.0, 10, 3.0
LOCK_NOT_AVAILABLE = "55P03"


class Command(migrate.Command):
    """Migrate as the owner, then give the application's role its rights."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how long a migration may wait for a lock, beside Django's own words."""
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-seconds", type=float, default=LOCK_SECONDS, help="0: for as long as it takes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; tables that are new are the owner's, and the application may use them."""
        self.lock_seconds: float = options["lock_seconds"]
        self.database: str = options["database"]
        with as_owner():
            self._migrate(*args, **options)
            if settings.DATABASE_OWNER is not None:
                protect(settings.DATABASE_ROLE)

    def migration_progress_callback(
        self, action: str, migration: Any = None, fake: bool = False
    ) -> None:
        """Before each migration, say how long its statements may wait for a lock.

        One without a transaction waits for everybody's transactions by its nature (an index that is
        built concurrently), and holds nobody up meanwhile.
        """
        if action in ("apply_start", "unapply_start") and migration is not None:
            self._wait_at_most(self.lock_seconds if migration.atomic else 0)
        super().migration_progress_callback(action, migration, fake)

    def _migrate(self, *args: Any, **options: Any) -> None:
        """Migrate, again where a lock was not to be had; what a try did before that stays done."""
        for left in range(TRIES - 1, -1, -1):
            try:
                super().handle(*args, **options)
                break
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                    raise
                if not left:
                    raise CommandError(
                        "Others hold the tables without end: find them in pg_stat_activity, or "
                        "migrate when less is going on. Nothing of this migration was done."
                    ) from error
                self.stderr.write(f"Others use the table; trying again, {left} times at most.")
                time.sleep(PAUSE_SECONDS)
        self._wait_at_most(0)

    def _wait_at_most(self, seconds: float) -> None:
        with connections[self.database].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, false)", [f"{seconds * 1000:.0f}"]
            )
