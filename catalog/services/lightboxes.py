"""Verbs of lightboxes: works laid aside by a guest or an account, and shown to others."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from catalog.models import Artwork, Cart, Lightbox, LightboxItem
from catalog.models.orders import new_secret
from catalog.services.cart import add_to_cart
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound, StateConflict

FIRST_TITLE = gettext_noop("My lightbox")
MOST_BOXES, MOST_WORKS, TITLE_LIMIT, NOTE_LIMIT = 50, 500, 120, 2000


def lightboxes_of(user: User | None, kept: Iterable[UUID]) -> list[Lightbox]:
    """Return the account's lightboxes, or a guest's by their ids, last changed first."""
    if user is not None:
        return list(Lightbox.objects.filter(owner=user))
    return list(Lightbox.objects.filter(owner=None, pk__in=list(kept)))


def make_lightbox(*, user: User | None, title: str = "") -> Lightbox:
    """Make an empty lightbox.

    Raises:
        StateConflict: the account has very many already.
    """
    if user is not None and user.lightboxes.count() >= MOST_BOXES:
        raise StateConflict(
            gettext("You have %(most_boxes)s lightboxes. Delete one first.")
            % {"most_boxes": MOST_BOXES}
        )
    return Lightbox.objects.create(owner=user, title=_title(title) or FIRST_TITLE)


def change_lightbox(*, lightbox: Lightbox, title: str, note: str = "") -> None:
    """Give a lightbox another title and note."""
    if not _title(title):
        raise InvalidInput("Give it a name.", where="title")
    lightbox.title, lightbox.note = _title(title), note.replace("\x00", "").strip()[:NOTE_LIMIT]
    lightbox.save(update_fields=["title", "note", "updated_at"])


def share_lightbox(*, lightbox: Lightbox, shared: bool) -> None:
    """Open a lightbox to who has its address, or close it; a closed address never opens again."""
    if lightbox.is_shared == shared:
        return
    lightbox.is_shared = shared
    if not shared:
        lightbox.secret = new_secret()
    lightbox.save(update_fields=["is_shared", "secret", "updated_at"])


def delete_lightbox(*, lightbox: Lightbox) -> None:
    """Forget a lightbox; the works stay where they are."""
    lightbox.delete()


def known_work(artwork_id: UUID) -> Artwork:
    """Return a work that can be laid aside.

    Raises:
        NotFound: no such work.
    """
    artwork = Artwork.objects.filter(pk=artwork_id).first()
    if artwork is None:
        raise NotFound("There is no such work.", where="artwork")
    return artwork


@transaction.atomic
def add_to_lightbox(*, lightbox: Lightbox, artwork_id: UUID) -> LightboxItem:
    """Lay a work into a lightbox, at its end. Safe to repeat.

    Raises:
        NotFound: no such work.
        StateConflict: it is full.
    """
    artwork = known_work(artwork_id)
    Lightbox.objects.select_for_update().get(pk=lightbox.pk)
    own = LightboxItem.objects.filter(lightbox=lightbox)
    found = own.filter(artwork=artwork).first()
    if found is not None:
        return found
    if own.count() >= MOST_WORKS:
        raise StateConflict(
            gettext("“%(lightbox)s” holds %(most_works)s works, and no more fit in.")
            % {"lightbox": lightbox.title, "most_works": MOST_WORKS}
        )
    last = own.aggregate(last=Max("position"))["last"]
    item = LightboxItem.objects.create(
        lightbox=lightbox, artwork=artwork, position=0 if last is None else last + 1
    )
    Lightbox.objects.filter(pk=lightbox.pk).update(updated_at=timezone.now())
    return item


def remove_from_lightbox(*, lightbox: Lightbox, artwork_id: UUID) -> None:
    """Take a work out of a lightbox. Safe to repeat."""
    LightboxItem.objects.filter(lightbox=lightbox, artwork_id=artwork_id).delete()


@transaction.atomic
def move_in_lightbox(*, lightbox: Lightbox, artwork_id: UUID, forward: bool) -> None:
    """Let a work change places with the one before it, or after it."""
    Lightbox.objects.select_for_update().get(pk=lightbox.pk)
    items = list(LightboxItem.objects.filter(lightbox=lightbox))
    place = next((n for n, item in enumerate(items) if item.artwork_id == artwork_id), None)
    other = None if place is None else place + (1 if forward else -1)
    if place is None or other is None or not 0 <= other < len(items):
        return
    items[place], items[other] = items[other], items[place]
    for position, item in enumerate(items):
        item.position = position
    LightboxItem.objects.bulk_update(items, ["position"])


@transaction.atomic
def merge_lightboxes(*, kept: Iterable[UUID], user: User) -> None:
    """Give a guest's lightboxes to the account he signed in to; empty ones are dropped."""
    guest = Lightbox.objects.select_for_update().filter(owner=None, pk__in=list(kept))
    for lightbox in guest:
        same = Lightbox.objects.filter(owner=user, title=lightbox.title).first()
        if same is None and lightbox.items.exists():
            lightbox.owner = user
            lightbox.save(update_fields=["owner"])
            continue
        if same is not None:
            for item in lightbox.items.all():
                add_to_lightbox(lightbox=same, artwork_id=item.artwork_id)
        lightbox.delete()


def lightbox_to_cart(*, lightbox: Lightbox, cart: Cart, licence_slug: str) -> tuple[int, list[str]]:
    """Put all works of a lightbox into a cart under one licence.

    Returns:
        how many are in the cart now, and the titles of those that are not sold so.
    """
    added, refused = 0, []
    works = Artwork.objects.filter(kept_in__lightbox=lightbox).order_by("kept_in__position")
    for work in works:
        try:
            add_to_cart(cart=cart, artwork_id=work.pk, licence_slug=licence_slug)
        except StateConflict:
            refused.append(work.title)
        else:
            added += 1
    return added, refused


def shared_lightbox(secret: str) -> Lightbox | None:
    """Return the lightbox behind a secret address, while it is shared."""
    return Lightbox.objects.filter(Q(is_shared=True), secret=secret).first() if secret else None


def _title(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:TITLE_LIMIT]
