"""Refuses a spec that names what may not be named, at the very field.

What is asked for is screened, not what `avoid` rules out: “no logos” is a good wish.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from genart.lib.screens import objection
from generation.spec import DesignSpec
from generation.spec_errors import refusal
from generation.spec_words import mentions
from generation.sweeps import Plan

BETWEEN = "\nqx\n"
"""Between texts that are looked at together: a word of no name, so that none spans two of them."""
SAID = ("subject", "mood")
"""Fields whose words reach the prompt; each may vary too."""


def screen_spec(spec: DesignSpec) -> None:
    """Pass a spec whose words name nothing that may not be named.

    Raises:
        InvalidInput: with every fault and its place.
    """
    texts = [(place, text) for place, text in _texts(spec) if text]
    if not objection(BETWEEN.join(text for _place, text in texts)):
        return
    faults: list[dict[str, Any]] = [
        {"loc": place, "msg": message} for place, text in texts if (message := objection(text))
    ]
    finer = [fault for fault in faults if not _is_within(fault["loc"], faults)]
    if finer:
        raise refusal(finer)


def _is_within(place: Sequence[Any], faults: list[dict[str, Any]]) -> bool:
    """Return whether a fault inside a place says already what is wrong there."""
    inner = (fault["loc"] for fault in faults if len(fault["loc"]) > len(place))
    return any(list(found[: len(place)]) == list(place) for found in inner)


def screen_plans(spec: DesignSpec, plans: Sequence[Plan]) -> None:
    """Pass a series whose texts name nothing that may not be named once their words are in place.

    All at once first, since each look at the register costs a query; one by one where that finds
    something, since two texts side by side may look like a name that neither holds.

    Raises:
        InvalidInput: with the places of the texts that name word lists.
    """
    named = mentions(spec)
    if not named:
        return
    said = list(dict.fromkeys(f"{plan.spec.subject}, {' '.join(plan.spec.mood)}" for plan in plans))
    if not objection(BETWEEN.join(said)):
        return
    found = next(filter(None, map(objection, said)), None)
    if found:
        places = {tuple(place): None for place, _slug in named}
        raise refusal([{"loc": list(place), "msg": found} for place in places])


def _texts(spec: DesignSpec) -> Iterator[tuple[list[Any], str]]:
    """Yield each place of a spec that holds words, with them."""
    yield ["title"], spec.title or ""
    yield ["collection"], (spec.collection or "").replace("-", " ")
    yield ["subject"], spec.subject
    yield from _listed(["mood"], spec.mood)
    for path in SAID:
        for index, value in enumerate(spec.vary.get(path, [])):
            yield from _listed(["vary", path, index], value)


def _listed(place: list[Any], value: Any) -> Iterator[tuple[list[Any], str]]:
    """Yield one text, or each of several with its number and all of them together."""
    if isinstance(value, str):
        yield place, value
        return
    whole = " ".join(value)
    yield from (([*place, number], text) for number, text in enumerate(value))
    if len(value) > 1:
        yield place, whole
