"""Admin of demand: gaps, wishes and what a day came to. To read; a gap can be dismissed."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html

from catalog.admin.finding import ReadOnly
from catalog.demand import services
from catalog.models import DemandFold, DemandGap, GapPhrase, PositionCurve, Wish
from genart.lib.errors import GenartError


class PhraseInline(admin.TabularInline):  # type: ignore[type-arg]
    """The wordings of a gap."""

    model = GapPhrase
    fields = readonly_fields = ("text", "searches")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Wordings come from searches."""
        return False


@admin.register(DemandGap)
class DemandGapAdmin(ReadOnly):
    """What people look for and the shop does not have, the largest loss first."""

    list_display = ("phrase", "state", "visitors", "searches", "lost", "waiting", "job", "artwork",
                    "last_seen_at")  # fmt: skip
    list_filter = ("state", "last_seen_at")
    search_fields = ("phrase", "phrases__text")
    list_select_related = ("job", "artwork")
    exclude = ("vector",)
    inlines = (PhraseInline,)
    actions = ("dismiss", "reopen")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People wait for it: it is dismissed, not deleted."""
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change gaps decides which of them the shop will have."""
        return request.user.has_perm("catalog.change_demandgap")

    @admin.display(description="lost, with its 90 % interval", ordering="lost_cents")
    def lost(self, gap: DemandGap) -> str:
        """Say what a gap costs, as far as it is known."""
        low, middle, high = gap.lost_low_cents, gap.lost_cents, gap.lost_high_cents
        return format_html("{} ({}–{})", *(f"{cents / 100:.2f}" for cents in (middle, low, high)))

    @admin.display(description="wait")
    def waiting(self, gap: DemandGap) -> int:
        """Count who is told when it is filled."""
        return gap.wishes.filter(state=Wish.State.WAITING).count()

    @admin.action(description="Dismiss: the shop will not have this", permissions=["decide"])
    def dismiss(self, request: HttpRequest, gaps: Any) -> None:
        """Dismiss the gaps that were chosen."""
        by: Any = request.user
        self._each(request, gaps, lambda gap: services.dismiss_gap(gap_id=gap.pk, by=by))

    @admin.action(description="Open again what was dismissed", permissions=["decide"])
    def reopen(self, request: HttpRequest, gaps: Any) -> None:
        """Take dismissals back."""
        self._each(request, gaps, lambda gap: services.reopen_gap(gap_id=gap.pk))

    def _each(self, request: HttpRequest, gaps: Any, act: Any) -> None:
        done = 0
        for gap in gaps:
            try:
                act(gap)
                done += 1
            except GenartError as error:
                self.message_user(request, error.message, messages.ERROR)
        self.message_user(request, f"{done} changed.", messages.SUCCESS)


@admin.register(Wish)
class WishAdmin(ReadOnly):
    """Who waits for what. A guest's address is shown to nobody."""

    list_display = ("text", "gap", "user", "state", "artwork", "created_at", "told_at")
    list_filter = ("state", "created_at")
    search_fields = ("text", "user__username")
    list_select_related = ("gap", "user", "artwork")
    exclude = ("email",)


@admin.register(DemandFold)
class DemandFoldAdmin(ReadOnly):
    """How many events a day had, and how many of them did not count."""

    list_display = ("day", "events", "dropped", "is_final", "folded_at", "forgotten_at")
    list_filter = ("is_final",)


@admin.register(PositionCurve)
class PositionCurveAdmin(ReadOnly):
    """How likely each place of a page is looked at, and what that was learnt from."""

    list_display = ("page", "made_at")
    list_filter = ("page",)
