"""Files that left the shop with a signature, and bundles made for other outlets."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalog.models.orders import Grant
from catalog.models.works import Artwork


class SignedFile(models.Model):
    """One file that carries metadata and a C2PA signature: what `/verify/` compares with."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "Original"
        DERIVATIVE = "derivative", "Preview"
        DELIVERY = "delivery", "Original for a buyer, with the licence"
        EXPORT = "export", "For another outlet"

    artwork = models.ForeignKey(Artwork, on_delete=models.CASCADE, related_name="signed_files")
    grant = models.OneToOneField(
        Grant, null=True, blank=True, on_delete=models.CASCADE, related_name="signed_file"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    storage = models.CharField(max_length=20, help_text="`originals` or `default`")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    pixels_sha256 = models.CharField(max_length=64, db_index=True, blank=True)
    manifest_label = models.CharField(max_length=120, blank=True)
    signer = models.CharField(max_length=200)
    facts = models.JSONField(default=dict, help_text="what was written into it")
    signed_at = models.DateTimeField()
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="replaced long ago: the row stays, the file is gone"
    )

    class Meta:
        ordering = ["-signed_at"]
        constraints = [models.UniqueConstraint(fields=["storage", "name"], name="signed_file_once")]

    def __str__(self) -> str:
        return self.name


class OutletExport(models.Model):
    """A bundle of works for one outlet: files with metadata and a table, as its rules ask."""

    class State(models.TextChoices):
        MAKING = "making", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    outlet = models.CharField(max_length=40)
    rules_version = models.CharField(max_length=40)
    options = models.JSONField(default=dict, blank=True, help_text="how it is made: `upscale`")
    state = models.CharField(max_length=6, choices=State, default=State.MAKING)
    problem = models.CharField(max_length=300, blank=True)
    file = models.CharField(max_length=200, blank=True, help_text="name in `originals`")
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.outlet} {self.created_at:%Y-%m-%d}"


class OutletItem(models.Model):
    """One work in a bundle, or held back from it with the reasons."""

    export = models.ForeignKey(OutletExport, on_delete=models.CASCADE, related_name="items")
    artwork = models.ForeignKey(Artwork, on_delete=models.CASCADE)
    included = models.BooleanField(default=False)
    reasons = ArrayField(models.CharField(max_length=300), default=list)
    row = models.JSONField(default=dict, help_text="its line of the table")
    file = models.CharField(max_length=200, blank=True, help_text="name in `originals`")
    look = models.CharField(
        max_length=64, blank=True, help_text="256 bits of how it looks, as `look_of` says"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "artwork"], name="outlet_work_once")
        ]

    def __str__(self) -> str:
        return f"{self.artwork} in {self.export}"


class Redirect(models.Model):
    """An address that moved; asked only where a page was not found."""

    old_path = models.CharField(max_length=300, unique=True)
    new_path = models.CharField(max_length=300, blank=True, help_text="Empty: gone for good.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["old_path"]

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path or 'gone'}"
