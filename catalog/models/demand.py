"""What the shop's visitors did, what they looked for in vain, and who waits for it.

Events are raw and live for a month; `DemandDay` is what stays of them. Nobody can be traced: a
visitor is a keyed hash, and the key of a day (`DemandSalt`) is deleted two days later. Verbs are in
`catalog/demand/services.py`, how it all works is told in `catalog/demand/__init__.py`.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from catalog.models.works import Artwork
from generation.models import Job


class SignalKind(models.TextChoices):
    """What can happen."""

    IMPRESSION = "impression", "Shown in a listing"
    VIEW = "view", "Its page was opened"
    SAVE = "save", "Laid into a lightbox"
    COMP = "comp", "A comp was downloaded"
    CART = "cart", "Put into a cart"
    SALE = "sale", "Sold"
    REFUND = "refund", "Paid back"
    SEARCH = "search", "A search that found works"
    CLICK = "click", "Opened from a search"
    EMPTY = "empty", "A search without a result"


class PageKind(models.TextChoices):
    """Where it happened."""

    HOME = "home", "Home"
    BROWSE = "browse", "All works, filtered"
    LANDING = "landing", "Page of a style, colour or category"
    COLLECTION = "collection", "Page of a collection"
    SEARCH = "search", "Results of a search"
    SIMILAR = "similar", "Works like another"
    ARTWORK = "artwork", "Page of a work"
    LIGHTBOX = "lightbox", "Lightbox"
    CART = "cart", "Cart"
    ORDER = "order", "Order"


class DemandEvent(models.Model):
    """One thing that a visitor did or was shown. Written in bulk, read by day, deleted in a month.

    No foreign key is checked: a check for each row would cost more than the row.
    """

    kind = models.CharField(max_length=10, choices=SignalKind)
    page = models.CharField(max_length=10, choices=PageKind)
    artwork = models.ForeignKey(
        Artwork,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    position = models.PositiveIntegerField(
        null=True, blank=True, help_text="place on its page, 0 is the first"
    )
    visitor = models.CharField(
        max_length=32, blank=True, help_text="keyed hash of the day: it cannot be traced back"
    )
    search = models.CharField(max_length=16, blank=True, help_text="hash of what was looked for")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        # Rows lie in the order of time: a few pages of this index stand for millions of rows.
        indexes = [
            BrinIndex(
                fields=["day"], name="demand_event_day", pages_per_range=32, autosummarize=True
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.page}, {self.day}"


class DemandSalt(models.Model):
    """The key of one day's visitors; deleted two days later, and with it all ways back."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()

    def __str__(self) -> str:
        return f"salt of {self.day}"


class DemandCursor(models.Model):
    """How far a buffer of events was stored; moved in one transaction with the rows it stored."""

    name = models.CharField(max_length=40, primary_key=True)
    epoch = models.CharField(max_length=32, blank=True, help_text="of the buffer's own memory")
    last_id = models.CharField(max_length=40, default="0-0")
    stored = models.PositiveBigIntegerField(default=0, help_text="events so far")
    moved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} up to {self.last_id}"


class PositionCurve(models.Model):
    """How likely each place of a page is looked at, as estimated on one day."""

    page = models.CharField(max_length=10, choices=PageKind)
    shares = models.JSONField(help_text="[[first place, likelihood 0 … 1], …], rising places")
    evidence = models.JSONField(
        default=dict, help_text="impressions and openings by place, and how much the prior weighs"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"places of {self.page}, {self.made_at:%Y-%m-%d}"


class DemandFold(models.Model):
    """That a day's events were summed up, by which curves, and whether the day is over."""

    day = models.DateField(primary_key=True)
    events = models.PositiveBigIntegerField(default=0)
    dropped = models.PositiveBigIntegerField(
        default=0, help_text="beyond what one visitor can count for"
    )
    curves = models.JSONField(default=dict, help_text="page → id of its `PositionCurve`")
    is_final = models.BooleanField(default=False)
    folded_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(
        null=True, blank=True, help_text="its events are deleted: the sums are what is left"
    )

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"fold of {self.day}"


class DemandDay(models.Model):
    """What one artwork met on one day on one kind of page; without an artwork, the searches."""

    day = models.DateField()
    artwork = models.ForeignKey(
        Artwork, null=True, blank=True, on_delete=models.CASCADE, related_name="demand"
    )
    kind = models.CharField(max_length=10, choices=SignalKind)
    page = models.CharField(max_length=10, choices=PageKind)
    count = models.PositiveBigIntegerField(help_text="one visitor counts up to a cap")
    visitors = models.PositiveBigIntegerField(default=0)
    examined = models.FloatField(
        default=0.0, help_text="impressions, weighted by how likely their place is looked at"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "artwork", "kind", "page"],
                name="demand_day_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.kind}, {self.day}"


class DemandGap(models.Model):
    """Something that people look for and the shop does not have: alike searches without a result.

    It keeps its id from run to run: a phrase that belongs to a gap stays with it.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        PROPOSED = "proposed", "A job was proposed for it"
        FILLED = "filled", "Filled"
        DISMISSED = "dismissed", "Dismissed"

    phrase = models.CharField(max_length=200, help_text="what was looked for most often")
    vector = ArrayField(
        models.FloatField(), default=list, blank=True, help_text="its meaning, where it is known"
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    searches = models.PositiveIntegerField(default=0, help_text="one visitor counts once a day")
    visitors = models.PositiveIntegerField(default=0, help_text="different visitors of each day")
    lost_cents = models.FloatField(default=0.0, help_text="sales that were missed, in the window")
    lost_low_cents = models.FloatField(default=0.0, help_text="lower end of its 90 % interval")
    lost_high_cents = models.FloatField(default=0.0, help_text="upper end of its 90 % interval")
    evidence = models.JSONField(default=dict, help_text="what the estimate was made of")
    job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="demand_gaps"
    )
    artwork = models.ForeignKey(
        Artwork, null=True, blank=True, on_delete=models.SET_NULL, related_name="gaps_filled"
    )
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    first_seen_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(
        null=True, blank=True, help_text="works published later were not compared with it yet"
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="filled or dismissed")

    class Meta:
        ordering = ["-lost_cents", "-searches", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "proposed", "filled", "dismissed"]),
                name="demand_gap_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["filled", "dismissed"], closed_at__isnull=False)
                | (~Q(state__in=["filled", "dismissed"]) & Q(closed_at__isnull=True)),
                name="demand_gap_closed_when_over",
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.phrase}”"


class GapPhrase(models.Model):
    """One wording of a gap; each wording belongs to one gap, for good."""

    gap = models.ForeignKey(DemandGap, on_delete=models.CASCADE, related_name="phrases")
    words = models.CharField(max_length=200, unique=True, help_text="normalised, sorted")
    text = models.CharField(max_length=200, help_text="as it was typed")
    searches = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-searches", "words"]

    def __str__(self) -> str:
        return self.text


class Wish(models.Model):
    """Somebody who asked to be told when a gap is filled; told once, then the address is gone."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked; the address is not confirmed yet"
        WAITING = "waiting", "Waits"
        TOLD = "told", "Was told"

    gap = models.ForeignKey(DemandGap, on_delete=models.CASCADE, related_name="wishes")
    text = models.CharField(max_length=200, help_text="what was looked for")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="wishes",
    )
    email = models.EmailField(blank=True, help_text="a guest's; deleted when he was told")
    language = models.CharField(
        max_length=8,
        default="en",
        db_default="en",
        help_text="of the page it was asked on, and of its mails",
    )
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    artwork = models.ForeignKey(
        Artwork, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="in the account")

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "wishes"
        constraints = [
            models.UniqueConstraint(
                fields=["gap", "user"],
                condition=Q(user__isnull=False, told_at__isnull=True),
                name="wish_of_user_once",
            ),
            models.UniqueConstraint(
                fields=["gap", "email"], condition=~Q(email=""), name="wish_of_guest_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "waiting", "told"]), name="wish_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.text}” for {self.user or 'a guest'}"
