"""The audit log in the admin: to read, to search, to take along; never to change."""

import json
from typing import Any

from django.contrib import admin
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from genart.accounts.models import User
from genart.audit.models import AuditEntry
from genart.lib.records import ReadOnlyAdmin

SHORT = 80
SHOWN = ["at", "verb", "who", "via", "what", "difference", "request_id"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "verb", "who", "via", "what", "changes"]
    list_filter = ["at", "subject_type", "via", "verb"]
    search_fields = ["=verb", "subject", "=subject_id", "=request_id"]
    search_help_text = "A verb, the name or key of a thing, a person's name, a request's id."
    date_hierarchy = "at"
    list_per_page = 50
    fields = tuple(SHOWN)
    readonly_fields = tuple(SHOWN)
    actions = ["take_along"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Look names up now: the log keeps the keys of people only."""
        name = User.objects.filter(pk=OuterRef("actor_id")).values("username")[:1]
        return super().get_queryset(request).annotate(actor_name=Subquery(name))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """Find by a person's name as well: what he did, and what was done to him."""
        found, doubled = super().get_search_results(request, queryset, term)
        key = (
            User.objects.filter(username__iexact=term.strip()).values_list("pk", flat=True).first()
        )
        if key is None:
            return found, doubled
        done_to = Q(subject_type="accounts.user", subject_id=str(key))
        return queryset.filter(Q(actor_id=key) | done_to), doubled

    @admin.display(ordering="actor_id")
    def who(self, entry: Any) -> str:
        if entry.actor_id is None:
            return "the factory"
        return entry.actor_name or f"person {entry.actor_id} (gone)"

    @admin.display(ordering="subject_id")
    def what(self, entry: AuditEntry) -> str:
        kind = entry.subject_type.partition(".")[2] or "the factory"
        return f"{kind} {entry.subject or entry.subject_id}".strip()

    @admin.display(description="changes")
    def changes(self, entry: AuditEntry) -> str:
        parts = [
            f"{name}: {_short(entry.before.get(name))} → {_short(entry.after.get(name))}"
            for name in _names(entry)[:4]
        ]
        return "; ".join(parts)

    @admin.display(description="what changed")
    def difference(self, entry: AuditEntry) -> SafeString:
        rows = (
            (name, _written(entry.before.get(name)), _written(entry.after.get(name)))
            for name in _names(entry)
        )
        cells = "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>"
        return format_html(
            '<div class="admin-scroll"><table><thead><tr><th>field</th><th>before</th>'
            "<th>after</th></tr></thead><tbody>{}</tbody></table></div>",
            format_html_join("", cells, rows),
        )

    @admin.action(description="Take the chosen entries along, as lines of JSON")
    def take_along(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> StreamingHttpResponse:
        names = [field.name for field in AuditEntry._meta.concrete_fields]
        lines = (
            json.dumps(row, cls=DjangoJSONEncoder) + "\n"
            for row in queryset.order_by("pk").values(*names).iterator(500)
        )
        response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
        response["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
        return response


def _names(entry: AuditEntry) -> list[str]:
    """Return the fields that an entry tells of."""
    return sorted({*entry.before, *entry.after})


def _written(value: Any) -> str:
    return "–" if value in (None, "", [], {}) else str(value)


def _short(value: Any) -> str:
    text = _written(value)
    return text if len(text) <= SHORT else text[:SHORT] + "…"
