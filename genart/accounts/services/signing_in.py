"""How a session begins: the password, then the second factor where there is one.

Between the two nobody is signed in: the session remembers whom it waits for, no longer than
`PENDING_SECONDS`. What a session has proved, and when, stands in it.
"""

import time

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from genart.accounts.models import User
from genart.accounts.services.devices import remember_device
from genart.accounts.services.notices import tell
from genart.accounts.services.sessions import begin_session
from genart.lib.audit import note

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING_SECONDS = 600
FRESH_SECONDS = 15 * 60
"""How long after a proof somebody may change what proves him."""
PROOF_SECONDS = 12 * 3600
"""How long a second factor holds for those who work here."""
PENDING, PROVEN, CONFIRMED = "pending_person", "proven_at", "confirmed_at"


def hold_sign_in(*, request: HttpRequest, user: User, following: str) -> None:
    """Remember whose password was right, until the second factor is."""
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": time.time(),
        "next": following,
    }


def pending_person(request: HttpRequest) -> tuple[User, str] | None:
    """Return whose second factor is waited for, and where he wants to go; or `None`."""
    held = request.session.get(PENDING)
    if not held or time.time() - held["at"] > PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=held["user"], is_active=True).first()
    if user is None or not constant_time_compare(held["hash"], user.get_session_auth_hash()):
        return None  # the password has changed in between
    return user, held["next"]


def complete_sign_in(*, request: HttpRequest, user: User, factor: str = "") -> None:
    """Begin the session of a person who has proved himself.

    Args:
        request: gets a fresh session key; its answer gets the browser's id as a cookie.
        user: who it is.
        factor: by what beside the password; nothing where he has no second factor.
    """
    request.session.pop(PENDING, None)
    login(request, user, backend=BACKEND)
    mark_confirmed(request)
    if factor:
        mark_proven(request)
    request.session.save()
    device, is_new, plain = remember_device(user=user, request=request)
    begin_session(user=user, request=request, device=device)
    request.new_device_id = plain  # type: ignore[attr-defined]
    note(verb="session.begun", subject=user, actor=user, after={"factor": factor or "none"})
    if is_new and user.devices.count() > 1:
        tell(user=user, notice="new_device", detail=device.agent)


def mark_proven(request: HttpRequest) -> None:
    """Note that this session has proved a second factor just now."""
    request.session[PROVEN] = time.time()


def mark_confirmed(request: HttpRequest) -> None:
    """Note that its person has just shown again who he is."""
    request.session[CONFIRMED] = time.time()


def is_proven(session: object) -> bool:
    """Tell whether a session holds the proof of a second factor that still counts."""
    return _is_within(session, PROVEN, PROOF_SECONDS)


def is_fresh(session: object) -> bool:
    """Tell whether a session's person has shown who he is a short while ago."""
    return _is_within(session, CONFIRMED, FRESH_SECONDS)


def _is_within(session: object, name: str, seconds: int) -> bool:
    at = session.get(name, 0)  # type: ignore[attr-defined]
    return 0 <= time.time() - at < seconds
