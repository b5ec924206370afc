"""The autopilot in the admin: rules in versions, proposals to decide on, cycles, alarms, the log.

Rules are never edited in place: saving writes a new version and puts it in force.
"""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.autopilot import services
from catalog.autopilot.rules import rules_in_force
from catalog.autopilot.services.rules import CONTENT, contradiction_in
from catalog.models import (
    AutopilotAlarm,
    AutopilotCycle,
    AutopilotEntry,
    AutopilotProposal,
    AutopilotRules,
)
from genart.lib.errors import GenartError
from genart.lib.records import ReadOnlyAdmin

FIELDSETS = [
    ("How far it may go", {"fields": ["mode", "expires_at", "owner", "note"]}),
    ("What it may make", {"fields": ["brand", "styles", "blocked_words", "parent_specs",
                                     "asks_writer"]}),
    ("Budget of a day", {"fields": ["renders_per_day", "gpu_seconds_per_day", "cents_per_day"]}),
    ("Guardrails", {"fields": ["exploration_floor", "diversity_floor", "step_limit", "arm_cap",
                               "near_duplicate_cap"]}),
    ("What freezes it", {"fields": ["approval_floor", "refund_ceiling"]}),
    ("When", {"fields": ["hour", "interval_hours", "look_back_days", "keep_days"]}),
]  # fmt: skip


class RulesForm(forms.ModelForm):
    class Meta:
        model = AutopilotRules
        fields = [*CONTENT, "styles", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["note"] = ""  # a new version has a reason of its own

    def clean_parent_specs(self) -> Any:
        return self.cleaned_data["parent_specs"] or {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if set(CONTENT) - set(cleaned):
            return cleaned  # a field is wrong in itself
        found = contradiction_in(cleaned, len(cleaned.get("styles") or ()))
        if found:
            self.add_error(*found)
        return cleaned


@admin.register(AutopilotRules)
class AutopilotRulesAdmin(admin.ModelAdmin):
    form = RulesForm
    fieldsets = FIELDSETS  # type: ignore[assignment]
    filter_horizontal = ["styles"]
    raw_id_fields = ["owner"]
    list_display = ["__str__", "in_force", "mode", "expires_at", "renders_per_day", "note",
                    "created_by", "created_at"]  # fmt: skip
    list_select_related = ["created_by"]
    actions = ["take_back"]

    @admin.display(description="in force", boolean=True)
    def in_force(self, rules: AutopilotRules) -> bool:
        return rules.is_active

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a new version with what is in force."""
        rules = rules_in_force()
        values = {name: getattr(rules, name) for name in CONTENT}
        return values | {"styles": list(rules.styles.all()) if rules.pk else []}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # cycles name them

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write a new version and put it in force; the one that was opened stays as it is."""
        content = {name: form.cleaned_data[name] for name in CONTENT}
        user: Any = request.user
        made = services.revise_rules(
            user=user, why=form.cleaned_data["note"], styles=form.cleaned_data["styles"], **content
        )
        obj.pk, obj.version, obj.is_active = made.pk, made.version, made.is_active

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Leave the styles to the verb: those of an old version stay as they were."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        return self._said(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._said(request, obj)

    def _said(self, request: HttpRequest, rules: AutopilotRules) -> HttpResponse:
        self.message_user(request, f"{str(rules).capitalize()} are in force.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:catalog_autopilotrules_changelist"))

    @admin.action(description="Put this version in force again")
    def take_back(self, request: HttpRequest, queryset: QuerySet[AutopilotRules]) -> None:
        if queryset.count() != 1:
            self.message_user(request, "Choose one version.", messages.ERROR)
            return
        user: Any = request.user
        made = services.roll_back_rules(version=queryset.get().version, user=user)
        self._said(request, made)


@admin.register(AutopilotProposal)
class AutopilotProposalAdmin(ReadOnlyAdmin):
    list_display = ["sentence", "state", "kind", "renders", "created_at", "decided_by"]
    list_filter = ["state", "kind", "style"]
    list_select_related = ["decided_by"]
    search_fields = ["sentence", "theme"]
    date_hierarchy = "created_at"
    fields = ["sentence", "state", "reason", "kind", "renders", "propensity", "draw", "changed",
              "spec_text", "evidence_text", "parent", "job", "cycle", "decided_by", "decided_at",
              "submitted_at", "expires_at", "created_at"]  # fmt: skip
    readonly_fields = ["changed", "spec_text", "evidence_text"]
    actions = ["approve", "dismiss"]

    @admin.display(description="changes to its parent")
    def changed(self, proposal: AutopilotProposal) -> SafeString:
        rows = format_html_join(
            "", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            ((row["field"], row["before"], row["after"]) for row in proposal.changes),
        )  # fmt: skip
        head = '<tr><th scope="col">field</th><th scope="col">was</th><th scope="col">is</th></tr>'
        return format_html("<table><thead>{}</thead><tbody>{}</tbody></table>",
                           SafeString(head), rows)  # fmt: skip

    @admin.display(description="design spec")
    def spec_text(self, proposal: AutopilotProposal) -> SafeString:
        return _pretty(proposal.spec)

    @admin.display(description="evidence")
    def evidence_text(self, proposal: AutopilotProposal) -> SafeString:
        return _pretty(proposal.evidence)

    @admin.action(description="Approve: commission them", permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[AutopilotProposal]) -> None:
        self._each(request, queryset, services.approve_proposal, "approved")

    @admin.action(description="Dismiss", permissions=["decide"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[AutopilotProposal]) -> None:
        self._each(request, queryset, services.dismiss_proposal, "dismissed")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may decide on proposals: who may commission may."""
        return bool(request.user.has_perm("generation.add_job"))

    def _each(self, request: HttpRequest, rows: Any, verb: Any, word: str) -> None:
        done = 0
        for pk in rows.order_by("created_at", "position").values_list("pk", flat=True):
            try:
                verb(proposal_id=pk, user=request.user)
                done += 1
            except GenartError as error:
                self.message_user(request, error.message, messages.ERROR)
        self.message_user(request, f"{done} {word}.", messages.SUCCESS)


@admin.register(AutopilotCycle)
class AutopilotCycleAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "state", "mode", "today", "rules", "begun_at", "ended_at"]
    list_filter = ["state", "mode"]
    list_select_related = ["rules"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AutopilotCycle]:
        """Leave the documents in the database, which are megabytes, until one is looked at."""
        return super().get_queryset(request).defer("inputs", "planned", "enforced")

    fields = ["slot", "state", "mode", "rules", "today", "seed", "inputs_sha256", "replayed",
              "what_was_said", "steps", "error", "begun_at", "ended_at"]  # fmt: skip
    readonly_fields = ["replayed", "what_was_said"]

    @admin.display(description="replay", boolean=True)
    def replayed(self, cycle: AutopilotCycle) -> bool | None:
        """Plan again from the kept inputs, and compare."""
        from catalog.autopilot.cycle import replays  # brings scipy, which no page needs else

        return replays(cycle) if cycle.planned else None

    @admin.display(description="log")
    def what_was_said(self, cycle: AutopilotCycle) -> SafeString:
        lines = cycle.entries.order_by("pk").values_list("sentence")
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", lines))


@admin.register(AutopilotAlarm)
class AutopilotAlarmAdmin(ReadOnlyAdmin):
    list_display = ["reason", "kind", "raised_at", "raised_by", "lifted_at", "lifted_by",
                    "lifted_reason"]  # fmt: skip
    list_filter = ["kind", "lifted_at"]
    list_select_related = ["raised_by", "lifted_by"]


@admin.register(AutopilotEntry)
class AutopilotEntryAdmin(ReadOnlyAdmin):
    list_display = ["written_at", "kind", "sentence", "by"]
    list_filter = ["kind"]
    list_select_related = ["by"]
    search_fields = ["sentence"]
    date_hierarchy = "written_at"


def _pretty(value: Any) -> SafeString:
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False))
