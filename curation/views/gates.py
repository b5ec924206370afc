"""The page of gates: what each may do by itself, why, and how it is promoted or stopped."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from curation import services
from curation.gate_cards import gate_cards
from curation.models import Gate
from curation.views.access import curators_only, user_of
from genart.lib.errors import GenartError, NotAllowed


@never_cache
@curators_only
@require_safe
def gates(request: HttpRequest) -> HttpResponse:
    """Say what each active gate asks for, what it promises, and what it did."""
    return render(request, "curation/gates.html", {"cards": gate_cards()})


@curators_only
@require_POST
def promote(request: HttpRequest, gate_id: int) -> HttpResponse:
    """Let a gate on trial publish by itself."""
    gate = get_object_or_404(Gate, pk=gate_id)
    try:
        services.promote_gate(gate=gate, user=user_of(request))
        messages.success(request, f"{gate} publishes by itself from now on.")
    except NotAllowed:
        raise
    except GenartError as error:
        messages.error(request, error.message)
    return redirect("curation:gates")


@curators_only
@require_POST
def suspend(request: HttpRequest, gate_id: int) -> HttpResponse:
    """Stop a gate from publishing by itself."""
    gate = get_object_or_404(Gate, pk=gate_id)
    reason = request.POST.get("reason", "")
    try:
        stopped = services.suspend_gate(gate=gate, reason=reason, user=user_of(request))
    except NotAllowed:
        raise
    except GenartError as error:
        messages.error(request, error.message)
        return redirect("curation:gates")
    text = f"{gate} is suspended: people decide." if stopped else f"{gate} had no certificate."
    messages.success(request, text)
    return redirect("curation:gates")
