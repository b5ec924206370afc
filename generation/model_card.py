"""What a model card says of itself: the YAML between `---` at the head of a README.md."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HEAD_LIMIT = 65_536
"""Characters of a card that are looked at."""


@dataclass(frozen=True, slots=True)
class Card:
    """What genart takes from a model card; empty where it says nothing."""

    licence: str = ""
    licence_link: str = ""
    data_statement: str = ""
    base: str = ""


def card_in(folder: Path) -> Card:
    """Return what the card of a folder says; an empty one where there is none or it is broken."""
    try:
        text = (folder / "README.md").read_text(encoding="utf-8", errors="replace")[:HEAD_LIMIT]
    except OSError:
        return Card()
    return card_of(text)


def card_of(text: str) -> Card:
    """Return what a card's text says."""
    opening, _line, rest = text.lstrip("\ufeff").partition("\n")
    head, closing, _body = rest.partition("\n---")
    if opening.strip() != "---" or not closing:
        return Card()
    try:
        facts = yaml.safe_load(head)
    except yaml.YAMLError:
        return Card()
    if not isinstance(facts, dict):
        return Card()
    return Card(
        licence=_licence(facts),
        licence_link=_word(facts.get("license_link"))[:300],
        data_statement=_data(facts),
        base=", ".join(_words(facts.get("base_model"))),
    )


def _licence(facts: dict[str, Any]) -> str:
    """Return the licence; `other` is said by the name that stands beside it."""
    named = ", ".join(_words(facts.get("license")))
    own = _word(facts.get("license_name"))
    return (own if own and named in ("", "other") else named)[:120]


def _data(facts: dict[str, Any]) -> str:
    names = _words(facts.get("datasets"))
    return f"By its model card, trained on: {', '.join(names)}." if names else ""


def _words(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [word for word in map(_word, values) if word]


def _word(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else ""
