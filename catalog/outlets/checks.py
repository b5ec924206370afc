"""What a rule can ask of a field, and what an entry is told. Pure.

What is not known holds: a rule of an unknown kind, a field that is missing, a value of the wrong
kind. So a slip in a table, or a new rule that nobody can check yet, keeps works here.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from catalog.outlets.contract import Entry, Rule

Check = Callable[[Any, Any], bool]
SHOWN = 60
"""Longest value that a message repeats."""


def _says_none_of(value: Any, words: Sequence[str]) -> bool:
    text = value if isinstance(value, str) else " | ".join(value)
    return not named(text, words)


def named(text: str, words: Sequence[str]) -> list[str]:
    """Return which of the words stand in a text, as whole words in any case."""
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.findall(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE) if words else []


def _distinct(values: Sequence[str], _limit: Any) -> bool:
    return len({value.casefold() for value in values}) == len(values)


CHECKS: dict[str, Check] = {
    "least_characters": lambda value, limit: len(value.strip()) >= limit,
    "most_characters": lambda value, limit: len(value) <= limit,
    "most_bytes": lambda value, limit: len(value.encode()) <= limit,
    "least_items": lambda value, limit: len(value) >= limit,
    "most_items": lambda value, limit: len(value) <= limit,
    "items_most_characters": lambda value, limit: all(len(item) <= limit for item in value),
    "items_match": lambda value, limit: all(re.fullmatch(limit, item) for item in value),
    "distinct": _distinct,
    "least": lambda value, limit: value >= limit,
    "most": lambda value, limit: value <= limit,
    "equals": lambda value, limit: value == limit,
    "one_of": lambda value, limit: value in limit,
    "match": lambda value, limit: re.fullmatch(limit, value, re.DOTALL) is not None,
    "says": lambda value, limit: limit.casefold() in value.casefold(),
    "says_none_of": _says_none_of,
}


def faults(entry: Entry, rules: Sequence[Rule], *, day: date) -> list[str]:
    """Return a sentence for each rule that keeps a work back on a day."""
    in_force = (rule for rule in rules if rule.holds_on(day) and not rule.is_advice)
    return [said for rule in in_force if (said := _fault(entry, rule))]


def advice(entry: Entry, rules: Sequence[Rule], *, day: date) -> list[str]:
    """Return a sentence for each wish of the outlet that the work does not meet."""
    in_force = (rule for rule in rules if rule.holds_on(day) and rule.is_advice)
    return [said for rule in in_force if (said := _fault(entry, rule))]


def _fault(entry: Entry, rule: Rule) -> str:
    """Return what is wrong under one rule, or nothing."""
    check = CHECKS.get(rule.kind)
    if check is None:
        return f"The rule “{rule.kind}” for {rule.field} is not known here: held."
    if entry.get(rule.field) is None:
        return f"Its {rule.field} is not known: held."
    value = entry[rule.field]
    try:
        if check(value, rule.limit):
            return ""
    except (TypeError, AttributeError, ValueError):
        return f"Its {rule.field} cannot be checked: held."
    shown = value if not isinstance(value, str) else value[:SHOWN]
    size = len(value) if isinstance(value, str | list | tuple) else value
    return rule.says.format(value=shown, size=size, limit=rule.limit)
