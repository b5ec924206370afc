"""What a passive scanner looks at, on every address: headers, cookies, policy, caches, leaks.

The rules are those of the ZAP baseline scan; its numbers stand at the rules.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.test_permissions import LEVELS, routes

pytestmark = pytest.mark.django_db

INLINE = [
    (re.compile(r'<script(?![^>]*\bsrc=)(?![^>]*type="application/(ld\+)?json")[^>]*>'), "script"),
    (re.compile(r"<style[\s>]"), "style element"),
    (re.compile(r"<[^>]+\sstyle=\""), "style attribute"),
    (re.compile(r"<[^>]+\son[a-z]+=\""), "event attribute"),
    (re.compile(r"(?:href|src|action)=\"\s*javascript:", re.I), "javascript address"),
]  # fmt: skip
ELSEWHERE = re.compile(
    r"<(?:script|link|img|iframe|form|source)\b[^>]*(?:src|href|action)=\"(https?:)?//([^/\"]+)"
)
LEAKS = re.compile(
    r"Traceback \(most recent call|site-packages/|/work/|psycopg\.|django\.core\.exceptions"
    r"|SECRET_KEY|DoesNotExist|ProgrammingError|-----BEGIN|You're seeing this error because"
)
SHOP_IS = {"localhost:8000", "testserver"}
ALLOWED = "Access-Control-Allow-Origin"
PRIVATE = ("studio", "review", "rules", "account")


def said(answer: Any) -> str:
    kind = answer.get("Content-Type", "")
    if getattr(answer, "streaming", False) or not kind.startswith(("text/", "application/json")):
        return ""
    return answer.content.decode(errors="replace")


def no_sniffing(answer: Any, _level: str) -> str:
    """10021: the type is what the header says."""
    return "" if answer.get("X-Content-Type-Options") == "nosniff" else "may be sniffed"


def no_framing(answer: Any, _level: str) -> str:
    """10020: no other page shows ours in a frame."""
    framed = "frame-ancestors 'none'" in answer.get("Content-Security-Policy", "")
    return "" if framed and answer.get("X-Frame-Options") == "DENY" else "may be framed"


def strict_policy(answer: Any, _level: str) -> str:
    """10038, 10055: a policy without loopholes."""
    policy = answer.get("Content-Security-Policy", "")
    wanted = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "script-src 'self'",
              "form-action 'self'")  # fmt: skip
    holes = [hole for hole in ("unsafe-", "*", "http:", "'strict-dynamic'") if hole in policy]
    missing = [part for part in wanted if part not in policy]
    return f"policy: {holes} {missing}" if holes or missing else ""


def quiet_referrer(answer: Any, _level: str) -> str:
    """10025: other sites learn no path."""
    known = {"strict-origin-when-cross-origin", "same-origin", "no-referrer", "strict-origin"}
    return "" if answer.get("Referrer-Policy") in known else "referrer tells too much"


def own_window(answer: Any, _level: str) -> str:
    """90004: a window that was opened by another site is not shared with it."""
    return "" if answer.get("Cross-Origin-Opener-Policy") == "same-origin" else "shares its window"


def few_features(answer: Any, _level: str) -> str:
    """10063: neither camera nor place."""
    return "" if "camera=()" in answer.get("Permissions-Policy", "") else "may use the camera"


def nothing_about_us(answer: Any, _level: str) -> str:
    """10036, 10037: no names and versions of what answers."""
    told = [name for name in ("Server", "X-Powered-By", "X-AspNet-Version") if name in answer]
    return f"tells {told}" if told else ""


def no_strangers_read(answer: Any, _level: str) -> str:
    """10098: no other origin may read answers, but those that are for everybody's caches."""
    allowed = "" if "public" in answer.get("Cache-Control", "") else answer.get(ALLOWED)
    return f"readable by {allowed}" if allowed else ""


def private_is_not_kept(answer: Any, level: str) -> str:
    """10015, 10049: no cache keeps what is for one person."""
    kept = answer.get("Cache-Control", "")
    if level not in PRIVATE or answer.status_code != 200:
        return ""
    return "" if "private" in kept or "no-store" in kept else f"may be kept: {kept!r}"


def known_charset(answer: Any, _level: str) -> str:
    """90011: text says how it is written."""
    kind = answer.get("Content-Type", "")
    return "no charset" if kind.startswith("text/") and "charset=" not in kind else ""


def nothing_inline(answer: Any, _level: str) -> str:
    """10038: nothing that a strict policy would refuse."""
    if not answer.get("Content-Type", "").startswith("text/html"):
        return ""
    return ", ".join(what for pattern, what in INLINE if pattern.search(said(answer)))


def nothing_from_elsewhere(answer: Any, _level: str) -> str:
    """10017, 90003: no script, style or picture of another host."""
    hosts = {host for _scheme, host in ELSEWHERE.findall(said(answer))} - SHOP_IS
    return f"loads from {sorted(hosts)}" if hosts else ""


def nothing_leaks(answer: Any, _level: str) -> str:
    """10023, 10094, 90022: no traces, paths or keys."""
    found = LEAKS.search(said(answer))
    return f"leaks {found.group()!r}" if found else ""


RULES: list[Callable[[Any, str], str]] = [
    no_sniffing, no_framing, strict_policy, quiet_referrer, own_window, few_features,
    nothing_about_us, no_strangers_read, private_is_not_kept, known_charset, nothing_inline,
    nothing_from_elsewhere, nothing_leaks,
]  # fmt: skip


def faults_of(client: Client, method: str) -> Iterator[tuple[str, str]]:
    for name, path in routes():
        if name in ("accounts:logout", "api-1:openapi-view"):
            continue  # the one ends the session; the other has a policy of its own, see below
        answer = getattr(client, method)(path, HTTP_ORIGIN="https://evil.example")
        yield from (
            (name, fault) for rule in RULES if (fault := rule(answer, LEVELS.get(name, "")))
        )


@pytest.mark.slow
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_answer_keeps_every_rule(method: str, stranger: Client, admin_client: Client) -> None:
    found = [fault for client in (stranger, admin_client) for fault in faults_of(client, method)]
    assert not found, found


@pytest.mark.parametrize(
    "path",
    ["/", "/nothing-here", "/accounts/login/", "/admin/login/", "/api/v1/artworks",
     "/api/v1/jobs", "/robots.txt", "/healthz"],
)  # fmt: skip
def test_answers_of_each_kind_keep_every_rule(path: str, stranger: Client) -> None:
    answer = stranger.get(path)
    assert [fault for rule in RULES if (fault := rule(answer, ""))] == []


def test_pages_of_the_admin_keep_the_rules(admin_client: Client) -> None:
    for path in ("/admin/", "/admin/accounts/user/", "/admin/generation/style/add/"):
        answer = admin_client.get(path, follow=True)
        assert answer.status_code == 200
        assert [fault for rule in RULES if (fault := rule(answer, ""))] == []


def test_the_description_of_the_api_loads_nothing_from_elsewhere(stranger: Client) -> None:
    answer = stranger.get("/api/v1/docs")
    assert nothing_from_elsewhere(answer, "") == nothing_leaks(answer, "") == ""
    assert no_sniffing(answer, "") == no_framing(answer, "") == ""


def test_cookies_are_kept_from_scripts_and_other_sites(client: Client, buyer: Any) -> None:
    client.post("/accounts/login/", {"username": "buyer", "password": "password"})
    client.get("/cart/")
    set_here = {name: dict(morsel) for name, morsel in client.cookies.items()}

    assert settings.SESSION_COOKIE_NAME in set_here
    for name, morsel in set_here.items():
        assert morsel["samesite"] in ("Lax", "Strict"), name
        assert morsel["domain"] == "", name
        assert morsel["httponly"] or name in ("theme", settings.CSRF_COOKIE_NAME), name
        assert "buyer" not in morsel.get("value", "")


def test_production_sends_cookies_and_pages_encrypted_only() -> None:
    """The settings themselves, in a process of their own."""
    import os
    import subprocess
    import sys

    asked = ("SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS "
             "SECURE_HSTS_INCLUDE_SUBDOMAINS SESSION_COOKIE_HTTPONLY DEBUG")  # fmt: skip
    script = f"from genart import settings as s; print(*(getattr(s, n) for n in {asked.split()}))"
    production = {"GENART_MODE": "production", "SECRET_KEY": "x" * 60, "DEBUG": "",
                  "SITE_URL": "https://shop.example.com", "ALLOWED_HOSTS": "shop.example.com",
                  "PAYMENT_GATEWAY": "test", "HTTPS": ""}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", script], env=os.environ | production,
                          capture_output=True, text=True, check=True)  # fmt: skip

    secure, csrf, redirected, hsts, subdomains, http_only, debug = done.stdout.split()
    assert (secure, csrf, redirected, subdomains, http_only) == ("True",) * 5
    assert int(hsts) >= 31_536_000
    assert debug == "False"
