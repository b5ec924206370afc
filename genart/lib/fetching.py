"""Fetches what lies at an address that somebody gave, without being sent elsewhere by it.

The one place for addresses that come from outside; `fetching_addresses.py` says which are visited.
Connections go to the address that was looked up and checked, redirects are checked anew, no cookie,
password or key is sent, nothing is unpacked, and size and time have limits. Addresses of the
settings are the operator's own and are asked directly.
"""

import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from requests.certs import where
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from genart import env
from genart.lib.errors import Unavailable
from genart.lib.fetching_addresses import NotVisited, Target, shown, target_of

REDIRECTS = 3
MOVED = {301, 302, 303, 307, 308}
CONNECT_SECONDS = 10.0
CHUNK = 65_536


class FetchFailed(Unavailable):
    """What lies at an address cannot be had, or not all of it."""

    code = "fetch_failed"


@dataclass(frozen=True, slots=True)
class Response:
    """What came, whatever its status; `url` is where it lay in the end."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(
    url: str, *, limit_bytes: int, timeout_seconds: float, allow: Collection[str] = ()
) -> Response:
    """Return what lies at an address.

    Args:
        url: whatever was given.
        limit_bytes: of the body; a longer one is not read to its end.
        timeout_seconds: for everything, redirects included.
        allow: origins that are visited wherever they are, and without encryption.

    Raises:
        NotVisited: the address, or one that it leads to, is not visited; nothing was sent there.
        FetchFailed: nothing came, not in time, or too much.
    """
    deadline = time.monotonic() + timeout_seconds
    for _hop in range(REDIRECTS + 1):
        answer = _once(url, target_of(url, allow), limit_bytes, deadline)
        place = answer.headers.get("location", "")
        if answer.status not in MOVED or not place:
            return answer
        url = urljoin(url, place)
    raise FetchFailed(f"{shown(url)} leads from one address to the next.")


def _once(url: str, target: Target, limit_bytes: int, deadline: float) -> Response:
    """Ask once, at the addresses that were checked, in their order."""
    problem: Exception = OSError("no address")
    for address in target.addresses:
        try:
            with _connected(target, address, deadline) as connection:
                return _answer(url, connection, target, limit_bytes, deadline)
        except (OSError, HTTPError, ValueError) as error:
            problem = error
            if time.monotonic() > deadline:
                raise FetchFailed(f"{shown(url)} does not answer in time.") from None
    raise FetchFailed(f"{shown(url)} cannot be reached ({type(problem).__name__}).") from problem


@contextmanager
def _connected(target: Target, address: str, deadline: float) -> Iterator[HTTPConnection]:
    """Give a connection to exactly this address; at the deadline it is cut."""
    left = max(deadline - time.monotonic(), 0.01)
    host, port, tunnel = _by_way_of(target, address)
    connection: HTTPConnection
    if target.scheme == "https":
        connection = HTTPSConnection(
            host, port, timeout=min(left, CONNECT_SECONDS), ssl_context=_trust(),
            server_hostname=target.host, assert_hostname=target.host,
        )  # fmt: skip
    else:
        connection = HTTPConnection(host, port, timeout=min(left, CONNECT_SECONDS))
    if tunnel:
        connection.set_tunnel(address, target.port, scheme="http")
    try:
        connection.connect()
        connection.sock.settimeout(left)
        with _cut_at(deadline, connection.sock):
            yield connection
    finally:
        connection.close()


def _by_way_of(target: Target, address: str) -> tuple[str, int, bool]:
    """Return where to connect: the address, or the proxy that the environment names."""
    proxy = urlsplit(getproxies().get("https", "") if target.scheme == "https" else "")
    if not proxy.hostname or proxy_bypass(target.host):
        return address, target.port, False
    return proxy.hostname, proxy.port or 8080, True


def _trust() -> ssl.SSLContext:
    """Return whose certificates are believed: as `requests` does it."""
    named = env.text("REQUESTS_CA_BUNDLE")
    return ssl.create_default_context(cafile=named or where())


@contextmanager
def _cut_at(deadline: float, wire: socket.socket) -> Iterator[None]:
    """End a connection whose other side takes its time, whatever is waited for."""

    def cut() -> None:
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(max(deadline - time.monotonic(), 0.01), cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _answer(
    url: str, connection: HTTPConnection, target: Target, limit_bytes: int, deadline: float
) -> Response:
    port = "" if target.port in (80, 443) else f":{target.port}"
    host = f"[{target.host}]" if ":" in target.host else target.host
    headers = {"Host": host + port, "User-Agent": "genart", "Accept-Encoding": "identity",
               "Connection": "close"}  # fmt: skip
    connection.request("GET", target.path, headers=headers, preload_content=False)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.headers.items()}
    promised = found.get("content-length", "")
    if promised.isdigit() and int(promised) > limit_bytes:
        raise FetchFailed(f"What lies at {shown(url)} is larger than {limit_bytes} bytes.")
    body = b""
    while chunk := answer.read1(CHUNK, decode_content=False):
        body += chunk
        if len(body) > limit_bytes:
            raise FetchFailed(f"What lies at {shown(url)} is larger than {limit_bytes} bytes.")
    if time.monotonic() > deadline:  # cut, or on the way to it
        raise FetchFailed(f"{shown(url)} does not answer in time.")
    if promised.isdigit() and len(body) < int(promised):
        raise FetchFailed(f"What came from {shown(url)} broke off.")
    return Response(url, answer.status, found, body)


__all__ = ["FetchFailed", "NotVisited", "Response", "fetch"]
