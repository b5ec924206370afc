"""Tell me when you have this: asked on a page without works, confirmed by mail."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.demand import services
from catalog.demand.services.wishes import wish_of
from catalog.models import Wish
from genart import flags
from genart.lib.errors import GenartError

NO_WISHES = gettext_noop(
    "We take no wishes just now; save the search in your account, and we tell you."
)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Take a wish: an account's at once, a guest's by an address that he confirms."""
    flags.require("wishes", request.user, sentence=NO_WISHES)
    if request.method != "POST":  # who came here by Back, or after signing in
        text = " ".join(request.GET.get("q", "").split())[:200]
        return render(request, "catalog/demand/asked.html", {"q": text})
    user: Any = request.user if request.user.is_authenticated else None
    text, email = request.POST.get("q", ""), request.POST.get("email", "")
    try:
        wish = services.make_wish(
            text=text, user=user, email=email, visitor=request.META.get("REMOTE_ADDR", "")
        )
    except GenartError as error:
        if getattr(request, "htmx", None):  # said in a toast, by `static/js/app.js`
            return HttpResponse(status=error.status, headers={"X-Message": quote(error.message)})
        context = {"q": text[:200], "email": email[:254], "problem": error.message}
        return render(request, "catalog/demand/asked.html", context, status=error.status)
    if getattr(request, "htmx", None):
        return render(request, "catalog/demand/asked.html#ask", {"q": wish.text, "wish": wish})
    return redirect(f"{reverse('catalog:wish_ask')}?{urlencode({'q': wish.text, 'done': '1'})}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a guest what he asked for; his button makes it count, or has it forgotten.

    Opening the link alone does nothing: programs that look into mails open links too.
    """
    try:
        wish = wish_of(secret)
        if "forget" in request.POST:
            services.drop_guest_wish(secret=secret)
            return render(request, "catalog/demand/wish.html", {"forgotten": True})
        if request.method == "POST":
            wish = services.confirm_wish(secret=secret)
    except GenartError as error:
        context = {"problem": error.message}
        return render(request, "catalog/demand/wish.html", context, status=error.status)
    response = render(request, "catalog/demand/wish.html", {"wish": wish, "secret": secret})
    response["Referrer-Policy"] = "same-origin"  # with none at all the form would be refused
    return response


@login_required
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a wish of one's own."""
    user: Any = request.user
    services.drop_wish(user=user, wish_id=pk)
    messages.success(request, gettext("Forgotten."))
    return redirect("catalog:saved")


def wishes_of(user: Any) -> list[Wish]:
    """Return what an account waits for and was told of, newest first."""
    return list(user.wishes.select_related("artwork", "gap")[:100])
