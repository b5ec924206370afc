"""Sockets know whether their person owes a second factor, as pages do."""

from typing import Any

from channels.db import database_sync_to_async

from genart.accounts.middleware import owes_factor


class ProvenMiddleware:
    """Mark the person of a socket; stands behind Channels' own authentication."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        """Pass the connection on."""
        user = scope.get("user")
        if user is not None and user.is_authenticated:
            user.is_unproven = await database_sync_to_async(owes_factor)(scope["session"])
        return await self.inner(scope, receive, send)
