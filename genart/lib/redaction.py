"""Leaves secrets out of what is written down: log lines, reports of errors, traces.

Two nets. What looks like a secret, wherever it stands: bearer tokens, passwords in addresses, keys
with a known prefix, `name=value` where the name says secret. And the secrets of this installation
by their values, as `remember` got them from the settings.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HIDDEN = "[hidden]"
SECRET_NAME = re.compile(
    r"(?i)(passw(or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key|authorization|cookie"
    r"|session(id|_key)?|csrf|signature|credential|\bdsn\b|otp|recovery[_-]?code)"
)
"""Names of fields whose values are never written down."""
SHORTEST = 8
"""Characters of a secret that is looked for by its value; shorter ones occur by chance."""

_LOOKS_SECRET = [
    (re.compile(r"(?i)\b(bearer|basic|token)\s+[\w.~+/=-]{8,}"), r"\1 " + HIDDEN),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/\s:@]*:[^/\s@]+@"), r"\1" + HIDDEN + "@"),
    (re.compile(r"\b(?:[rs]k|whsec|pk)_(?:live_|test_)?[A-Za-z0-9]{8,}"), HIDDEN),
    (re.compile(r"\bsk-[A-Za-z0-9_-]{16,}"), HIDDEN),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), HIDDEN),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*-----|\Z)", re.S), HIDDEN),
    (
        re.compile(
            r"""(?ix)(["']?[\w-]*(?:passw(?:or)?d|secret|token|api[_-]?key|authorization|sessionid
            |signature|credential|recovery[_-]?code)\\*["']?\s*[=:]\s*\\*["']?)(?!\[hidden\])
            [^\s"'\\&,;)}\]]{3,}"""
        ),
        r"\1" + HIDDEN,
    ),
]
_values: tuple[str, ...] = ()
_here: ContextVar[tuple[list[str], ...]] = ContextVar("secrets of the present work", default=())


def remember(secrets: dict[str, str]) -> None:
    """Hide these values from now on, name → value; short ones are left out."""
    global _values
    kept = {value for value in secrets.values() if len(value) >= SHORTEST}
    _values = tuple(sorted(kept, key=len, reverse=True))


@contextmanager
def hiding() -> Iterator[list[str]]:
    """Hide for a block what is put into the list: such as the secret part of an address."""
    secrets: list[str] = []
    before = _here.set((*_here.get(), secrets))
    try:
        yield secrets
    finally:
        _here.reset(before)


def redacted(text: str) -> str:
    """Return the text without what is, or looks like, a secret."""
    here = [value for secrets in _here.get() for value in secrets if len(value) >= SHORTEST]
    for value in (*_values, *here):
        if value in text:
            text = text.replace(value, HIDDEN)
    for pattern, replacement in _LOOKS_SECRET:
        text = pattern.sub(replacement, text)
    return text


def redacted_tree(value: object, name: str = "") -> object:
    """Return JSON-like data in which no field with a secret's name, and no text, tells one."""
    if name and SECRET_NAME.search(name) and value not in (None, "", {}, []):
        return HIDDEN
    if isinstance(value, dict):
        return {key: redacted_tree(entry, str(key)) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [redacted_tree(entry) for entry in value]
    return redacted(value) if isinstance(value, str) else value


class Redaction(logging.Filter):
    """Hide secrets in the message and the traceback of each record of a handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, redacted."""
        record.msg, record.args = redacted(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        return True
