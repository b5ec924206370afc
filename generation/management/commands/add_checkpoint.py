"""`manage.py add_checkpoint`: add a base model from a hub, a folder or a single file."""

import time
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from genart.lib.errors import GenartError
from generation.licences import chain_objections, checkpoint_parts
from generation.models import Checkpoint
from generation.services.adding import finish_adding
from generation.services.checkpoints import add_checkpoint

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    """Add a checkpoint here and now, without a worker, and say what was found."""

    help = (
        "Add a checkpoint: owner/name@commit of a hub, a folder in diffusers' layout, or a "
        ".safetensors file with --config."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the command line."""
        parser.add_argument("what", help="owner/name@commit, a folder, or a .safetensors file")
        parser.add_argument("--name", help="for people; left out: the last part of what it is")
        parser.add_argument("--line", default="", help="line whose next version it is")
        parser.add_argument("--slug", default="", help="left out: line and number")
        parser.add_argument("--config", default="", help="single file: folder of its configuration")
        parser.add_argument("--licence", default="", help="left out: what the model card says")
        parser.add_argument(
            "--allows-sale", action="store_true", help="you have read the licence, and it does"
        )
        parser.add_argument("--data", default="", help="what it was trained on")
        parser.add_argument("--later", action="store_true", help="leave the files to a worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add it, look at its files, report."""
        source, location, revision = described(options["what"])
        config = str(Path(options["config"]).resolve()) if options["config"] else ""
        try:
            row = add_checkpoint(
                name=options["name"] or Path(location).stem,
                source=source,
                location=location,
                revision=revision,
                config=config,
                slug=options["slug"],
                line=options["line"],
                licence=options["licence"],
                allows_commercial_use=options["allows_sale"],
                data_statement=options["data"],
                by=get_user_model().objects.filter(is_superuser=True).order_by("pk").first(),
            )
        except GenartError as error:
            raise CommandError(error.message) from None
        if options["later"]:
            self.stdout.write(f"{row.slug} is left to a worker.")
            return
        self.finish(row)
        self.report(row)

    def finish(self, row: Checkpoint) -> None:
        """Look at its files, or wait for whoever does already."""
        finish_adding(checkpoint_id=row.pk)
        row.refresh_from_db()
        while row.state == Checkpoint.State.ADDING:
            time.sleep(PAUSE_SECONDS)
            finish_adding(checkpoint_id=row.pk)
            row.refresh_from_db()
        if row.state == Checkpoint.State.FAILED:
            raise CommandError(f"{row.slug} was not added: {row.state_note}")

    def report(self, row: Checkpoint) -> None:
        """Say what was found, and whether it may be sold."""
        can = row.capabilities
        self.stdout.write(self.style.SUCCESS(f"{row.slug}: {row.name}, version {row.number}"))
        self.stdout.write(
            f"  {can['pipeline']}, {row.size_bytes / 2**30:.2f} GiB, {can['weights']}"
        )
        self.stdout.write(f"  files   {row.sha256}")
        self.stdout.write(f"  tensors {row.tensor_sha256}")
        self.stdout.write(f"  licence {row.licence or 'none recorded'}")
        for reason in chain_objections(checkpoint_parts(row)):
            self.stdout.write(self.style.WARNING(f"  not for sale: {reason}"))
        used = "is used from now on" if row.is_current else "waits for its golden prompts"
        self.stdout.write(f"  It {used}. {row.state_note}".rstrip())


def described(what: str) -> tuple[str, str, str]:
    """Return the source, location and revision that a word on the command line means."""
    path = Path(what)
    if path.is_dir():
        return Checkpoint.Source.FOLDER, str(path.resolve()), ""
    if "@" in what and not path.exists():
        repository, _at, revision = what.rpartition("@")
        return Checkpoint.Source.HUB, repository, revision
    if path.exists() or path.suffix:
        return Checkpoint.Source.FILE, str(path.resolve()), ""
    return Checkpoint.Source.HUB, what, ""
