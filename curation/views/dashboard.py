"""The dashboard: how curation does, as plots with their numbers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from curation import overview
from curation.dashboard import dashboard as figures
from curation.dashboard import period_from
from curation.models import Brand
from curation.views.access import curators_only


@never_cache
@curators_only
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show one brand or all, over some days."""
    period = period_from(request.GET.get("brand", ""), request.GET.get("days", ""))
    context = figures(period) | {
        "period": period,
        "brands": Brand.objects.filter(is_active=True),
        "days": overview.DAYS,
        "newest": overview.NEWEST,
    }
    return render(request, "curation/dashboard.html", context)
