"""Pages of a criterion: written, tried on pictures, taken live. Curators see, leads change."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.storage import storages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from curation import services
from curation.models import Brand, Criterion, Example, Reference
from curation.views.access import curators_only, leads_only, user_of
from genart.lib.errors import GenartError

PICTURES: dict[str, QuerySet[Reference] | QuerySet[Example]] = {
    "reference": Reference.objects.all(),
    "example": Example.objects.all(),
}


class CriterionForm(forms.Form):
    """A criterion as people write it: one phrase a line."""

    name = forms.CharField(max_length=80)
    words = forms.CharField(
        label="What it looks like",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One phrase a line, as a caption would say it: “wide empty sky”.",
    )
    opposite = forms.CharField(
        label="What it does not look like",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One phrase a line: “crowded with shapes”.",
    )
    wanted = forms.BooleanField(
        label="Wanted", required=False, help_text="Without it, it speaks against a picture."
    )
    is_hard = forms.BooleanField(
        label="Hard", required=False, help_text="A picture that fails it always meets a person."
    )
    weight = forms.FloatField(min_value=0, max_value=5, help_text="0 … 5: how much it counts.")
    threshold = forms.FloatField(
        min_value=0, max_value=1, help_text="0 … 1: it is met from this value on."
    )

    def fields_of(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        return data | {name: data[name].splitlines() for name in ("words", "opposite")}


NEW = {"wanted": True, "weight": 1.0, "threshold": 0.5}


@never_cache
@leads_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_criterion(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a criterion."""
    found = get_object_or_404(Brand, slug=slug)
    form = CriterionForm(request.POST if request.method == "POST" else None, initial=NEW)
    if request.method == "POST" and form.is_valid():
        written = _written(request, found, form, None)
        if written:
            messages.success(request, "Written. Now add pictures, and see how they come out.")
            return redirect("curation:criterion", slug, written.pk)
    return _form_page(request, found, form, None)


@never_cache
@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def criterion(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Show a criterion with its pictures; a lead changes a draft."""
    found = get_object_or_404(Criterion.objects.select_related("brand"), pk=pk, brand__slug=slug)
    if request.method == "POST":
        return _changed(request, found)
    initial = {name: getattr(found, name) for name in services.CRITERION_FIELDS}
    initial |= {name: "\n".join(initial[name]) for name in ("words", "opposite")}
    return _form_page(request, found.brand, CriterionForm(initial=initial), found)


@leads_only
def _changed(request: HttpRequest, found: Criterion) -> HttpResponse:
    form = CriterionForm(request.POST)
    if form.is_valid() and _written(request, found.brand, form, found):
        messages.success(request, "Saved.")
        return redirect("curation:criterion", found.brand.slug, found.pk)
    return _form_page(request, found.brand, form, found)


@leads_only
@require_POST
def change_criterion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let a criterion go live, retire it, or revise it."""
    found = get_object_or_404(Criterion, pk=pk, brand__slug=slug)
    user = user_of(request)
    try:
        match request.POST.get("do", ""):
            case "live":
                services.go_live(criterion=found, user=user)
                messages.success(request, f"“{found.name}” counts from now on.")
            case "retire":
                services.retire_criterion(criterion=found, user=user)
                messages.success(request, f"“{found.name}” counts no longer.")
            case "revise":
                found = services.revise_criterion(criterion=found, user=user)
                messages.success(request, "This is a draft: what is live counts until it is not.")
    except GenartError as error:
        messages.error(request, error.message)
    return redirect("curation:criterion", slug, found.pk)


@leads_only
@require_POST
def add_picture(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add a reference or an example: a file, or a picture of the factory by its address."""
    found = get_object_or_404(Criterion, pk=pk, brand__slug=slug)
    try:
        services.add_picture(
            criterion=found,
            kind=request.POST.get("kind", ""),
            user=user_of(request),
            file=request.FILES.get("picture"),
            candidate_id=_candidate_in(request.POST.get("address", "")),
        )
    except GenartError as error:
        messages.error(request, error.message)
    return redirect("curation:criterion", slug, pk)


@leads_only
@require_POST
def remove_picture(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a reference or an example."""
    found = get_object_or_404(Criterion, pk=pk, brand__slug=slug)
    row = request.POST.get("picture", "")
    try:
        services.remove_picture(
            criterion=found,
            kind=request.POST.get("kind", ""),
            pk=int(row) if row.isdecimal() else 0,
            user=user_of(request),
        )
    except GenartError as error:
        messages.error(request, error.message)
    return redirect("curation:criterion", slug, pk)


@curators_only
@require_GET
def picture(request: HttpRequest, kind: str, pk: int) -> FileResponse:
    """Send the picture of a reference or an example."""
    rows = PICTURES.get(kind)
    row = rows.filter(pk=pk).first() if rows is not None else None
    if row is None:
        raise Http404
    try:
        opened = storages["originals"].open(row.image)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type="image/png")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _written(
    request: HttpRequest, found: Brand, form: CriterionForm, old: Criterion | None
) -> Criterion | None:
    """Write a criterion; on an error put it into the form."""
    try:
        return services.write_criterion(
            brand=found, user=user_of(request), fields=form.fields_of(), criterion=old
        )
    except GenartError as error:
        form.add_error(error.where if error.where in form.fields else None, error.message)
        return None


def _form_page(
    request: HttpRequest, found: Brand, form: CriterionForm, shown: Criterion | None
) -> HttpResponse:
    context: dict[str, Any] = {"brand": found, "form": form, "criterion": shown}
    context["can_change"] = request.user.has_perm("curation.change_brand") and (
        shown is None or shown.state == Criterion.State.DRAFT
    )
    if shown:
        trials = services.tried(shown)
        references = list(shown.references.order_by("pk"))
        context |= {
            "references": references,
            "passing": [trial for trial in trials if trial.example.must_pass],
            "failing": [trial for trial in trials if not trial.example.must_pass],
            "wrong": [trial for trial in trials if trial.value is not None and not trial.is_right],
            "unseen": any(trial.value is None for trial in trials)
            or any(row.vector is None for row in references),
        }
    status = 422 if form.is_bound and form.errors else 200
    template = "curation/criterion.html" + ("#pictures" if _wants_pictures(request) else "")
    return render(request, template, context, status=status)


def _wants_pictures(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False)) and request.method == "GET"


def _candidate_in(address: str) -> UUID | None:
    """Return the id of a candidate from its page's address, or from the id alone."""
    for part in reversed(address.strip().strip("/").split("/")):
        try:
            return UUID(part)
        except ValueError:
            continue
    return None
