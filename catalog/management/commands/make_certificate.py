"""Show who signs files, and make the shop's own certificate if there is none."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from catalog.provenance.certificate import folder_of_keys, identity


class Command(BaseCommand):
    """Print the signer; safe to repeat."""

    help = "Show the certificate that files are signed with; the shop's own is made on first need."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing and print what is there."""
        who = identity()
        self.stdout.write(f"Signer:  {who.name}")
        self.stdout.write(f"Number:  {who.serial}")
        self.stdout.write(f"Until:   {who.expires:%Y-%m-%d}")
        if settings.C2PA_CERTIFICATE:
            held = "a signing service" if settings.C2PA_SIGNING_URL else "the settings"
            self.stdout.write(f"Key:     held by {held}")
            return
        self.stdout.write(f"Folder:  {folder_of_keys()}")
        self.stdout.write(
            "This certificate is the shop's own: readers show the signature as valid and the "
            "signer as not on the trust list. Another: C2PA_CERTIFICATE and C2PA_PRIVATE_KEY."
        )
