"""Versions of the design spec: any older document says the same in the newest. Pure.

Each version stays accepted for ever; a new one brings a step here and lists what it added.
Version 2 brought word lists, `zip`, more axes, seed policies, pictures to follow, tolerances,
budgets and priorities. In version 1 a brace in a text was a brace, so a step to 2 marks those
that would name a list.
"""

from collections.abc import Callable
from typing import Any

from generation.spec_words import SPOKEN, escaped, references, resolved

NEWEST = 2
FIELDS_SINCE = dict.fromkeys(
    (
        "seed_policy", "control", "reference", "tolerances", "reseeds", "budget_cents",
        "priority", "zip",
    ),
    2,
)  # fmt: skip
"""Fields that came later than version 1."""
AXES_OF_1 = (
    "style", "subject", "palette", "composition", "composition.layout", "composition.density",
    "mood", "avoid", "size", "size.width_px", "size.height_px",
)  # fmt: skip
"""Paths that `vary` accepted in version 1."""


def faults(document: Any) -> list[dict[str, Any]]:
    """Return what a document says that its own version has no words for."""
    if not isinstance(document, dict) or "version" not in document:
        return []
    version = _version(document)
    if version is None:
        known = " or ".join(str(number) for number in range(1, NEWEST + 1))
        return [{"loc": ["version"], "msg": f"Must be {known}."}]
    later = [name for name, since in FIELDS_SINCE.items() if name in document and since > version]
    return [
        {
            "loc": [name],
            "msg": f"There is no such field in version {version}: "
            f'write "version": {FIELDS_SINCE[name]}.',
        }
        for name in later
    ]


def axes_of(document: Any, all_axes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths that may vary in a document of its version."""
    return AXES_OF_1 if isinstance(document, dict) and _version(document) == 1 else all_axes


def migrated(document: Any) -> Any:
    """Return a document in the newest version; what is no spec is given back as it is."""
    while isinstance(document, dict) and (step := STEPS.get(_version(document) or 0)):
        document = step(document)
    return document


def oldest(document: dict[str, Any]) -> dict[str, Any]:
    """Return a complete spec in the oldest version that can say it: one spelling of its meaning.

    Hashes are made of it, so that a spec has the hash that it had before there was a version 2.
    """
    plain = {key: value for key, value in document.items() if value not in ([], None)}
    if any(name in plain for name in FIELDS_SINCE):
        return _grouped(plain) | _empty(document)
    if not set(document["vary"]) <= set(AXES_OF_1):
        return plain | _empty(document)
    if any(references(text) for text in _texts(document)):
        return plain | _empty(document)
    return _spoken(plain | _empty(document), lambda text: resolved(text, {})) | {"version": 1}


def _version(document: dict[str, Any]) -> int | None:
    """Return the version of a document, or `None` where there is no such version."""
    version = document.get("version")
    known = isinstance(version, int | float) and not isinstance(version, bool)
    return int(version) if known and version in range(1, NEWEST + 1) else None  # type: ignore[arg-type]


def _to_2(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of version 1 in version 2."""
    return _spoken(document, escaped) | {"version": 2}


STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _to_2}
"""Version → what brings a document to the next one."""


def _spoken(document: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return a document with its texts changed; anything that is no text stays for the check."""
    changed = {path: _changed(document[path], change) for path in SPOKEN if path in document}
    vary = document.get("vary")
    if isinstance(vary, dict):
        axes = {path: _changed(vary[path], change) for path in SPOKEN if path in vary}
        changed["vary"] = vary | axes
    return document | changed


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """Change a text, or the texts of a list or of lists in a list."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [
            [change(text) if isinstance(text, str) else text for text in part]
            if isinstance(part, list)
            else (change(part) if isinstance(part, str) else part)
            for part in value
        ]
    return value


def _texts(document: dict[str, Any]) -> list[str]:
    """Return all the texts of a valid document that may name lists."""
    found: list[str] = []
    _spoken(document, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return found


def _empty(document: dict[str, Any]) -> dict[str, Any]:
    """Return the empty lists that version 1 spelt out."""
    return {key: document[key] for key in ("mood", "avoid") if key in document}


def _grouped(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document whose groups of axes are in one order: it means nothing."""
    if "zip" not in document:
        return document
    return document | {"zip": sorted(sorted(group) for group in document["zip"])}
