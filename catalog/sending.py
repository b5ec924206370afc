"""Send a file made for one person: kept by nothing in between, and in parts where asked.

So a broken download can go on where it stopped.
"""

import re
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

NOTHING = (0, -1)
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def send_bytes(
    request: HttpRequest, data: bytes, *, filename: str, content_type: str, inline: bool = False
) -> HttpResponse:
    """Answer with a file, or the one part of it that the request names.

    Whole: under ASGI a synchronous stream would be read whole anyway.
    """
    digest = sha256(data).hexdigest()
    asked = _part(request, len(data), f'"{digest}"')
    if asked == NOTHING:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{len(data)}"
    elif asked is None:
        response = HttpResponse(data, content_type=content_type)
    else:
        first, last = asked
        response = HttpResponse(data[first : last + 1], content_type=content_type, status=206)
        response["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    disposition = content_disposition_header(not inline, filename)
    response["Content-Disposition"] = disposition or "attachment"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["ETag"] = f'"{digest}"'
    response["X-Content-SHA256"] = digest
    response["X-Robots-Tag"] = "noindex"
    return response


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return first and last byte of what is asked; `None`: all; `NOTHING`: what is not there.

    Several parts at once, or a part of another file (`If-Range`), are answered with all of it.
    """
    if request.headers.get("If-Range", etag) != etag:
        return None
    match = RANGE.match(request.headers.get("Range", ""))
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        return (max(0, size - int(last)), size - 1) if int(last) else NOTHING
    begin, end = int(first), min(int(last or size - 1), size - 1)
    return (begin, end) if begin <= end else NOTHING
