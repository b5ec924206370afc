"""The web process: HTTP to Django, WebSockets to the apps' consumers."""

import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genart.settings")

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import re_path

django = get_asgi_application()

from catalog.urls import websocket_urlpatterns as catalog_sockets  # noqa: E402  (needs apps)
from curation.urls import websocket_urlpatterns as curation_sockets  # noqa: E402
from genart.accounts.sockets import ProvenMiddleware  # noqa: E402
from genart.admission import Admission  # noqa: E402
from genart.lib.uploads_body import Application, BodyLimit  # noqa: E402
from genart.observability.sockets import Watched, named  # noqa: E402
from generation.urls import websocket_urlpatterns as generation_sockets  # noqa: E402


async def refused(_scope: Any, receive: Any, send: Any) -> None:
    """Refuse a socket at an address that has none."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


everywhere_else = re_path("", cast(Any, refused))
sockets = named([*generation_sockets, *curation_sockets, *catalog_sockets, everywhere_else])
http = BodyLimit(
    Admission(
        cast(Application, django),
        at_once=settings.WEB_AT_ONCE,
        wait_seconds=settings.WEB_WAIT_SECONDS,
    ),
    plain_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    files_bytes=settings.UPLOAD_BYTES,
)
application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": Watched(
            AllowedHostsOriginValidator(AuthMiddlewareStack(ProvenMiddleware(URLRouter(sockets))))
        ),
    }
)
