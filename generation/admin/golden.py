"""Golden prompts, and the runs that prove a version by them: compared side by side, decided on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from genart.lib.errors import GenartError
from genart.lib.records import ReadOnlyAdmin
from generation.golden.deciding import promote, refuse, roll_back
from generation.golden.rendering import start_run
from generation.models import GoldenPrompt, GoldenRun
from generation.services.checkpoints import try_again
from generation.spec import parse_spec


class PromptForm(forms.ModelForm):
    """A golden prompt whose spec is one picture with its seed."""

    class Meta:
        model = GoldenPrompt
        fields = ["line", "note", "spec", "is_active"]

    def clean_spec(self) -> Any:
        document = self.cleaned_data["spec"]
        try:
            spec = parse_spec(document, limit=1)
        except GenartError as error:
            where = f"{error.where}: " if error.where else ""
            raise forms.ValidationError(f"{where}{error.message}") from None
        if spec.seed is None:
            raise forms.ValidationError("Give it a seed, so that versions can be compared.")
        return document


@admin.register(GoldenPrompt)
class GoldenPromptAdmin(admin.ModelAdmin):
    form = PromptForm
    list_display = ["__str__", "line", "is_active", "created_at"]
    list_filter = ["line", "is_active"]


@admin.register(GoldenRun)
class GoldenRunAdmin(ReadOnlyAdmin):
    list_display = ["checkpoint", "baseline", "state", "reason", "decided_by", "created_at"]
    list_filter = ["state", "checkpoint__line"]
    list_select_related = ["checkpoint", "baseline", "decided_by"]

    def get_urls(self) -> list[Any]:
        """Add the decisions."""
        view = self.admin_site.admin_view
        return [
            path("begin/<int:checkpoint_id>/", view(self.begin), name="generation_golden_begin"),
            path("<int:run_id>/<str:verb>/decide/", view(self.decide),
                 name="generation_golden_decide"),
            path("again/<int:checkpoint_id>/", view(self.again), name="generation_adding_again"),
            *super().get_urls(),
        ]  # fmt: skip

    def begin(self, request: HttpRequest, checkpoint_id: int) -> HttpResponse:
        """Render the golden prompts of a version, anew where that was done before."""
        self._try(request, lambda: start_run(checkpoint_id=checkpoint_id, by=request.user),  # type: ignore[arg-type]
                  "Its golden prompts are being rendered.")  # fmt: skip
        return redirect(reverse("admin:generation_checkpoint_change", args=[checkpoint_id]))

    def again(self, request: HttpRequest, checkpoint_id: int) -> HttpResponse:
        """Look at the files of a checkpoint again that could not be added."""
        self._try(request, lambda: try_again(checkpoint_id=checkpoint_id),
                  "Its files are being looked at again.")  # fmt: skip
        return redirect(reverse("admin:generation_checkpoint_change", args=[checkpoint_id]))

    def decide(self, request: HttpRequest, run_id: int, verb: str) -> HttpResponse:
        """Promote, refuse or roll back."""
        by, reason = request.user, request.POST.get("_reason", "")[:300]
        verbs: dict[str, tuple[Callable[[], Any], str]] = {
            "promote": (lambda: promote(run_id=run_id, by=by), "Its styles use it now."),  # type: ignore[arg-type]
            "refuse": (lambda: refuse(run_id=run_id, by=by, reason=reason), "It stays unused."),  # type: ignore[arg-type]
            "roll-back": (lambda: roll_back(run_id=run_id, by=by, reason=reason),  # type: ignore[arg-type]
                          "The version before is current again."),
        }  # fmt: skip
        if verb in verbs:
            self._try(request, *verbs[verb])
        run = GoldenRun.objects.filter(pk=run_id).first()
        if run is None:
            return redirect(reverse("admin:generation_checkpoint_changelist"))
        return redirect(reverse("admin:generation_checkpoint_change", args=[run.checkpoint_id]))

    def _try(self, request: HttpRequest, verb: Callable[[], Any], done: str) -> None:
        """Do it and say so, or say why not."""
        if request.method != "POST" or not request.user.has_perm("generation.change_checkpoint"):
            raise PermissionDenied
        try:
            verb()
        except GenartError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
