"""What was decided, by whom, when, how fast and on which grounds."""

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from curation import blind, reports
from curation.models import Assignment
from curation.views.access import curators_only, user_of
from genart.accounts.models import User

PAGE = 40


@never_cache
@curators_only
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """List decisions, newest first."""
    which, user = request.GET.get("show", ""), user_of(request)
    rows = reports.history(which if which != "mine" else "", user if which == "mine" else None)
    rows = rows.exclude(_still_asked(user))
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: PAGE + 1])
    context = {
        "decisions": page[:PAGE],
        "undoable": reports.undoable(page),
        "following": page[PAGE - 1].pk if len(page) > PAGE else None,
        "show": which,
        "filters": [
            ("", "All"),
            ("mine", "Mine"),
            ("people", "By people"),
            ("gate", "By the gate"),
            ("approve", "Approved"),
            ("reject", "Rejected"),
            ("escalate", "Handed up"),
            ("undo", "Taken back"),
        ],
    }
    return render(request, "curation/history.html", context)


def _still_asked(user: User) -> Q:
    """Match decisions on pictures of which a user's own opinion may still be asked."""
    if blind.sees_through(user):
        rows = blind.held_by(user).filter(candidate=OuterRef("candidate"))
        return Q(Exists(rows))
    rows = Assignment.objects.filter(
        pk__in=blind.open_for(user).order_by().values("pk"), candidate=OuterRef("candidate")
    )
    return Q(Exists(rows))
