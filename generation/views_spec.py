"""The studio's form for a series: as fields, as JSON, and what it would become."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from genart.accounts.models import User
from genart.lib.errors import GenartError, InvalidInput
from generation import pages, services
from generation.form_cards import cards, outlook_card
from generation.forms import SpecForm, spec_text
from generation.models import Lane
from generation.outlook import as_document
from generation.spec import parse_spec

studio = permission_required("generation.add_job", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@studio
def new_job(request: HttpRequest) -> HttpResponse:
    """Show the form, show it as the other tab or with its outlook, or take a series on."""
    if request.method != "POST":
        form = SpecForm(initial=SpecForm.initial_from(_spec_like(request)))
        return _page(request, form, as_json=request.GET.get("as") == "json")
    as_json, form = "spec" in request.POST, SpecForm(request.POST)
    spec = _spec_of(form, as_json)
    show = request.POST.get("show")
    if show == "outlook" or spec is None:
        card = outlook_card(form, spec, lane=_lane(request), as_json=as_json)
        status = 200 if card["outlook"] else 422
        return _page(request, form, as_json=as_json, status=status, card=card)
    if show:
        return _other_tab(request, form, spec, as_json)
    return _commission(request, form, spec, as_json)


@require_POST
@login_required
@studio
def outlook(request: HttpRequest) -> HttpResponse:
    """Answer with the outlook of a form that is being filled in, and the faults at its fields."""
    as_json, form = "spec" in request.POST, SpecForm(request.POST)
    spec = _spec_of(form, as_json)
    card = outlook_card(form, spec, lane=_lane(request), as_json=as_json)
    context = {"form": form, "as_json": as_json, "oob": True, "visible": form.visible_fields()}
    context["missing"] = [] if as_json else form.spare()
    return render(request, "generation/_outlook.html", context | card)


def _spec_of(form: SpecForm, as_json: bool) -> Any | None:
    return form.spec_from_json() if as_json else form.spec_from_fields()


def _lane(request: HttpRequest) -> str:
    return request.POST.get("lane") or Lane.STANDARD


def _commission(request: HttpRequest, form: SpecForm, spec: Any, as_json: bool) -> HttpResponse:
    """Ask for the series and lead to its page; on an error, show the form again."""
    try:
        made, created = services.submit_job(
            spec=spec,
            owner=_user(request),
            idempotency_key=form.idempotency_key,
            lane=_lane(request),
        )
    except GenartError as error:
        form.place(error, as_json=as_json)
        return _page(request, form, as_json=as_json, status=error.status)
    if created:
        count, dropped = made.renders.count(), made.outlook.get("duplicates", 0)
        text = f"{made.title}: {count} render{'' if count == 1 else 's'} queued."
        more = f" {dropped} that would have been the same were left out." if dropped else ""
        messages.success(request, text + more)
    return redirect(made)


def _other_tab(request: HttpRequest, form: SpecForm, spec: Any, as_json: bool) -> HttpResponse:
    """Show what was typed in the other tab: fields as JSON, or JSON as fields."""
    same = {"key": request.POST.get("key", ""), "lane": _lane(request)}
    try:
        document = as_document(parse_spec(spec))
    except InvalidInput as error:
        form.place(error, as_json=as_json)
        return _page(request, form, as_json=as_json, status=error.status)
    values = SpecForm.initial_from(document) | {"seed": document.get("seed", "")}
    values["spec"] = spec_text(document)
    return _page(request, SpecForm(initial=values | same), as_json=not as_json)


def _spec_like(request: HttpRequest) -> dict[str, Any] | None:
    """Return the spec of the job that `?like=` names, if there is one."""
    try:
        like = UUID(request.GET.get("like", ""))
    except ValueError:
        return None
    return pages.visible_jobs(request.user).filter(pk=like).values_list("spec", flat=True).first()


def _page(
    request: HttpRequest,
    form: SpecForm,
    *,
    as_json: bool,
    status: int = 200,
    card: dict[str, Any] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "as_json": as_json, "earlier": _earlier(request)}
    drawn = {} if as_json else cards(form)
    whole = context | drawn | (card or {"outlook": None})
    return render(request, "generation/new_job.html", whole, status=status)


def _earlier(request: HttpRequest) -> list[tuple[UUID, str]]:
    """Return jobs that a new series can start from, newest first."""
    jobs = pages.visible_jobs(request.user).filter(purpose="series").order_by("-created_at")
    return list(jobs.values_list("pk", "title")[:12])


def _user(request: HttpRequest) -> User:
    """Return the visitor, who is signed in."""
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    return request.user
