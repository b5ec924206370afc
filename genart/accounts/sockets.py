"""A socket's person may do no more than the page's, and hears nothing once he is signed out."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from genart.accounts.middleware import owes_factor
from genart.accounts.models import User

LOOK_SECONDS = 15.0
"""How long at most a socket goes on to speak to somebody who has been signed out."""
SIGNED_OUT = 4401
"""Code of a socket that is closed because its session has ended."""
Send = Callable[[dict[str, Any]], Awaitable[None]]


class ProvenMiddleware:
    """Mark the person of a socket, and watch his session; stands behind Channels' own."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> Any:
        """Pass the connection on."""
        user = scope.get("user")
        if user is not None and user.is_authenticated:
            user.is_unproven = await database_sync_to_async(owes_factor)(scope["session"])
            send = WhileSignedIn(scope, send)
        return await self.inner(scope, receive, send)


class WhileSignedIn:
    """Sends as long as the session holds: not after its end, by whomever and from wherever."""

    def __init__(self, scope: dict[str, Any], send: Send) -> None:
        self.user, self.session, self.send = scope["user"], scope["session"], send
        self.looked_at = time.monotonic()
        self.is_closed = False

    async def __call__(self, message: dict[str, Any]) -> None:
        """Pass a message on, or close the socket instead."""
        if self.is_closed:
            return
        if message["type"] == "websocket.send" and await self._has_ended():
            message = {"type": "websocket.close", "code": SIGNED_OUT}
        self.is_closed = message["type"] == "websocket.close"
        await self.send(message)

    async def _has_ended(self) -> bool:
        """Look whether the session has ended; not more often than each `LOOK_SECONDS`."""
        if time.monotonic() - self.looked_at < LOOK_SECONDS:
            return False
        self.looked_at = time.monotonic()
        return not await database_sync_to_async(still_holds)(self.session, self.user)


def still_holds(session: Any, user: Any) -> bool:
    """Tell whether a session is still there, of a person who may still do what he could."""
    now = User.objects.filter(pk=user.pk, is_active=True).first()
    if now is None or owes_factor(session) != user.is_unproven:
        return False
    told = session.get(HASH_SESSION_KEY, "")
    if not constant_time_compare(told, now.get_session_auth_hash()):
        return False
    living = Session.objects.filter(expire_date__gt=timezone.now())
    return living.filter(session_key=session.session_key).exists()
