"""What is fetched on somebody's word: from where, how much, how long, through which redirects."""

import ipaddress
import socket
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from genart.lib.errors import Unavailable
from genart.lib.fetching import FetchFailed, NotVisited, fetch
from genart.lib.fetching_addresses import is_open, origin_of, shown, target_of
from tests.conftest import NetworkUsed
from tests.security.web import certificate_for, says, served

INSIDE = """
127.0.0.1 127.255.255.254 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1
192.0.0.1 192.0.2.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
2002:7f00:1:: 2001:0:7f00:1:: fe80::1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 2001:db8::1
"""
OUTSIDE = "8.8.8.8 93.184.216.34 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808"


class Names:
    """A name server that may change its mind; every question is counted."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *_rest: Any, **_named: Any) -> list[Any]:
        with suppress(ValueError):  # what is an address already is no question
            ipaddress.ip_address(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        self.asked.append(host)
        found = self.answers.get(host)
        if not found:
            raise socket.gaierror(-2, "Name or service not known")
        address = found.pop(0) if len(found) > 1 else found[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(**answers: list[str]) -> Names:
        server = Names(**answers)
        monkeypatch.setattr(socket, "getaddrinfo", server)
        return server

    for variable in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    return use


def get(url: str, allow: tuple[str, ...] = (), **limits: Any) -> Any:
    return fetch(url, **({"limit_bytes": 10_000, "timeout_seconds": 5, "allow": allow} | limits))


@pytest.mark.parametrize("address", INSIDE.split())
def test_an_address_inside_is_not_open_however_it_is_written(address: str) -> None:
    assert not is_open(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_an_address_of_the_open_internet_is_open(address: str) -> None:
    assert is_open(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "//h/x", "file:///etc/passwd", "gopher://h/", "ftp://h/", "data:,x", "https://",
        "http://example.com/", "https://example.com:22/", "https://example.com:99999/",
        "https://user:word@example.com/", "https://good.example\\@evil.example/",
        "https://example.com/\r\nX-Evil: 1", "https://exa mple.com/", "https://[::1",
        "https://[fe80::1%25eth0]/", "https://example.com/ü",
    ],
)  # fmt: skip
def test_what_is_no_plain_encrypted_address_is_not_looked_up(url: str, names: Any) -> None:
    server = names()

    with pytest.raises(NotVisited):
        get(url)

    assert server.asked == []


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_points_inside_is_not_visited(address: str, names: Any) -> None:
    names(inside_example=[address])

    with pytest.raises(NotVisited, match="not on the open internet"):
        get("https://inside.example/")


def test_a_name_that_turns_inside_after_it_was_checked_leads_nowhere(names: Any) -> None:
    server = names(turning_example=["93.184.216.34", "127.0.0.1"])

    with pytest.raises(NetworkUsed, match=r"93\.184\.216\.34"):  # not 127.0.0.1
        get("https://turning.example/")

    assert server.asked == ["turning.example"]


def test_an_allowed_origin_is_asked_plainly_and_without_secrets(names: Any) -> None:
    with served(says(b"picture", X_Kind="png")) as server:
        origin = f"http://127.0.0.1:{server.server_port}"

        answer = get(f"{origin}/a?b=1", allow=(origin,))

    assert (answer.status, answer.body, answer.headers["x-kind"]) == (200, b"picture", "png")
    [seen] = server.seen
    assert seen["path"] == "/a?b=1"
    assert seen["host"] == f"127.0.0.1:{server.server_port}"
    assert not {"cookie", "authorization"} & seen.keys()


def test_a_certificate_is_asked_for_the_name_not_for_the_address(
    names: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = certificate_for("shop.example", tmp_path)
    names(shop_example=["127.0.0.1"], other_example=["127.0.0.1"])
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(files[0]))
    with served(says(b"ok"), files) as server:
        good, bad = (f"https://{h}.example:{server.server_port}" for h in ("shop", "other"))

        assert get(good + "/", allow=(good,)).body == b"ok"
        with pytest.raises(FetchFailed, match="cannot be reached"):
            get(bad + "/", allow=(bad,))
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        with pytest.raises(FetchFailed, match="cannot be reached"):
            get(good + "/", allow=(good,))

    assert [seen["host"] for seen in server.seen] == [f"shop.example:{server.server_port}"]


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:1/", "https://169.254.169.254/latest/meta-data", "file:///etc/passwd",
        "https://localhost/", "gopher://127.0.0.1:6379/_FLUSHALL", "//10.0.0.1/x",
    ],
)  # fmt: skip
def test_a_redirect_is_checked_like_an_address(place: str) -> None:
    with served(says(b"", 302, Location=place)) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(NotVisited):
            get(origin + "/", allow=(origin,))


def test_redirects_are_followed_a_few_times() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        step = int(handler.path.strip("/"))
        says(b"there" if step == 0 else b"", 200 if step == 0 else 307, Location=f"/{step - 1}")(
            handler
        )

    with served(answer) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        assert get(f"{origin}/3", allow=(origin,)).body == b"there"
        with pytest.raises(FetchFailed, match="from one address to the next"):
            get(f"{origin}/4", allow=(origin,))


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(10_000))


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _second in range(200):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        handler.wfile.write(b"X-%d: 1\r\n" % number)
        time.sleep(0.05)


def broken_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"half")


@pytest.mark.parametrize("answer", [endless, says(bytes(10_001))])
def test_no_more_is_read_than_the_limit(answer: Any) -> None:
    with served(answer) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(FetchFailed, match="larger than 10000 bytes"):
            get(origin, allow=(origin,))


@pytest.mark.parametrize("answer", [dripping, dripping_headers])
def test_whoever_drips_is_cut_off_in_time(answer: Any) -> None:
    with served(answer) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        begun = time.monotonic()
        with pytest.raises(FetchFailed):
            get(origin, allow=(origin,), timeout_seconds=0.5)
        assert time.monotonic() - begun < 5


def test_what_breaks_off_is_not_taken_for_whole() -> None:
    with served(broken_off) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(FetchFailed):
            get(origin, allow=(origin,))


def test_a_bomb_is_not_unpacked() -> None:
    import gzip

    packed = gzip.compress(bytes(5_000_000))
    with served(says(packed, Content_Encoding="gzip")) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        assert get(origin, allow=(origin,)).body == packed


def test_a_name_that_nobody_knows_may_be_known_later(names: Any) -> None:
    names()
    with pytest.raises(Unavailable, match="cannot be found"):
        target_of("https://nowhere.example/")


def test_an_address_is_shown_without_its_secrets() -> None:
    assert shown("https://u:p@h.example/a?signature=secret#x") == "https://h.example/a"
    assert origin_of("HTTPS://H.example/a") == "https://h.example:443"
