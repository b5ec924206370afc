"""Fetches a picture that an answer gives by its address, without being sent elsewhere by it.

Only over https from an address of the open internet, or from the provider's own host; no redirect
is followed, and no key is sent along.
"""

import ipaddress
import socket
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from generation.models import Provider
from generation.remote.http import exchange
from generation.remote.types import Spoilt, Unavailable, Unknown

DOWNLOAD_SECONDS = 60.0
TRIES = 3


def fetched(provider: Provider, url: str) -> bytes:
    """Return what lies at an address that a provider named. Costs nothing and may be repeated.

    Raises:
        Spoilt: the address may not be visited, or gives nothing; the picture is charged by now.
    """
    url = urljoin(provider.base_url, url)
    if not may_visit(provider, url):
        raise Spoilt(f"{provider.name} names an address that is not visited: {_shown(url)}.")
    what = "cannot be fetched"
    for _try in range(TRIES):
        try:
            answer = exchange(provider, "GET", url, seconds=DOWNLOAD_SECONDS)
        except (Unavailable, Unknown):
            continue
        if answer.status == 200:
            return answer.body
        what = f"answers {answer.status}"
    raise Spoilt(f"{_shown(url)}, where the picture should be, {what}.")


def may_visit(provider: Provider, url: str) -> bool:
    """Return whether an address in an answer is the provider's own host, or open and encrypted."""
    asked, own = urlsplit(url), urlsplit(provider.base_url)
    try:
        if (asked.scheme, asked.hostname, asked.port) == (own.scheme, own.hostname, own.port):
            return True
        return asked.scheme == "https" and bool(asked.hostname) and _is_public(asked.hostname or "")
    except ValueError:  # a port that is none
        return False


def _is_public(host: str) -> bool:
    """Return whether every address of a host is on the open internet."""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_global
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ipaddress.ip_address(str(entry[4][0])).is_global for entry in found)


def _shown(url: str) -> str:
    """Return an address without its query, which may hold a signature."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"[:120]
