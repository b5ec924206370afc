"""`manage.py migrate`, as the owner of the tables where the settings name one."""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate

from genart.ownership import as_owner, protect


class Command(migrate.Command):
    """Migrate as the owner, then give the application's role its rights."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; tables that are new are the owner's, and the application may use them."""
        with as_owner():
            super().handle(*args, **options)
            if settings.DATABASE_OWNER is not None:
                protect(settings.DATABASE_ROLE)
