"""Requests that were made to do harm: hosts, methods, ways out and up, forged forms, sockets."""

import asyncio
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from genart.asgi import application
from tests.generation.sockets import Socket
from tests.test_permissions import LEVELS, routes

EVIL = "https://evil.example"
WAYS_OUT = [
    EVIL, "//evil.example", "///evil.example", "https:evil.example", "http:///evil.example",
    "\\\\evil.example", "/\\evil.example", "\t//evil.example", "javascript:alert(1)",
    "https://testserver@evil.example/", "https://testserver.evil.example/", "data:text/html,x",
]  # fmt: skip
WAYS_UP = [
    "../settings.py", "..%2f..%2fgenart%2fsettings.py", "....//....//genart/settings.py",
    "%2e%2e/%2e%2e/README.md", "..%5c..%5cREADME.md", "/etc/passwd", "a/../../keys/c2pa.pem",
    "a%00.png", "..;/README.md", "%c0%ae%c0%ae/README.md", "originals/a.png", ".env",
]  # fmt: skip


def leads_out(answer: Any) -> bool:
    place = answer.get("Location", "")
    return "evil" in place or place.lower().startswith(("javascript:", "data:"))


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "testserver:80@evil"])
def test_a_foreign_host_is_refused(host: str, stranger: Client) -> None:
    answer = stranger.get("/", HTTP_HOST=host)

    assert answer.status_code == 400
    assert b"evil" not in answer.content


@pytest.mark.django_db
def test_no_page_repeats_a_forwarded_host(stranger: Client) -> None:
    for path in ("/", "/robots.txt", "/sitemap.xml", "/feed/", "/accounts/login/"):
        answer = stranger.get(path, HTTP_X_FORWARDED_HOST="evil.example")
        assert b"evil" not in answer.content
        assert not leads_out(answer)


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_way_leads_to_another_site(way: str, client: Client, buyer: Any) -> None:
    answers = [
        client.post(f"/accounts/login/?next={way}",
                    {"username": "buyer", "password": "password", "next": way}),
        client.post("/theme/", HTTP_REFERER=way),
        client.post("/accounts/logout/", {"next": way}),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code < 500
        assert not leads_out(answer)


@pytest.mark.django_db
@pytest.mark.slow
def test_no_address_takes_a_way_out_from_its_query(admin_client: Client) -> None:
    names = "next url redirect return return_url back to continue dest r u".split()  # noqa: SIM905
    query = "&".join(f"{name}={EVIL}" for name in names)
    led = [name for name, path in routes() if name != "accounts:logout"
           for answer in (admin_client.get(f"{path}?{query}"), admin_client.post(f"{path}?{query}"))
           if leads_out(answer) and "?" not in answer["Location"].split("evil")[0]]  # fmt: skip
    assert led == []


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS_UP)
def test_no_way_leads_up_in_the_file_system(way: str, stranger: Client) -> None:
    for start in ("/media/", "/static/", "/files/", "/"):
        answer = stranger.get(start + way)
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code in (301, 302, 400, 404), start + way
        assert b"INSTALLED_APPS" not in body and b"root:" not in body and b"# genart" not in body


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG", "X" * 40])
def test_methods_that_nobody_needs_do_nothing(method: str, admin_client: Client) -> None:
    for path in ("/", "/cart/", "/studio/", "/api/v1/jobs", "/admin/"):
        answer = admin_client.generic(method, path, HTTP_X_SECRET="hello-echo")
        assert answer.status_code < 500
        assert b"hello-echo" not in answer.content


@pytest.mark.django_db
@pytest.mark.slow
def test_reading_never_needs_a_token_and_writing_always_does(admin_client: Client) -> None:
    """Of pages; programs have no cookies, and the payment gateway signs what it sends."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = admin_client.cookies
    open_to_all = [
        name for name, path in routes()
        if not name.startswith("api-1:") and name != "catalog:payment_webhook"
        and strict.post(path, {"a": "b"}).status_code not in (403, 404, 405)
    ]  # fmt: skip
    assert open_to_all == []


@pytest.mark.django_db
def test_htmx_sends_the_token_and_is_refused_without(buyer_client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = buyer_client.cookies
    page = strict.get("/").content.decode()
    [token] = re.findall(r"hx-headers='\{\"X-CSRFToken\": \"(\w+)\"\}'", page)

    assert strict.post("/theme/", HTTP_HX_REQUEST="true").status_code == 403
    assert strict.post("/theme/", HTTP_X_CSRFTOKEN="x" * 64).status_code == 403
    assert strict.post("/theme/", HTTP_HX_REQUEST="true", HTTP_X_CSRFTOKEN=token).status_code == 302
    forged = {"HTTP_X_CSRFTOKEN": token, "HTTP_ORIGIN": EVIL}
    assert strict.post("/theme/", **forged).status_code == 403


@pytest.mark.django_db
def test_a_session_opens_nothing_of_the_api(admin_client: Client) -> None:
    """So that no page of another site can use a visitor's cookies there."""
    for name, path in routes():
        if LEVELS.get(name) == "token":
            assert admin_client.get(path).status_code in (401, 404, 405), name


def session_of(client: Client) -> bytes:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}".encode()


def opens(path: str, *headers: tuple[bytes, bytes]) -> bool:
    async def ask() -> bool:
        socket = Socket(application, path, headers=list(headers))
        try:
            return await socket.connect()
        finally:
            socket.application.stop(exceptions=False)

    return asyncio.run(ask())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/ws/review/", "/ws/autopilot/",
                                  "/ws/jobs/00000000-0000-0000-0000-000000000007/"])  # fmt: skip
@pytest.mark.parametrize("origin", [EVIL, "null", "", "http://localhost.evil.example", None])
def test_no_other_site_opens_a_socket(path: str, origin: str | None, admin_user: Any) -> None:
    person = Client()
    person.force_login(admin_user)
    cookie = session_of(person)
    headers = [(b"cookie", cookie), (b"host", b"localhost")]
    headers += [(b"origin", origin.encode())] if origin is not None else []

    assert not opens(path, *headers)


@pytest.mark.django_db(transaction=True)
def test_our_own_pages_open_their_socket(admin_user: Any) -> None:
    person = Client()
    person.force_login(admin_user)
    headers = [(b"cookie", session_of(person)), (b"origin", b"http://localhost")]

    assert opens("/ws/review/", *headers)
    assert not opens("/ws/review/", headers[1])  # nobody


@pytest.mark.django_db
def test_an_error_of_ours_tells_nothing(stranger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_named: Any) -> None:
        raise RuntimeError("SECRET of the database at /srv/genart")

    monkeypatch.setattr("catalog.front.works_on_sale", fail)
    stranger.raise_request_exception = False
    answer = stranger.get("/")

    assert answer.status_code == 500
    assert b"SECRET" not in answer.content and b"Traceback" not in answer.content
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/.git/config", "/.env", "/.git/HEAD", "/manage.py", "/var/",
                                  "/static/", "/media/", "/pyproject.toml", "/backup.sql",
                                  "/admin/doc/", "/__debug__/", "/server-status"])  # fmt: skip
def test_what_is_not_for_the_public_is_not_there(path: str, stranger: Client) -> None:
    assert stranger.get(path).status_code in (302, 404)


@pytest.mark.django_db
def test_too_many_fields_and_files_are_refused(stranger: Client) -> None:
    fields = "&".join(f"f{number}=1" for number in range(1100))
    for path in ("/cart/code/", "/accounts/login/"):
        kind = "application/x-www-form-urlencoded"
        assert stranger.post(path, fields, content_type=kind).status_code in (400, 404)


def test_headers_cannot_be_broken_by_a_name() -> None:
    from django.http import HttpResponse
    from django.http.response import BadHeaderError

    answer = HttpResponse()
    with pytest.raises(BadHeaderError):
        answer["Content-Disposition"] = 'attachment; filename="a\r\nSet-Cookie: x=1"'
