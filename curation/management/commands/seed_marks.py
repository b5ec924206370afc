"""`manage.py seed_marks`: fill the register of logos, and make what is missing beside it.

For: a new factory, or after new weights of the marks networks. A worker does the same by itself.
"""

from typing import Any

from django.core.management.base import BaseCommand

from curation import services


class Command(BaseCommand):
    """Seed the logos; make vectors of logos and signatures of pictures that are missing."""

    help = "Fill the register of logos with the brand icons that come with the project."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how much there was to do."""
        self.stdout.write(f"{services.seed_logos()} logos added.")
        self.stdout.write(f"{services.encode_logos()} vectors and", ending=" ")
        self.stdout.write(f"{services.sign_missing()} signatures made.")
