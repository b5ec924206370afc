"""Flags and maintenance in the admin; every change goes through the verbs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from genart.flags import services
from genart.flags.declared import FLAGS
from genart.flags.models import Flag, Maintenance


class FlagForm(forms.ModelForm):
    """A switch; its name is one of the declared."""

    name = forms.ChoiceField()

    class Meta:
        model = Flag
        fields = ["name", "state", "percent", "persons", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            taken = Flag.objects.exclude(pk=self.instance.pk).values_list("name", flat=True)
            free = [name for name in FLAGS if name not in set(taken)]
            lines = [f"{name}: {FLAGS[name].sentence}" for name in free]
            self.fields["name"].choices = list(zip(free, lines, strict=True))  # type: ignore[attr-defined]


@admin.register(Flag)
class FlagAdmin(admin.ModelAdmin):
    form = FlagForm
    list_display = ["name", "state", "percent", "sentence", "changed_at"]
    autocomplete_fields = ["persons"]
    actions = None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List the flags that nobody has touched too: their defaults hold and have no row."""
        touched = set(Flag.objects.values_list("name", flat=True))
        untouched = {name: told for name, told in FLAGS.items() if name not in touched}
        return super().changelist_view(request, {"untouched": untouched} | (extra_context or {}))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a switch with the other state than the default."""
        data = super().get_changeform_initial_data(request)
        told = FLAGS.get(str(data.get("name", "")))
        return {"state": Flag.State.OFF if told and told.default else Flag.State.ON} | data

    def get_readonly_fields(self, request: HttpRequest, obj: Flag | None = None) -> list[str]:
        return ["name", "sentence"] if obj else []

    def save_model(self, request: HttpRequest, obj: Flag, form: Any, change: bool) -> None:
        saved = services.switch(
            name=obj.name,
            state=obj.state,
            percent=obj.percent,
            persons=[person.pk for person in form.cleaned_data["persons"]],
            note=obj.note,
            by=request.user,
        )
        obj.pk, obj.changed_at = saved.pk, saved.changed_at

    def delete_model(self, request: HttpRequest, obj: Flag) -> None:
        services.leave_to_default(name=obj.name, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Flag]) -> None:
        for flag in queryset:
            services.leave_to_default(name=flag.name, by=request.user)


@admin.register(Maintenance)
class MaintenanceAdmin(admin.ModelAdmin):
    list_display = ["began_at", "until", "ended_at", "message"]
    fields = ["message", "until", "began_at", "ended_at"]
    readonly_fields = ["until", "began_at", "ended_at"]
    actions = ["end"]

    def has_delete_permission(self, request: HttpRequest, obj: Maintenance | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Maintenance | None = None) -> bool:
        is_over = obj is not None and obj.ended_at is not None
        return not is_over and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Maintenance, form: Any, change: bool) -> None:
        services.begin_maintenance(message=obj.message, by=request.user)
        obj.pk = Maintenance.objects.values_list("pk", flat=True).get(ended_at=None)

    @admin.action(description="End maintenance")
    def end(self, request: HttpRequest, queryset: QuerySet[Maintenance]) -> None:
        if services.end_maintenance(by=request.user):
            self.message_user(request, "The shop is open again.")
