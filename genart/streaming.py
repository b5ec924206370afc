"""Files and long tables leave the web process in parts, without holding up the other requests.

Views give plain iterators: files, lines of a table. Django, under ASGI, would read such an answer
to its end into memory before the first byte leaves.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import cast

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

PART_BYTES = 256 * 1024
"""How much is read at once: most pictures in one go, an export of gigabytes in small memory."""


class StreamingMiddleware:
    """Read what an answer streams in parts, in the thread of its request and its database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; leave answers alone that are whole, or asynchronous already."""
        response = self.get_response(request)
        if not isinstance(request, ASGIRequest) or not isinstance(response, StreamingHttpResponse):
            return response
        if not response.is_async:
            pieces = cast(Iterator[bytes], response.streaming_content)
            response.streaming_content = in_parts(pieces)
        return response


async def in_parts(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the same bytes, each part of at least `PART_BYTES` but the last."""
    while True:
        part = await sync_to_async(_joined)(pieces)
        if part:
            yield part
        if len(part) < PART_BYTES:
            return


def _joined(pieces: Iterator[bytes]) -> bytes:
    """Take pieces until they make a part, or end."""
    taken, size = [], 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size >= PART_BYTES:
            break
    return b"".join(taken)
