"""Gates in the admin. They are never edited in place."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from curation import services
from curation.gate import parse_rules
from curation.models import Gate
from curation.replay import replay
from curation.scorers import SCORERS
from genart.lib.errors import InvalidInput


class GateForm(forms.ModelForm):
    class Meta:
        model = Gate
        fields = ["brand", "tier", "rules", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measures = "; ".join(f"{name}: {scorer.explains}" for name, scorer in SCORERS.items())
        if "rules" in self.fields:
            self.fields["rules"].help_text += f" Measures, 0 to 1: {measures}"

    def clean_rules(self) -> dict[str, Any]:
        rules = self.cleaned_data["rules"]
        try:
            parse_rules(rules if isinstance(rules, dict) else {}, SCORERS)
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error
        return rules


@admin.register(Gate)
class GateAdmin(admin.ModelAdmin):
    form = GateForm
    list_display = ["__str__", "is_active", "note", "created_by", "created_at"]
    list_filter = ["is_active", "tier", "brand"]
    list_select_related = ["brand", "created_by"]
    actions = ["activate"]
    change_form_template = "admin/curation/gate/change_form.html"

    def get_fields(self, request: HttpRequest, obj: Gate | None = None) -> Any:
        if obj is None:
            return ["brand", "tier", "rules", "note"]
        return ["version_and_state", "rules", "note", "would_do"]

    def get_readonly_fields(self, request: HttpRequest, obj: Gate | None = None) -> list[str]:
        return ["version_and_state", "would_do"] if obj else []

    @admin.display(description="version")
    def version_and_state(self, gate: Gate) -> str:
        return f"{gate}, {'judges now' if gate.is_active else 'judges nothing'}"

    @admin.display(description="over the past")
    def would_do(self, gate: Gate) -> SafeString:
        context = {"replay": replay(gate), "gate": gate}
        return render_to_string("admin/curation/gate/replay.html", context)

    def save_model(self, request: HttpRequest, obj: Gate, form: Any, change: bool) -> None:
        """Write a new version; the one that was opened stays as it is."""
        made = services.revise_gate(
            brand=obj.brand,
            tier=obj.tier,
            rules=form.cleaned_data["rules"],
            user=request.user,  # type: ignore[arg-type]
            note=form.cleaned_data["note"],
        )
        obj.pk, obj.version, obj.is_active = made.pk, made.version, made.is_active

    def response_change(self, request: HttpRequest, obj: Gate) -> HttpResponse:
        return self._see_version(request, obj)

    def response_add(
        self, request: HttpRequest, obj: Gate, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._see_version(request, obj)

    def _see_version(self, request: HttpRequest, gate: Gate) -> HttpResponse:
        """Show the new version: what it would do, and the button that activates it."""
        if "_activate" in request.POST:
            services.activate_gate(gate=gate)
            self.message_user(request, f"{gate} judges from now on.", messages.SUCCESS)
        else:
            text = f"{gate} is written. It judges nothing until you activate it."
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:curation_gate_change", args=[gate.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST" and "_activate_this" in request.POST:
            return self._activate_this(request, object_id)
        return super().change_view(request, object_id, form_url, extra_context)

    def _activate_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        gate = self.get_object(request, object_id)
        if gate is not None and self.has_change_permission(request, gate):
            services.activate_gate(gate=gate)
            self.message_user(request, f"{gate} judges from now on.", messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    @admin.action(description="Activate: judge by it from now on", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Gate]) -> None:
        if len({(gate.brand_id, gate.tier) for gate in queryset}) != queryset.count():
            text = "Choose one version for each brand and tier."
            self.message_user(request, text, messages.ERROR)
            return
        for gate in queryset:
            services.activate_gate(gate=gate)
            self.message_user(request, f"{gate} judges from now on.", messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
