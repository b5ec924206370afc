"""One HTTP exchange with a provider, and what it means for the money when it breaks off.

A connection that was never made asked for nothing. One that broke after the request was sent may
have cost something: `Unknown`. Each exchange has a connection of its own, since a kept one that the
other side had closed looks as if an order had been lost. No redirects, a limit on time and size.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from django.utils import timezone
from urllib3.exceptions import NewConnectionError

from genart.lib.fetching_addresses import NotVisited, refuse_metadata
from generation.models import Provider
from generation.remote import watching
from generation.remote.keys import cleansed
from generation.remote.types import (
    Failed,
    RateLimited,
    Refused,
    RemoteError,
    Spoilt,
    Unavailable,
    Unknown,
)

CONNECT_SECONDS = 10.0
LARGEST_ANSWER_BYTES = 64 * 2**20
RETRY_AFTER_SECONDS = 30.0
"""For providers that say "too many" and not how long to wait."""
LONGEST_RETRY_SECONDS = 3600.0
NOT_OURS = {401, 402, 403, 404, 407}
"""A wrong key, an empty account, a wrong address: no render's fault."""
AWAY = {502, 503, 520, 521, 522, 523, 529}
TOO_LATE = {408, 504, 524}
"""A gateway lost patience: what lies behind it may have done its work."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """Media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def exchange(
    provider: Provider, method: str, url: str, *, seconds: float = 0, **arguments: Any
) -> Answer:
    """Send a request and return the whole answer, whatever its status.

    Args:
        provider: for its time-out and its name.
        method: HTTP verb.
        url: where to.
        seconds: limit for the whole; the provider's time-out when left out.
        arguments: for `requests.request`.

    Raises:
        Unavailable: it was never sent.
        Unknown: it was sent, and no whole answer came.
    """
    with opened(provider, method, url, seconds=seconds, **arguments) as (response, deadline):
        body = b"".join(chunks(response, deadline))
        return Answer(response.status_code, response.headers, body)


@contextmanager
def opened(
    provider: Provider, method: str, url: str, *, seconds: float = 0, **arguments: Any
) -> Iterator[tuple[requests.Response, float]]:
    """Send a request; give its answer, unread, and the time by which it must have been read."""
    limit = seconds or float(provider.timeout_seconds)
    deadline = time.monotonic() + limit
    headers = {"Connection": "close", "User-Agent": "genart"} | arguments.pop("headers", {})
    arguments |= {"allow_redirects": False, "stream": True, "auth": _no_password}
    timeout = (min(CONNECT_SECONDS, limit), limit)
    answering = False
    _refuse_metadata(url)
    try:
        with (
            watching.exchange(provider.slug, method) as (ours, note),
            requests.request(
                method, url, headers=ours | headers, timeout=timeout, **arguments
            ) as answer,
        ):
            answering = True
            note(answer.status_code)
            yield answer, deadline
    except requests.RequestException as error:
        raise _broken(provider, error, sent=answering or not never_sent(error)) from None


def _refuse_metadata(url: str) -> None:
    """Say that it was never sent where an address leads to the keys of a cloud."""
    try:
        refuse_metadata(url)
    except NotVisited as refused:
        raise Unavailable(refused.message) from None


def _no_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep `requests` from taking a password out of ~/.netrc."""
    return request


def chunks(response: requests.Response, deadline: float) -> Iterator[bytes]:
    """Yield an answer's body, within its limits of time and size, and only if it is whole."""
    total = 0
    for chunk in response.iter_content(65_536):
        total += len(chunk)
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("the answer took too long")
        if total > LARGEST_ANSWER_BYTES:
            raise Spoilt(f"The answer is larger than {LARGEST_ANSWER_BYTES // 2**20} MiB.")
        yield chunk
    promised = response.headers.get("content-length", "")
    encoded = response.headers.get("content-encoding")
    if promised.isdigit() and not encoded and total < int(promised):
        raise requests.ConnectionError("the answer broke off")


def _broken(provider: Provider, error: Exception, *, sent: bool) -> RemoteError:
    """Return what a failed exchange means."""
    if not sent:
        return Unavailable(f"{provider.name} cannot be reached ({type(error).__name__}).")
    if isinstance(error, requests.Timeout):
        return Unknown(f"{provider.name} was asked and did not answer in time.")
    return Unknown(f"{provider.name} was asked, and its answer broke off.")


def never_sent(error: requests.RequestException) -> bool:
    """Return whether the connection was never made, so that nothing can have been asked for."""
    if isinstance(error, requests.ConnectTimeout | ValueError):  # the latter: no address at all
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    reason = getattr(reason, "original_error", reason)  # of a proxy
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(reason)
    return isinstance(reason, NewConnectionError)


def checked(provider: Provider, answer: Answer) -> Answer:
    """Return an answer of the kind 2xx; say what every other one means.

    Raises:
        RateLimited: 429, with the seconds to wait.
        Unavailable: the provider is away, or does not let us in.
        Unknown: a gateway gave up waiting for it.
        Failed: an error of its own while it worked on this order.
        Refused: it will not take this order.
    """
    if 200 <= answer.status < 300:
        return answer
    said = f"{provider.name} answers {answer.status}: {message_in(provider, answer)}"
    if answer.status == 429:
        raise RateLimited(said, retry_after_seconds=retry_after(answer.headers))
    if answer.status in AWAY or answer.status in NOT_OURS or 300 <= answer.status < 400:
        raise Unavailable(said)
    if answer.status in TOO_LATE:
        raise Unknown(said)
    if answer.status >= 500:
        raise Failed(said)
    raise Refused(said)


def message_in(provider: Provider, answer: Answer) -> str:
    """Return what an error says, in whichever of the usual places, cleansed of keys."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if isinstance(said, dict):
        error = said.get("error", said)
        if isinstance(error, dict):
            error = error.get("message") or error.get("errors") or error.get("detail") or error
        said = "; ".join(map(str, error)) if isinstance(error, list) else str(error)
        return cleansed(said, provider)
    return cleansed(answer.body[:200].decode("utf-8", "replace"), provider) or "nothing more"


def retry_after(headers: Mapping[str, str]) -> float:
    """Return how many seconds to wait: `Retry-After` in seconds or as a date, or our own guess."""
    text = headers.get("retry-after-ms", "")
    if text.isdigit():
        return min(int(text) / 1000, LONGEST_RETRY_SECONDS)
    text = headers.get("retry-after", "").strip()
    try:
        return min(max(float(text), 0.0), LONGEST_RETRY_SECONDS)
    except ValueError:
        pass
    try:
        wait = (parsedate_to_datetime(text) - timezone.now()).total_seconds()
    except (ValueError, TypeError):
        return RETRY_AFTER_SECONDS
    return min(max(wait, 0.0), LONGEST_RETRY_SECONDS)


def json_in(provider: Provider, answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer.

    Raises:
        Spoilt: it is something else.
    """
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        kind = answer.content_type or "something"
        raise Spoilt(f"{provider.name} answers with {kind} where a JSON object should be.")
    return found
