"""What a certificate holds for: it ends as soon as one of these is another."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

TITLES = {
    "encoder": "the CLIP",
    "scorers": "a measure",
    "detectors": "a check",
    "rules": "the rules",
    "criteria": "the hard criteria",
    "head": "the brand's taste",
}


def changes(held: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what differs, each in words; empty where a certificate still holds.

    `makers`, of which one picture has only one, are compared by `covers`.
    """
    found = []
    for part, title in TITLES.items():
        before, after = held.get(part, ""), now.get(part, "")
        if before == after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            names = sorted(n for n in {*before, *after} if before.get(n) != after.get(n))
            found += [f"{title} ({name}: {_moved(before, after, name)})" for name in names]
        else:
            found.append(f"{title} ({before or 'none'} → {after or 'none'})")
    return found


def covers(held: Mapping[str, Any], maker: str) -> bool:
    """Return whether a certificate knows what made a picture."""
    return maker in held.get("makers", ())


def digest(value: Any) -> str:
    """Return twelve characters that stand for a value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _moved(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> str:
    return f"{before.get(name) or 'none'} → {after.get(name) or 'none'}"
