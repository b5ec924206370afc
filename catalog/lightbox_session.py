"""Which lightboxes a request means: the account's, or those whose ids a guest's session keeps.

Reading never makes a row or a session; only adding does. Changes are in `services/lightboxes.py`.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from catalog.models import Artwork, Lightbox, LightboxItem
from catalog.services.lightboxes import lightboxes_of, make_lightbox, merge_lightboxes
from genart.accounts.models import User
from genart.lib.errors import NotFound

KEY = "lightboxes"
MOST_KEPT = 20


def own_lightboxes(request: HttpRequest) -> list[Lightbox]:
    """Return the visitor's lightboxes, last changed first; a new guest costs no query."""
    user, kept = _user(request), _kept(request)
    return lightboxes_of(user, kept) if user or kept else []


def own_lightbox(request: HttpRequest, pk: UUID) -> Lightbox:
    """Return one lightbox of the visitor.

    Raises:
        NotFound: it is not his, or does not exist: he is not told which.
    """
    found = next((box for box in own_lightboxes(request) if box.pk == pk), None)
    if found is None:
        raise NotFound("You have no such lightbox.")
    return found


def box_to_fill(request: HttpRequest, pk: UUID | None) -> Lightbox:
    """Return the lightbox a work is laid into: the named one, else the last, else a new one."""
    if pk is not None:
        return own_lightbox(request, pk)
    boxes = own_lightboxes(request)
    return boxes[0] if boxes else new_lightbox(request)


def new_lightbox(request: HttpRequest, title: str = "") -> Lightbox:
    """Make a lightbox for the visitor, and let a guest's session remember it."""
    user = _user(request)
    box = make_lightbox(user=user, title=title)
    if user is None:
        request.session[KEY] = [*map(str, _kept(request)), str(box.pk)][-MOST_KEPT:]
    return box


def kept_works(request: HttpRequest, works: Iterable[Artwork]) -> set[UUID]:
    """Return which of these works the visitor has laid aside."""
    user, kept = _user(request), _kept(request)
    if user is None and not kept:
        return set()
    items = LightboxItem.objects.filter(artwork__in=[work.pk for work in works])
    own = items.filter(lightbox__owner=user) if user else items.filter(lightbox__in=kept)
    return set(own.values_list("artwork_id", flat=True))


def merge_at_login(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Take a guest's lightboxes along into the account; connected in `catalog/apps.py`."""
    kept = _kept(request) if request is not None else []
    if request is not None and kept:
        merge_lightboxes(kept=kept, user=user)
        request.session.pop(KEY, None)


def _user(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _kept(request: HttpRequest) -> list[UUID]:
    """Return the ids of the session; what is no id is left out."""
    session = getattr(request, "session", None)
    found = session.get(KEY, []) if session is not None else []
    kept = []
    for text in found if isinstance(found, list) else []:
        try:
            kept.append(UUID(str(text)))
        except ValueError:
            continue
    return kept
