"""Pages of rights claims: the list, a new one with its preview, and the report.

For those who may handle claims. Every form works without JavaScript.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from curation.models import Candidate, RightsClaim
from curation.services.claims import lift_claim, preview_claim, uphold_claim
from curation.views.access import claims_only, user_of
from genart.lib.errors import InvalidInput, NotFound
from genart.lib.spreadsheets import Table

SHOWN = 48
STATES = dict(Candidate.State.choices)


class ClaimForm(forms.Form):
    scope = forms.ChoiceField(
        label="What the claim is about", choices=RightsClaim.Scope.choices, initial="checkpoint"
    )
    target = forms.CharField(
        label="Which one",
        max_length=200,
        help_text="A checkpoint or adapter as <code>slug@version</code>, or the slug alone for "
        "every version; a style by its slug; a job or picture by its id; a reference by its name.",
    )
    claimant = forms.CharField(label="Who claims it", max_length=200)
    reason = forms.CharField(
        label="Why", widget=forms.Textarea(attrs={"rows": 3}), help_text="Kept with the claim."
    )


@never_cache
@claims_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the claims, newest first."""
    claims = RightsClaim.objects.select_related("created_by", "lifted_by")[:200]
    return render(request, "curation/claims.html", {"claims": claims})


@never_cache
@claims_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_claim(request: HttpRequest) -> HttpResponseBase:
    """Ask for a claim; first show what it would withdraw, then withdraw it."""
    form = ClaimForm(request.POST or None)
    preview: dict[str, Any] | None = None
    if form.is_valid():
        asked = form.cleaned_data
        try:
            if "uphold" in request.POST:
                return _upheld(request, asked)
            preview = preview_claim(scope=asked["scope"], target=asked["target"])
        except InvalidInput as error:
            form.add_error(error.where if error.where in form.fields else None, error.message)
    context = {"form": form, "preview": preview and _shown(preview)}
    return render(request, "curation/claim_new.html", context, status=422 if form.errors else 200)


def _upheld(request: HttpRequest, asked: dict[str, Any]) -> HttpResponseBase:
    claim = uphold_claim(**asked, user=user_of(request))
    total = claim.report["total"]
    messages.success(request, f"Upheld: {total} picture{'' if total == 1 else 's'} withdrawn.")
    return redirect("curation:claim", claim.pk)


@never_cache
@claims_only
@require_safe
def claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Show a claim and what it withdrew."""
    rows = RightsClaim.objects.select_related("created_by", "lifted_by")
    found = get_object_or_404(rows, pk=claim_id)
    return render(request, "curation/claim.html", {"claim": found, "report": _shown(found.report)})


@never_cache
@claims_only
@require_safe
def claim_csv(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Download the pictures of a claim as a table."""
    found = get_object_or_404(RightsClaim, pk=claim_id)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="claim-{found.pk}.csv"'
    table = Table(answer)
    table.writerow(["candidate", "render", "style", "state before"])
    for item in found.report.get("items", []):
        table.writerow([item["candidate"], item["render"], str(item["style"]), item["was"]])
    return answer


@claims_only
@require_POST
def lift(request: HttpRequest, claim_id: UUID) -> HttpResponseBase:
    """End a claim: its pictures wait for a person again."""
    try:
        lifted = lift_claim(claim_id=claim_id, user=user_of(request))
    except NotFound as error:
        messages.error(request, error.message)
        return redirect("curation:claims")
    back = lifted.report.get("brought_back", 0)
    messages.success(request, f"Lifted: {back} picture{'' if back == 1 else 's'} to review again.")
    return redirect("curation:claim", claim_id)


def _shown(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report with words for its states, and as many pictures as a page shows."""
    states = report.get("states", {})
    return {
        **report,
        "by_state": [(STATES.get(state, state), count) for state, count in states.items()],
        "by_style": sorted(report.get("styles", {}).items(), key=lambda pair: -pair[1]),
        "shown": report.get("items", [])[:SHOWN],
        "more": max(0, report.get("total", 0) - SHOWN),
    }
