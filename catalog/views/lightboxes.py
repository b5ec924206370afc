"""Lightboxes: laid aside by plain forms, shown by a secret address."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from catalog import queries
from catalog.cart_session import make_cart
from catalog.demand.noting import Signal, noted, shown
from catalog.lightbox_session import (
    box_to_fill,
    new_lightbox,
    own_lightbox,
    own_lightboxes,
)
from catalog.models import Licence, Lightbox, PageKind, SignalKind
from catalog.services import lightboxes
from genart.lib.errors import InvalidInput
from genart.lib.going_on import own_address


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the visitor's lightboxes."""
    boxes = own_lightboxes(request)
    for box in boxes:
        items = list(box.items.select_related("artwork")[:4])
        box.covers = [item.artwork for item in items]  # type: ignore[attr-defined]
        box.work_count = box.items.count()  # type: ignore[attr-defined]
    return render(request, "catalog/lightboxes.html", {"boxes": boxes})


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make an empty lightbox."""
    box = new_lightbox(request, request.POST.get("title", ""))
    return redirect("catalog:lightbox", box.pk)


@require_safe
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one lightbox to its owner."""
    box = own_lightbox(request, pk)
    context = _shown(box) | {"own": True, "licences": _licences()}
    return render(request, "catalog/lightbox.html", context)


@require_safe
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a lightbox to whoever has its address; nothing can be changed."""
    box = lightboxes.shared_lightbox(secret)
    if box is None:
        raise Http404("There is no such lightbox, or it is no longer shared.")
    context = _shown(box) | {"own": False}
    response = render(request, "catalog/lightbox.html", context)
    return noted(request, response, shown(PageKind.LIGHTBOX, context["works"]))


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Lay a work aside; pressed on one that is, take it out again."""
    artwork_id, kept = _id(request, "artwork"), "remove" not in request.POST
    if kept:
        named = _id(request, "lightbox") if request.POST.get("lightbox") else None
        lightboxes.known_work(artwork_id)  # first: no box is made for a work that is none
        box = box_to_fill(request, named)
        item = lightboxes.add_to_lightbox(lightbox=box, artwork_id=artwork_id)
        said = gettext("“%(artwork)s” is in %(box)s.") % {
            "artwork": item.artwork.title,
            "box": box.title,
        }
    else:
        for own in own_lightboxes(request):
            lightboxes.remove_from_lightbox(lightbox=own, artwork_id=artwork_id)
        said = gettext("Taken out of your lightboxes.")
    saves = [Signal(SignalKind.SAVE, PageKind.LIGHTBOX, artwork_id)] if kept else []
    if getattr(request, "htmx", None):
        response = render(request, "ui/keep.html", {"work_id": artwork_id, "is_kept": kept})
        return noted(request, response, saves)
    messages.success(request, said)
    return noted(request, redirect(_back(request, reverse("catalog:lightboxes"))), saves)


@require_POST
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do to a lightbox what the pressed button says."""
    box, data = own_lightbox(request, pk), request.POST
    if "delete" in data:
        lightboxes.delete_lightbox(lightbox=box)
        messages.success(
            request,
            gettext("“%(box)s” is gone; the works stay where they are.") % {"box": box.title},
        )
        return redirect("catalog:lightboxes")
    if "share" in data or "close" in data:
        lightboxes.share_lightbox(lightbox=box, shared="share" in data)
    elif "remove" in data:
        lightboxes.remove_from_lightbox(lightbox=box, artwork_id=_id(request, "remove"))
    elif "earlier" in data or "later" in data:
        forward = "later" in data
        moved = _id(request, "later" if forward else "earlier")
        lightboxes.move_in_lightbox(lightbox=box, artwork_id=moved, forward=forward)
    else:
        lightboxes.change_lightbox(
            lightbox=box, title=data.get("title", ""), note=data.get("note", "")
        )
        messages.success(request, gettext("Changed."))
    return redirect("catalog:lightbox", box.pk)


@require_POST
def buy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put everything into the cart under one licence."""
    box, cart = own_lightbox(request, pk), make_cart(request)
    added, refused = lightboxes.lightbox_to_cart(
        lightbox=box,
        cart=cart,
        licence_slug=request.POST.get("licence", ""),
    )
    if refused:
        messages.warning(
            request,
            gettext("Not sold under this licence: %(refused)s.")
            % {"refused": ", ".join(refused[:5])},
        )
    messages.success(request, gettext("%(added)s works are in your cart.") % {"added": added})
    works = cart.items.filter(artwork__kept_in__lightbox=box).values_list("artwork_id", flat=True)
    carts = [Signal(SignalKind.CART, PageKind.LIGHTBOX, work) for work in works]
    return noted(request, redirect("catalog:cart"), carts)


def _shown(box: Lightbox) -> dict[str, Any]:
    """Return what the page of a lightbox shows."""
    items = box.items.select_related("artwork__collection")
    works = [item.artwork for item in items]
    return {
        "box": box,
        "works": works,
        "on_sale": sum(work.withdrawn_at is None for work in works),
        "prices": queries.prices_from(),
        "shared_url": settings.SITE_URL + reverse("catalog:lightbox_shared", args=[box.secret]),
    }


def _licences() -> list[Licence]:
    """Return the licences a whole lightbox can be bought under."""
    return list(Licence.objects.filter(is_active=True).order_by("position"))


def _id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise InvalidInput("This form names no work we know.", where=name) from None


def _back(request: HttpRequest, otherwise: str) -> str:
    """Return the page of ours that a form was sent from."""
    return own_address(request, request.POST.get("next", "")) or otherwise
