"""Verbs of searches: noted, saved, told about when new works fit them."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from catalog.languages import texts_of_many
from catalog.listing import FACET_FIELDS, Listing, parse_listing
from catalog.models import Artwork, SavedSearch, SearchRecord, SentMail
from catalog.shelf import Shelf
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from genart.lib.languages import language_now

CLICK_WITHIN = timedelta(hours=1)
NOTICE_EVERY = timedelta(days=1)
"""A search is written about at most once a day, however much is made."""
MOST_SAVED, NAME_LIMIT, NEW_MOST, IN_MAIL = 50, 120, 1000, 8


def record_search(*, listing: Listing, found: int, mended: str = "", visitor: str = "") -> None:
    """Note a search and how much it found."""
    SearchRecord.objects.create(
        text=listing.q,
        filters={name: list(values) for name, values in listing.filters.items()},
        mended=mended[:200],
        by_picture=bool(listing.picture or listing.like),
        found=found,
        visitor=visitor,
    )


def record_click(*, listing: Listing, artwork_id: Any, visitor: str) -> None:
    """Note which work a visitor opened of his latest search for this. The first one counts."""
    latest = (
        SearchRecord.objects.filter(
            text=listing.q, visitor=visitor, created_at__gte=timezone.now() - CLICK_WITHIN
        )
        .order_by("-created_at")
        .values("pk")[:1]
    )
    SearchRecord.objects.filter(pk__in=latest, clicked=None).update(clicked=artwork_id)


def save_search(*, user: User, query: str, name: str = "") -> SavedSearch:
    """Save what a listing shows; saved before, it gets the new name. Safe to repeat.

    Args:
        user: whose it is.
        query: the listing's query string.
        name: what he calls it; empty: made of what is asked.

    Raises:
        InvalidInput: the listing asks for nothing, or its address is too long to be kept.
        StateConflict: he has very many already.
    """
    listing = parse_listing(QueryDict(query))
    kept = listing.query()
    if not listing.asks and not listing.filters:
        raise InvalidInput("Look for something or choose a filter first.", where="query")
    if len(kept) > 600:
        raise InvalidInput("This search is too long to be saved.", where="query")
    if user.saved_searches.exclude(query=kept).count() >= MOST_SAVED:
        raise StateConflict(
            gettext("You have saved %(most_saved)s searches. Delete one first.")
            % {"most_saved": MOST_SAVED}
        )
    now = timezone.now()
    title = " ".join(name.split())[:NAME_LIMIT] or title_of(listing)
    saved, _made = SavedSearch.objects.update_or_create(
        user=user,
        query=kept,
        defaults={"name": title},
        create_defaults={
            "name": title,
            "seen_until": now,
            "told_until": now,
            "language": language_now(),
        },
    )
    return saved


def title_of(listing: Listing) -> str:
    """Return what a search is called until its owner calls it otherwise."""
    from catalog.facet_choices import labels_of

    words = [f"“{listing.q}”"] if listing.q else []
    if listing.picture or listing.like:
        words.append(gettext("like a picture"))
    for name in FACET_FIELDS:
        if values := getattr(listing, name):
            words.append(" or ".join(labels_of(name, values).values()))
    return ", ".join(words)[:NAME_LIMIT]


def change_search(*, user: User, pk: int, name: str, notify: bool) -> SavedSearch:
    """Rename a saved search, and say whether to be written to."""
    saved = _own(user, pk)
    title = " ".join(name.split())[:NAME_LIMIT]
    if not title:
        raise InvalidInput("Give it a name.", where="name")
    saved.name, saved.notify = title, notify
    saved.save(update_fields=["name", "notify"])
    return saved


def delete_search(*, user: User, pk: int) -> None:
    """Forget a saved search. Safe to repeat."""
    SavedSearch.objects.filter(user=user, pk=pk).delete()


def see_search(*, user: User, pk: int) -> SavedSearch:
    """Take what a saved search has found as seen; return it."""
    saved = _own(user, pk)
    SavedSearch.objects.filter(pk=saved.pk).update(seen_until=timezone.now())
    return saved


def _own(user: User, pk: int) -> SavedSearch:
    saved = SavedSearch.objects.filter(user=user, pk=pk).first()
    if saved is None:
        raise NotFound("You have no such saved search.")
    return saved


def new_works(saved: SavedSearch, since: Any) -> QuerySet[Artwork]:
    """Return the works that fit a saved search and were published after a moment, newest first."""
    listing = parse_listing(QueryDict(saved.query))
    try:
        works = Shelf(listing).works()
    except InvalidInput:  # its picture has expired
        return Artwork.objects.none()
    return works.filter(published_at__gt=since).order_by("-published_at", "-pk")


def count_new(saved: SavedSearch) -> int:
    """Return how many works a saved search has that its owner has not seen; at most a thousand."""
    return len(new_works(saved, saved.seen_until).values_list("pk", flat=True)[:NEW_MOST])


def tell_new_works() -> int:
    """Write to everybody whose saved searches have new works, once for each; return how many.

    Safe to repeat: the mail's key is taken and the search's time moved in one transaction.
    """
    due = SavedSearch.objects.select_related("user").filter(
        notify=True, told_until__lte=timezone.now() - NOTICE_EVERY, user__is_active=True
    )
    return sum(_tell(saved) for saved in due.exclude(user__email="").iterator())


def _tell(saved: SavedSearch) -> bool:
    """Write about one saved search, if there is anything new."""
    now = timezone.now()
    works = list(new_works(saved, saved.told_until)[:NEW_MOST])
    if not works:
        return False
    with override(saved.language):
        mail = _news(saved, works)
    key = f"saved:{saved.pk}:{saved.told_until.isoformat()}"
    try:
        with transaction.atomic():
            SentMail.objects.create(key=key[:120], to=saved.user.email, subject=str(mail.subject))
            SavedSearch.objects.filter(pk=saved.pk).update(told_until=now)
            mail.send()
    except IntegrityError:  # told just now by another
        return False
    return True


def _news(saved: SavedSearch, works: list[Artwork]) -> EmailMultiAlternatives:
    """Return the mail about new works."""
    from catalog.mail_page import write_mail

    told = texts_of_many(works[:IN_MAIL], language_now())
    subject = gettext("%(count)s new: %(name)s") % {"count": len(works), "name": saved.name}
    return write_mail(
        "saved_search",
        to=saved.user.email,
        subject=subject[:200],
        context={
            "saved": saved,
            "count": len(works),
            "works": [
                {"title": told[work.pk].title, "url": settings.SITE_URL + work.get_absolute_url()}
                for work in works[:IN_MAIL]
            ],
            "url": settings.SITE_URL + reverse("catalog:saved_open", args=[saved.pk]),
            "manage_url": settings.SITE_URL + reverse("catalog:saved"),
        },
    )
