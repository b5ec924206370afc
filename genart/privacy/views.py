"""The page of one's own data: what is held and why, a copy of it, and its end."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from genart.accounts.models import User
from genart.lib.errors import GenartError, StateConflict
from genart.privacy.forms import ErasureForm
from genart.privacy.inventory import holdings
from genart.privacy.models import DataRequest
from genart.privacy.services import erasing, requests
from genart.privacy.subject import Subject
from genart.retention.rules import rules

Kind, State = DataRequest.Kind, DataRequest.State


@never_cache
@require_safe
@login_required
def own_data(request: HttpRequest) -> HttpResponse:
    """Show what is held about the person, the copies that were made, and the way to erase it."""
    return _page(request, ErasureForm(_person(request)))


@require_POST
@login_required
def ask_export(request: HttpRequest) -> HttpResponse:
    """Have a copy made."""
    try:
        requests.ask_export(subject=Subject(user=_person(request)))
    except GenartError as error:
        messages.error(request, error.message)
    return redirect("privacy:own_data")


@never_cache
@require_safe
@login_required
def export(request: HttpRequest, request_id: UUID) -> FileResponse:
    """Hand a copy over to whose data it is."""
    asked = DataRequest.objects.filter(
        pk=request_id, user=_person(request), kind=Kind.EXPORT, state=State.READY
    ).first()
    if asked is None:
        raise Http404("There is no such copy. Ask for a new one; it takes a minute.")
    file = storages["originals"].open(asked.file)
    name = f"{settings.SITE_NAME}-data-{asked.asked_at:%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@sensitive_post_parameters()
@require_http_methods(["POST"])
@login_required
def ask_erasure(request: HttpRequest) -> HttpResponse:
    """Begin the days of grace after which everything is erased."""
    user = _person(request)
    form = ErasureForm(user, request.POST)
    if form.is_valid():
        try:
            requests.ask_erasure(subject=Subject(user=user))
        except StateConflict as error:
            form.add_error(None, error.message)
        else:
            return redirect("privacy:own_data")
    return _page(request, form, status=422)


@require_POST
@login_required
def cancel_erasure(request: HttpRequest) -> HttpResponse:
    """Take the erasure back."""
    requests.cancel_erasure(user=_person(request))
    messages.success(request, gettext("Your account stays."))
    return redirect("privacy:own_data")


def _page(request: HttpRequest, form: ErasureForm, status: int = 200) -> HttpResponse:
    user = _person(request)
    subject = Subject(user=user)
    asked = list(user.data_requests.all()[:20])
    counted = [(holding, holding.find(subject).count()) for holding in holdings()]
    context: dict[str, Any] = {
        "held": [(holding, count) for holding, count in counted if count],
        "rules": rules(),
        "exports": [one for one in asked if one.kind == Kind.EXPORT][:5],
        "erasure": next(
            (one for one in asked if one.kind == Kind.ERASURE and one.state == State.WAITING), None
        ),
        "credits": erasing.credits_left(subject),
        "grace_days": settings.ERASURE_GRACE_DAYS,
        "form": form,
    }
    return render(request, "privacy/own_data.html", context, status=status)


def _person(request: HttpRequest) -> User:
    """Return who is signed in; the views above ask for that."""
    return request.user  # type: ignore[return-value]
