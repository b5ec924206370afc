"""Gates in the admin. They are never edited in place; how far they may go is for their labels."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from curation import services
from curation.autonomy import certificate_of
from curation.certifying.promise import promise
from curation.gate import parse_rules
from curation.models import Certificate, Gate, GateEvent
from curation.replay import compare, replay
from curation.scorers import SCORERS
from curation.services.gates import LIMITS, PROMISE
from genart.lib.errors import GenartError, InvalidInput
from genart.lib.records import ReadOnly

FIELDS = ["rules", *PROMISE, "note"]
BUTTONS = {
    "_activate_this": "activate",
    "_activate_anyway": "activate_anyway",
    "_promote": "promote",
    "_suspend": "suspend",
}


class GateForm(forms.ModelForm):
    class Meta:
        model = Gate
        fields = ["brand", "tier", "style", *FIELDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measures = "; ".join(f"{name}: {scorer.explains}" for name, scorer in SCORERS.items())
        if "rules" in self.fields:
            self.fields["rules"].help_text += f" Measures, 0 to 1: {measures}"
        for name in set(PROMISE) & set(self.fields):
            self.fields[name].required = False  # what is left empty is as before

    def clean_rules(self) -> dict[str, Any]:
        rules = self.cleaned_data["rules"]
        try:
            parse_rules(rules if isinstance(rules, dict) else {}, SCORERS)
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error
        return rules

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, (low, high) in LIMITS.items():
            value = cleaned.get(name)
            if value is not None and not low <= value <= high:
                self.add_error(name, f"Choose a number from {low} to {high}.")
        brand, style = cleaned.get("brand"), cleaned.get("style")
        if brand and style and style.brand != brand.slug:
            self.add_error("style", f"{style} belongs to the brand {style.brand}.")
        return cleaned

    def promise(self) -> dict[str, Any]:
        """Return what was said of the promise; an absent tick is a no where the field was shown."""
        data = {name: self.cleaned_data.get(name) for name in PROMISE if name in self.fields}
        return {name: value for name, value in data.items() if value is not None}


@admin.register(Gate)
class GateAdmin(admin.ModelAdmin):
    form = GateForm
    list_display = ["__str__", "style", "is_active", "autonomy", "note", "created_by", "created_at"]
    list_filter = ["is_active", "autonomy", "tier", "brand"]
    list_select_related = ["brand", "style", "created_by"]
    actions = ["activate"]
    change_form_template = "admin/curation/gate/change_form.html"

    def get_fields(self, request: HttpRequest, obj: Gate | None = None) -> Any:
        if obj is None:
            return ["brand", "tier", "style", *FIELDS]
        return ["version_and_state", "may_publish", *FIELDS, "would_do"]

    def get_readonly_fields(self, request: HttpRequest, obj: Gate | None = None) -> list[str]:
        return ["version_and_state", "may_publish", "would_do"] if obj else []

    @admin.display(description="version")
    def version_and_state(self, gate: Gate) -> str:
        where = f", {gate.style}" if gate.style else ""
        return f"{gate}{where}, {'judges now' if gate.is_active else 'judges nothing'}"

    @admin.display(description="by itself")
    def may_publish(self, gate: Gate) -> SafeString:
        certificate = certificate_of(gate)
        context = {
            "gate": gate,
            "certificate": certificate,
            "promise": promise(gate.target, gate.confidence),
            "events": gate.events.select_related("user")[:8],
        }
        return render_to_string("admin/curation/gate/autonomy.html", context)

    @admin.display(description="over the past")
    def would_do(self, gate: Gate) -> SafeString:
        same = Gate.objects.filter(brand=gate.brand_id, tier=gate.tier, style=gate.style_id)
        now = same.filter(is_active=True).exclude(pk=gate.pk).first()
        shown = replay(gate)
        compared = compare(gate, now) if now and not shown.fault else None
        context = {"replay": shown, "gate": gate, "compared": compared}
        return render_to_string("admin/curation/gate/replay.html", context)

    def save_model(self, request: HttpRequest, obj: Gate, form: Any, change: bool) -> None:
        """Write a new version; the one that was opened stays as it is."""
        made = services.revise_gate(
            brand=obj.brand,
            tier=obj.tier,
            style=obj.style,
            rules=form.cleaned_data["rules"],
            user=request.user,  # type: ignore[arg-type]
            note=form.cleaned_data["note"],
            **form.promise(),
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
            self._do(request, gate, "activate")
        else:
            text = f"{gate} is written. It judges nothing until you activate it."
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:curation_gate_change", args=[gate.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        pressed = [verb for name, verb in BUTTONS.items() if name in request.POST]
        if request.method != "POST" or not pressed:
            return super().change_view(request, object_id, form_url, extra_context)
        gate = self.get_object(request, object_id)
        if gate is not None and self.has_change_permission(request, gate):
            self._do(request, gate, pressed[0])
        return HttpResponseRedirect(request.path)

    def _do(self, request: HttpRequest, gate: Gate, verb: str) -> None:
        """Do what a button says, and say what became of it."""
        user: Any = request.user
        try:
            if verb.startswith("activate"):
                services.activate_gate(gate=gate, anyway=verb == "activate_anyway")
                text = f"{gate} judges from now on."
            elif verb == "promote":
                services.promote_gate(gate=gate, user=user)
                text = f"{gate} publishes by itself from now on."
            else:
                reason = request.POST.get("_reason", "")
                services.suspend_gate(gate=gate, reason=reason, user=user)
                text = f"{gate} is suspended: people decide."
        except GenartError as error:
            self.message_user(request, error.message, messages.ERROR)
            return
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description="Activate: judge by it from now on", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Gate]) -> None:
        if len({(gate.brand_id, gate.tier, gate.style_id) for gate in queryset}) != len(queryset):
            text = "Choose one version for each brand and tier."
            self.message_user(request, text, messages.ERROR)
            return
        for gate in queryset:
            self._do(request, gate, "activate")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Certificate)
class CertificateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "__str__",
        "threshold",
        "upper_bound",
        "labels",
        "share",
        "issued_at",
        "ended_at",
    ]
    list_filter = ["gate__brand", "gate__tier"]
    list_select_related = ["gate__brand"]


@admin.register(GateEvent)
class GateEventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["happened_at", "gate", "before", "after", "reason", "user"]
    list_filter = ["after", "gate__brand"]
    list_select_related = ["gate__brand", "user"]
