"""Candidates in the admin, with what was found in them; to be read, not edited."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from curation import services
from curation.models import Candidate, Check, Decision, Flag, Score
from genart.lib.errors import InvalidInput
from genart.lib.records import ReadOnly


class ScoreInline(ReadOnly, admin.TabularInline):
    model = Score
    fields = ["scorer", "version", "value", "evidence", "created_at"]
    readonly_fields = fields  # type: ignore[assignment]
    extra = 0


class FlagInline(ReadOnly, admin.TabularInline):
    model = Flag
    fields = ["kind", "severity", "message", "detector", "evidence"]
    readonly_fields = fields  # type: ignore[assignment]
    extra = 0


class CheckInline(ReadOnly, admin.TabularInline):
    model = Check
    fields = ["detector", "version", "outcome", "message", "took_ms", "checked_at"]
    readonly_fields = fields  # type: ignore[assignment]
    extra = 0


class DecisionInline(ReadOnly, admin.TabularInline):
    model = Decision
    fk_name = "candidate"
    fields = ["verdict", "reason", "note", "gate", "user", "decided_at", "evidence"]
    readonly_fields = fields  # type: ignore[assignment]
    extra = 0


def _ask_everybody(expected: str, label: str) -> Any:
    """Return an admin action that makes pictures known answers."""

    def action(model_admin: Any, request: HttpRequest, chosen: QuerySet[Candidate]) -> None:
        if not request.user.has_perm("curation.change_gate"):
            raise PermissionDenied
        marked = 0
        for candidate in chosen:
            try:
                services.mark_gold(candidate=candidate, expected=expected)
            except InvalidInput as error:
                messages.warning(request, f"{candidate}: {error.message}")
            else:
                marked += 1
        messages.success(request, f"{marked} are put before every curator once.")

    action.__name__ = f"known_answer_{expected}"
    return admin.action(description=label)(action)


@admin.register(Candidate)
class CandidateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["picture", "__str__", "state", "tier", "brand", "doubt", "created_at"]
    list_display_links = ["picture", "__str__"]
    list_filter = ["state", "tier", "brand", "render__style_version__style"]
    list_select_related = ["render__job", "brand"]
    list_per_page = 50
    search_fields = ["=id", "=render__id", "render__job__title", "render__prompt"]
    date_hierarchy = "created_at"
    actions = [
        _ask_everybody("approve", "Known answer: right is to approve"),
        _ask_everybody("reject", "Known answer: right is to reject"),
    ]
    inlines = [ScoreInline, CheckInline, FlagInline, DecisionInline]
    exclude = ["leased_by", "lease_expires_at"]

    @admin.display(description="picture")
    def picture(self, candidate: Candidate) -> SafeString:
        address = reverse("curation:thumb", args=[candidate.pk])
        return format_html('<img src="{}" width="72" height="72" alt="" loading="lazy">', address)

    def view_on_site(self, candidate: Candidate) -> str:
        return reverse("curation:candidate", args=[candidate.pk])
