"""What must be so before the processes start; each step looks first and is quick when it is."""

import hashlib
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from catalog import defaults as catalog
from catalog.provenance.certificate import identity
from curation import defaults as curation
from genart.accounts.services import ensure_roles
from genart.lib.errors import GenartError
from genart.lib.files import write_whole
from genart.ownership import as_owner, is_protected
from generation import defaults as generation

CHECK_TAG = "genart"


class NotReady(GenartError):
    """The factory cannot start as things are."""

    code = "not_ready"
    status = 503


def require_checks() -> None:
    """Run genart's own system checks.

    Raises:
        NotReady: one of them found an error; every error is in the message.
    """
    found = run_checks(tags=[CHECK_TAG])
    errors = [message for message in found if message.is_serious()]
    if errors:
        raise NotReady("\n".join(f"{error.msg} {error.hint or ''}".strip() for error in errors))


def require_port() -> None:
    """Make sure that the web process can listen.

    Raises:
        NotReady: something else listens on the port, or it may not be used.
    """
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            raise NotReady(
                f"Port {settings.PORT} on {settings.HOST} cannot be used ({error.strerror}): "
                "choose another with PORT=…, for example `make run PORT=8001`."
            ) from None


def migrate() -> None:
    """Bring the database to the newest schema, and the application's role to its rights."""
    with as_owner():
        executor = MigrationExecutor(connection)
        due = executor.migration_plan(executor.loader.graph.leaf_nodes())
        ready = settings.DATABASE_OWNER is None or is_protected(settings.DATABASE_ROLE)
    if due or not ready:
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Gather the static files, if one of them changed since the last time."""
    stamp = settings.DATA_DIR / "static.stamp"
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_bytes() == fingerprint.encode():
        return
    stamp.unlink(missing_ok=True)  # a gathering that is broken off leaves no stamp
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    write_whole(stamp, fingerprint.encode())


def static_fingerprint() -> str:
    """Return a hash over name, size and time of every static file."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=None):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load_defaults() -> None:
    """Make the rows that a shop starts with. Never overwrites what an admin changed."""
    generation.load()
    curation.load()
    catalog.load()
    ensure_roles()
    identity()  # the shop's own certificate, where the settings name none
