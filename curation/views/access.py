"""Who may see the pages of curation."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from genart.accounts.models import User

View = Callable[..., HttpResponseBase]


def curators_only(view: View) -> View:
    """Send strangers to the login page and answer 403 to those who may not review."""
    allowed = permission_required("curation.review", raise_exception=True)(view)
    return wraps(view)(login_required(allowed))


def leads_only(view: View) -> View:
    """Send strangers to the login page and answer 403 to those who may not change brands."""
    allowed = permission_required("curation.change_brand", raise_exception=True)(view)
    return wraps(view)(curators_only(allowed))


def claims_only(view: View) -> View:
    """Send strangers to the login page and answer 403 to those who may not handle claims."""
    allowed = permission_required("curation.add_rightsclaim", raise_exception=True)(view)
    return wraps(view)(login_required(allowed))


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (curators_only)
    return request.user
