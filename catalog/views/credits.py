"""An account's credits: how many, where they came from and went, and packs to buy."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog import services
from catalog.models import CreditEntry, CreditPack
from genart.accounts.models import User

SHOWN = 100


@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show balance, packs and movements."""
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    entries = CreditEntry.objects.filter(user=request.user).select_related("order")
    context = {
        "balance": services.balance_of(request.user),
        "entries": entries[:SHOWN],
        "packs": CreditPack.objects.filter(is_active=True),
    }
    return render(request, "catalog/credits.html", context)
