"""Pages of brands: what they look for, and the taste they have learnt.

Curators see them; leads change them. Every form works without JavaScript. Next: `criteria.py`.
"""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from curation import services
from curation.models import Brand, Criterion, Head
from curation.taste.report import taste_of
from curation.views.access import curators_only, leads_only, user_of
from genart.lib.errors import GenartError


@never_cache
@curators_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the brands."""
    live = Count("criterion_set", filter=Q(criterion_set__state="live"), distinct=True)
    brands = Brand.objects.annotate(live=live).order_by("name")
    active = {head.brand_id: head for head in Head.objects.filter(is_active=True).defer("weights")}
    rows = [{"brand": brand, "head": active.get(brand.pk)} for brand in brands]
    return render(request, "curation/brands.html", {"rows": rows})


@never_cache
@curators_only
@require_safe
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a brand looks for and what it has learnt."""
    found = get_object_or_404(Brand, slug=slug)
    shown = found.criterion_set.exclude(state=Criterion.State.RETIRED)
    counts = {
        "reference_count": Count("references", distinct=True),
        "example_count": Count("examples", distinct=True),
    }
    context = {
        "brand": found,
        "criteria": shown.annotate(**counts).order_by("-state", "name"),
        "retired": found.criterion_set.filter(state=Criterion.State.RETIRED).count(),
        "adoptions": Brand.Adoption.choices,
        **taste_of(found),
    }
    return render(request, "curation/brand.html", context)


@leads_only
@require_POST
def refit(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Learn the taste anew at once."""

    def learn(found: Brand) -> str:
        head = services.refit_head(brand=found, user=user_of(request))
        return f"Taste v{head.version} is learnt from {head.labels} pictures. {head.note}"

    return _done(request, slug, learn)


@leads_only
@require_POST
def activate(request: HttpRequest, slug: str, version: int) -> HttpResponseBase:
    """Let one version of the taste judge."""

    def switch(found: Brand) -> str:
        head = get_object_or_404(found.heads, version=version)
        services.activate_head(head=head, user=user_of(request))
        return f"Taste v{version} judges from now on."

    return _done(request, slug, switch)


@leads_only
@require_POST
def adoption(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Choose when new versions take over."""

    def choose(found: Brand) -> str:
        chosen = request.POST.get("adoption", "")
        services.set_adoption(brand=found, adoption=chosen, user=user_of(request))
        return f"New tastes take over: {Brand.Adoption(chosen).label.lower()}."

    return _done(request, slug, choose)


def _done(request: HttpRequest, slug: str, work: Callable[[Brand], str]) -> HttpResponse:
    """Do something to a brand, say what came of it, and show its page."""
    found = get_object_or_404(Brand, slug=slug)
    try:
        messages.success(request, work(found))
    except GenartError as error:
        messages.error(request, error.message)
    return redirect("curation:brand", slug)
