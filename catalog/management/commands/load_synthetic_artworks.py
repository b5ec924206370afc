"""`manage.py load_synthetic_artworks`: fill a shop with made-up works, to measure it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog import defaults
from catalog.models import Artwork
from catalog.synthetic.copying import Loader
from catalog.synthetic.plan import FAMILIES, SLUGS, Plan
from genart.accounts.models import User
from genart.ownership import as_owner
from generation.models import Checkpoint, Job, Style, StyleVersion


class Command(BaseCommand):
    """Write made-up works."""

    help = (
        "Fill an empty shop with synthetic works for measurements: rows and vectors without "
        "pictures. Nothing of it is for sale; throw the database away afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many, and whether a filled shop may be mixed with them."""
        parser.add_argument("--count", type=int, default=1_000_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--yes", action="store_true", help="Even beside real works.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, unless there are real works."""
        if Artwork.objects.exists() and not options["yes"]:
            raise CommandError(
                "This shop has works. Synthetic ones would stand among them: use another "
                "database, or say --yes."
            )
        plan = Plan(options["count"], timezone.now(), options["seed"])
        self.stdout.write(f"Writing {plan.count} synthetic works: made-up rows, no pictures.")
        defaults.load()
        with as_owner():
            versions = [
                _version(slug, family.nouns[0].text)
                for slug, family in zip(SLUGS, FAMILIES, strict=True)
            ]
            Loader(plan, version_of=versions, job=_job(), say=self.stdout.write).load()


def _version(slug: str, name: str) -> StyleVersion:
    """Return a synthetic style's version."""
    checkpoint, _made = Checkpoint.objects.get_or_create(
        slug="synthetic", defaults={"name": "Synthetic rows", "family": "house"}
    )
    style, _made = Style.objects.get_or_create(slug=slug, defaults={"name": name})
    version, _made = StyleVersion.objects.get_or_create(
        style=style, number=1, defaults={"motif": slug, "checkpoint": checkpoint}
    )
    if style.current_version is None:
        style.current_version = version
        style.save(update_fields=["current_version"])
    return version


def _job() -> Job:
    """Return the job that all synthetic renders are said to belong to."""
    owner, _made = User.objects.get_or_create(username="synthetic", is_active=False)
    return Job.objects.create(
        owner=owner, title="Synthetic", spec={}, spec_hash="0" * 64, tier="commodity"
    )
