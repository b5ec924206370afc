"""Secrets, scripts and settings: what is kept where, and what is never written down."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client

from curation.compliance.trademarks import entries
from genart.backup import files as backup_files
from genart.lib.errors import InvalidInput
from genart.lib.redaction import Redaction, redacted

SCRIPTS = sorted(Path("static/js").glob("*.js"))
SECRETS = [
    "Authorization: Bearer gat_0123456789abcdef0123456789abcdef",
    "postgresql://genart:hunter2hunter2@db.example/genart",
    "redis://:hunter2hunter2@cache.example/0",
    "amqps://user:hunter2hunter2@mq.example/",
    "sk_live_hunter2hunter2hunter2",
    "whsec_hunter2hunter2hunter2",
    "sk-proj-hunter2hunter2hunter2",
    'password="hunter2hunter2"',
    "{'api_key': 'hunter2hunter2'}",
    "signature=hunter2hunter2&expires=5",
    "-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----",
]
LOOKS_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{40}|\bsk_live_[A-Za-z0-9]{16}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{30}|\bxox[bp]-[0-9]{10}|\bwhsec_[A-Za-z0-9]{24}"
)


@pytest.mark.parametrize("text", SECRETS)
def test_no_secret_reaches_a_line(text: str) -> None:
    try:
        raise RuntimeError(text)
    except RuntimeError:
        told = logging.LogRecord("a", 40, __file__, 1, "It failed: %s", (text,), sys.exc_info())
    Redaction().filter(told)
    line = logging.Formatter("%(message)s").format(told)

    assert "hunter2" not in line and "0123456789abcdef" not in line
    assert "It failed" in line
    assert "hunter2" not in redacted(json.dumps({"text": text}))


def test_no_secret_is_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True)
    texts = {".py", ".md", ".sh", ".yml", ".yaml", ".json", ".toml", ".example", ".txt", ".pem", ""}
    found = [
        name for name in listed.stdout.splitlines()
        if Path(name).suffix in texts and Path(name).is_file()
        and not name.startswith("tests/")
        and LOOKS_SECRET.search(Path(name).read_text(errors="replace"))
    ]  # fmt: skip
    assert found == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_writes_markup_out_of_text(script: Path) -> None:
    code = script.read_text()

    assert not re.search(r"\b(eval|Function)\(|\.(inner|outer)HTML\s*[+=]|document\.write", code)
    assert not re.search(r"insertAdjacentHTML|setTimeout\(\s*[\"'`]|__proto__|javascript:", code)


def test_no_script_listens_to_other_windows() -> None:
    assert SCRIPTS
    code = "\n".join(file.read_text() for file in SCRIPTS)
    assert not re.search(r"postMessage|(window|self)\.(addEventListener\(.message|onmessage)", code)


def test_scripts_keep_nothing_private() -> None:
    """What stands in the browser's stores: named keys, none of them about a person."""
    setting = re.compile(r"(?:local|session)Storage\.setItem\(\s*[\"'`]([^\"'`]+)")
    keys = {key for file in SCRIPTS for key in setting.findall(file.read_text())}
    assert not [key for key in keys if re.search(r"(?i)token|session|user|mail|order|cart", key)]


@pytest.mark.parametrize(
    "password",
    ["short", "password1234", "12345678901234", "qwertyuiop123", "genartgenart1",
     "aaaaaaaaaaaaaa", "iloveyou1234"],
)  # fmt: skip
def test_passwords_that_are_guessed_first_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


def test_passwords_are_long_unknown_and_free_of_rules() -> None:
    for good in ("seven small boats", "ünïcödé wörter sind gut", "x9 " * 3 + "kiln lantern",
                 "a quiet harbour before dawn" * 3):  # fmt: skip
        validate_password(good)  # no digits, capitals or signs are asked for
    with pytest.raises(ValidationError, match="12 characters"):
        validate_password("eleven char")


def test_passwords_are_kept_by_argon2() -> None:
    from genart import settings as application

    assert application.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


@pytest.mark.django_db
def test_password_fields_are_masked_and_may_be_filled_in(stranger: Client) -> None:
    page = stranger.get("/accounts/login/").content.decode()
    fields = re.findall(r"<input[^>]*name=\"password\"[^>]*>", page)

    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert "autocomplete=" in field and 'autocomplete="off"' not in field
    assert "onpaste" not in page


def test_cookies_of_production_are_of_this_host_alone() -> None:
    import os

    script = "from genart import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
    site = {"SITE_URL": "https://a.example.com", "ALLOWED_HOSTS": "a.example.com"}
    production = {"GENART_MODE": "production", "SECRET_KEY": "x" * 60, "HTTPS": ""} | site
    done = subprocess.run([sys.executable, "-c", script], env=os.environ | production,
                          capture_output=True, text=True, check=True)  # fmt: skip

    assert done.stdout.split() == ["__Host-sessionid", "__Host-csrftoken"]


def test_production_makes_no_demo_accounts() -> None:
    """The one place that makes them stands behind the mode."""
    files = [file.read_text() for file in Path("genart").rglob("*.py")]
    blocks = [block for text in files for block in text.split("\n\n")]
    calls = [block for block in blocks if "people.demo_accounts()" in block]

    assert len(calls) == 1
    assert re.search(r"if settings\.DEVELOPMENT", calls[0])


def test_a_signature_of_one_purpose_is_none_of_another() -> None:
    from catalog.picture_query import SIGNER, vector_of

    other = signing.TimestampSigner(salt="another.purpose", sep="~").sign("AAAA")
    with pytest.raises(InvalidInput):
        vector_of(other)
    assert SIGNER.unsign(SIGNER.sign("AAAA")) == "AAAA"


@pytest.mark.parametrize(
    "inside",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:1/x">]>',
    ],
)
def test_xml_of_an_operator_resolves_nothing_from_outside(tmp_path: Path, inside: str) -> None:
    file = tmp_path / "marks.xml"
    file.write_text(
        f"<?xml version='1.0'?>{inside}<trademark-applications-daily><case-file>"
        "<serial-number>1</serial-number><case-file-header><mark-identification>&e;"
        "</mark-identification></case-file-header></case-file></trademark-applications-daily>"
    )
    try:
        names = [entry.name for entry in entries(file)]
    except InvalidInput:
        names = []
    assert not [name for name in names if "root:" in name]


def test_entities_that_grow_are_refused(tmp_path: Path) -> None:
    grown = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    file = tmp_path / "marks.xml"
    file.write_text(
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "{"x" * 1000}">{grown}]>'
        "<trademark-applications-daily><case-file><serial-number>&a11;</serial-number>"
        "</case-file></trademark-applications-daily>"
    )
    with pytest.raises(InvalidInput, match="not whole XML"):
        list(entries(file))


@pytest.mark.parametrize("name", ["../evil.png", "/etc/evil", "a/../../evil", "..\\evil"])
def test_a_backup_cannot_write_beside_its_folder(name: str, empty_storage: Any) -> None:
    from django.core.exceptions import SuspiciousFileOperation
    from django.core.files.base import ContentFile
    from django.core.files.storage import storages

    assert backup_files  # what restores goes through these storages
    for place in ("default", "originals"):
        try:
            stored = storages[place].save(name, ContentFile(b"x"))
        except (SuspiciousFileOperation, ValueError):
            continue
        assert ".." not in stored and not stored.startswith("/")
