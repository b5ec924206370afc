"""Ways to find that have an address of their own: suggestions, a picture shown, saved searches."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from catalog.demand.services import see_wishes
from catalog.listing import parse_listing
from catalog.picture_query import NO_PICTURES, mark_of_upload
from catalog.saved_news import forget_news
from catalog.services import searches
from catalog.suggestions import suggestions_for
from catalog.views.browse import changing_part, varied
from catalog.views.wishes import wishes_of
from genart import flags
from genart.lib.errors import InvalidInput


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Offer what could be meant by what is typed; a page, or the list for the search box."""
    text = request.GET.get("q", "")
    context = {"text": text, "suggestions": suggestions_for(text)}
    part = "#list" if changing_part(request) else ""
    return varied(render(request, "catalog/suggest.html" + part, context))


def show_picture(request: HttpRequest) -> HttpResponse:
    """Take a picture, and lead to the works that are like it; asked plainly, show the form."""
    flags.require("search-by-picture", request.user, sentence=NO_PICTURES)
    if request.method != "POST":
        return render(request, "catalog/show_picture.html", {"q": request.GET.get("q", "")})
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise InvalidInput("Choose a picture file first.", where="file")
        mark = mark_of_upload(sent.read())
    except InvalidInput as error:
        context = {"q": request.POST.get("q", ""), "problem": str(error)}
        return render(request, "catalog/show_picture.html", context, status=422)
    listing = parse_listing({"picture": mark, "q": request.POST.get("q", "")})
    return redirect(f"{reverse('catalog:browse')}?{listing.query()}")


@login_required
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """Show the visitor's saved searches, each with what is new."""
    user: Any = request.user
    found = list(user.saved_searches.all())
    for one in found:
        one.new = searches.count_new(one)
    context = {"searches": found, "wishes": wishes_of(user)}
    response = render(request, "catalog/saved.html", context)
    if see_wishes(user=user):
        forget_news(user)
    return response


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save what a listing shows."""
    user: Any = request.user
    query = request.POST.get("query", "")
    kept = searches.save_search(user=user, query=query, name=request.POST.get("name", ""))
    messages.success(
        request, gettext("Saved as %(kept)s. We write when new works fit.") % {"kept": kept.name}
    )
    return redirect(f"{reverse('catalog:browse')}?{kept.query}")


@login_required
@require_safe
def save_asked(request: HttpRequest) -> HttpResponse:
    """Ask before a search is saved: where a guest who had to sign in comes back to."""
    listing = parse_listing(QueryDict(request.GET.get("query", "")))
    context = {"query": listing.query(), "name": searches.title_of(listing)}
    return render(request, "catalog/save_search.html", context)


@login_required
@require_safe
def open_saved(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a saved search finds, the newest first, and take it as seen."""
    user: Any = request.user
    kept = searches.see_search(user=user, pk=pk)
    forget_news(user)
    listing = parse_listing(QueryDict(kept.query))
    return redirect(f"{reverse('catalog:browse')}?{listing.query(sort='newest')}")


@login_required
@require_POST
def change_saved(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a saved search, choose whether to be written to, or delete it."""
    user: Any = request.user
    if "delete" in request.POST:
        searches.delete_search(user=user, pk=pk)
        forget_news(user)
        messages.success(request, gettext("The search is forgotten."))
    else:
        name, notify = request.POST.get("name", ""), "notify" in request.POST
        searches.change_search(user=user, pk=pk, name=name, notify=notify)
        messages.success(request, gettext("Changed."))
    return redirect("catalog:saved")
