"""Lets a language model propose themes: it proposes, rules decide.

Asked by `catalog/texts/writers/chat.py`, with the shop's endpoint, limits and ledger. A theme is a
style of the menu and a subject in a few words; what the rules block, what names somebody, and what
is no style here is left out before the policy sees it. Without an answer a cycle goes on without.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.autopilot.drafts import blocked_in
from catalog.autopilot.menu import Menu
from catalog.autopilot.types import Arm
from catalog.services.text_calls import DatabaseLedger
from catalog.texts.writers.chat import Endpoint, ask, configured
from catalog.texts.writers.contract import CannotWrite, Ledger
from genart.lib.screens import objection

ANSWER_TOKENS, MOST_THEMES, LONGEST = 900, 8, 60
PLAIN = re.compile(r"^[^\W\d_][\w ,'-]*$")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "themes": {
            "type": "array",
            "maxItems": MOST_THEMES,
            "items": {
                "type": "object",
                "properties": {
                    "style": {"type": "string", "description": "one of the styles listed"},
                    "palette": {"type": "string", "description": "one of the style's palettes"},
                    "subject": {"type": "string", "description": f"at most {LONGEST} letters"},
                },
                "required": ["style", "palette", "subject"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["themes"],
    "additionalProperties": False,
}
RULES = f"""You propose subjects for series of art prints. Answer with JSON only: up to
{MOST_THEMES} themes, each a style and a palette of the list and a subject of two to eight plain
words that the style could show. Keep close to what the style already shows. Name no brand, no
artist, no person, no work of art and no place that is somebody's property."""


@dataclass(frozen=True, slots=True)
class Themes:
    """What was proposed and may be considered, and a sentence for everything that may not."""

    arms: tuple[Arm, ...] = ()
    remarks: tuple[str, ...] = ()


def themes_for(
    menu: Menu,
    *,
    blocked: Sequence[str] = (),
    endpoint: Endpoint | None = None,
    ledger: Ledger | None = None,
) -> Themes:
    """Return themes that a language model proposes for a menu, none where it cannot be asked.

    Args:
        menu: what can be made.
        blocked: words and phrases that no proposal may hold.
        endpoint: whom to ask; that of the settings where left out.
        ledger: where calls are noted; the database's where left out.
    """
    endpoint = endpoint or configured()
    try:
        rows = ask(
            endpoint,
            _body(menu),
            _read,
            ledger=ledger or DatabaseLedger(),
            signature=f"themes@{endpoint.model}"[:120],
        )
    except CannotWrite as reason:
        return Themes(remarks=(f"The writer of themes gave none: {reason}",))
    return _sifted(rows, menu, blocked)


def _body(menu: Menu) -> dict[str, Any]:
    """Return the question: the styles with what they show and their palettes."""
    listed = [
        {"style": slug, "shows": list(dishes.themes), "palettes": list(dishes.palettes)}
        for slug, dishes in sorted(menu.items())
    ]
    return {
        "max_tokens": ANSWER_TOKENS,
        "temperature": 0.9,
        "messages": [
            {"role": "system", "content": RULES},
            {"role": "user", "content": json.dumps(listed)},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "themes", "strict": True, "schema": SCHEMA},
        },
    }


def _read(text: str) -> list[dict[str, str]]:
    """Return the themes of an answer.

    Raises:
        ValueError: it is not the JSON that was asked for.
    """
    found = re.search(r"\{.*\}", text, re.DOTALL)
    rows = json.loads(found.group(0)).get("themes") if found else None
    names = ("style", "palette", "subject")
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and all(isinstance(row.get(name), str) for name in names)
        for row in rows
    ):
        raise ValueError("The answer holds no list of themes.")
    return rows[:MOST_THEMES]


def _sifted(rows: Sequence[dict[str, str]], menu: Menu, blocked: Sequence[str]) -> Themes:
    """Return the themes that the rules let through."""
    arms, remarks = dict[Arm, None](), []
    for row in rows:
        subject = " ".join(row["subject"].lower().split())
        against = _against(row, subject, menu, blocked)
        if against:
            remarks.append(f"Left out the written theme “{subject[:LONGEST]}”: {against}")
        else:
            dishes = menu[row["style"]]
            arms[dishes.arm(row["palette"], dishes.layouts[0], subject)] = None
    return Themes(tuple(arms), tuple(remarks))


def _against(row: dict[str, str], subject: str, menu: Menu, blocked: Sequence[str]) -> str:
    """Return what speaks against one theme, or nothing."""
    if row["style"] not in menu:
        return f"{row['style'][:40]} is no style that may be used."
    if row["palette"] not in menu[row["style"]].palettes:
        return f"{row['palette'][:40]} is no palette of its style."
    if not PLAIN.match(subject) or len(subject) > LONGEST:
        return "it is not a subject in a few plain words."
    word = blocked_in(subject, blocked)
    return f"the rules block “{word}”." if word else objection(subject) or ""
