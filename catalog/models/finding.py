"""What visitors looked for, and what they keep: searches, lightboxes."""

import uuid

from django.conf import settings
from django.db import models

from catalog.models.orders import new_secret
from catalog.models.works import Artwork


class SearchRecord(models.Model):
    """One search that was sent, and how much it found. Holds no word of who asked."""

    text = models.CharField(max_length=200, blank=True)
    filters = models.JSONField(default=dict)
    mended = models.CharField(max_length=200, blank=True)
    by_picture = models.BooleanField(default=False)
    found = models.PositiveIntegerField()
    visitor = models.CharField(
        max_length=32, blank=True, help_text="keyed hash of the day: it cannot be traced back"
    )
    clicked = models.ForeignKey(Artwork, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at"], name="search_newest"),
            models.Index(
                fields=["-created_at"], condition=models.Q(found=0), name="search_without_result"
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.text}”: {self.found}"


class SavedSearch(models.Model):
    """A search that its owner is told about when new works fit it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=120)
    query = models.CharField(max_length=600, help_text="query string of the listing")
    language = models.CharField(
        max_length=8,
        default="en",
        db_default="en",
        help_text="of the page it was saved on, and of its mails",
    )
    notify = models.BooleanField(default=True)
    seen_until = models.DateTimeField(help_text="works published later are new")
    told_until = models.DateTimeField(help_text="works published later were not mailed yet")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["user", "query"], name="saved_search_once")]

    def __str__(self) -> str:
        return self.name


class Lightbox(models.Model):
    """Works that somebody laid aside; who has its address may look at it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="lightboxes",
        help_text="Empty: a guest's, found by his session.",
    )
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    secret = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        verbose_name_plural = "lightboxes"

    def __str__(self) -> str:
        return self.title


class LightboxItem(models.Model):
    """One work in a lightbox."""

    lightbox = models.ForeignKey(Lightbox, on_delete=models.CASCADE, related_name="items")
    artwork = models.ForeignKey(Artwork, on_delete=models.CASCADE, related_name="kept_in")
    note = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "added_at"]
        constraints = [
            models.UniqueConstraint(fields=["lightbox", "artwork"], name="lightbox_work_once")
        ]

    def __str__(self) -> str:
        return f"{self.artwork} in {self.lightbox}"
