"""Which addresses may be visited on somebody else's word: encrypted ones of the open internet.

A name is looked up once, and what was looked up is what is connected to, so that an answer that
changes in between (DNS rebinding) leads nowhere.
"""

import ipaddress
import socket
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from genart.lib.errors import InvalidInput, Unavailable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
PORTS = {"https": 443, "http": 80}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 as networks without it write it (RFC 6052)."""

METADATA = [
    ipaddress.ip_network(text)
    for text in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200", "192.0.0.192")
]
"""Where the machines of clouds ask for their keys."""


class NotVisited(InvalidInput):
    """An address that is not visited, whoever names it."""

    code = "address_refused"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes.

    Attributes:
        scheme, host, port: as the address says them.
        path: with the query.
        addresses: of the host, looked up and held to the rule.
    """

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def target_of(url: str, allow: Collection[str] = ()) -> Target:
    """Return where an address leads, after looking its host up.

    Args:
        url: whatever was given.
        allow: origins, as `origin_of` writes them, that are visited wherever they are.

    Raises:
        NotVisited: it is no address, not encrypted, of an odd port, or not on the open internet.
        Unavailable: the host cannot be looked up just now.
    """
    scheme, host, port, path = _parts(url)
    is_own = f"{scheme}://{host}:{port}" in allow
    if not is_own and (scheme != "https" or port != PORTS["https"]):
        raise NotVisited(f"Only https addresses are visited, not {shown(url)}.", where="url")
    found = _looked_up(host, port, url)
    if not is_own and not all(is_open(address) for address in found):
        raise NotVisited(f"{shown(url)} is not on the open internet.", where="url")
    return Target(scheme, host, port, path, tuple(str(address) for address in found))


def refuse_metadata(url: str) -> None:
    """Do nothing for an address that an admin may name, this machine and its network included.

    Raises:
        NotVisited: it leads to where clouds keep the keys of their machines.
    """
    _scheme, host, port, _path = _parts(url)
    try:
        found = _looked_up(host, port, url)
    except Unavailable:
        return  # whoever asks there will hear so
    for address in found:
        plain = getattr(address, "ipv4_mapped", None) or address
        if any(plain.version == net.version and plain in net for net in METADATA):
            raise NotVisited(f"{shown(url)} is where clouds keep keys; it is not visited.",
                             where="base_url")  # fmt: skip


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address of our own, for `allow`.

    Raises:
        NotVisited: it is no address.
    """
    scheme, host, port, _path = _parts(url)
    return f"{scheme}://{host}:{port}"


def shown(url: str) -> str:
    """Return an address without password and query, which may hold a signature."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"[:120]
    except ValueError:
        return "this address"


def is_open(address: Address) -> bool:
    """Return whether an address is on the open internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_open(inner)
        if address.teredo or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _parts(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of an address that two parsers would read alike."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode().lower()
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):  # IDNA's error is a ValueError
        raise NotVisited(f"{shown(url)} is no web address.", where="url") from None
    odd = any(letter <= " " or letter in "\\\x7f" or ord(letter) > 126 for letter in url)
    if odd or not host or "@" in parts.netloc or "%" in host:
        raise NotVisited(f"{shown(url)} is no plain web address.", where="url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port, path


def _looked_up(host: str, port: int, url: str) -> list[Address]:
    with suppress(ValueError):
        return [ipaddress.ip_address(host)]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable(f"The host of {shown(url)} cannot be found.") from None
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
