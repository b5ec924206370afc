"""Refuses a spec that names what may not be named, at the very field.

What is asked for is screened, not what `avoid` rules out: “no logos” is a good wish.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from genart.lib.screens import objection
from generation.spec import DesignSpec
from generation.spec_errors import refusal
from generation.spec_words import mentions

SAID = ("subject", "mood")
"""Fields whose words reach the prompt; each may vary too."""


def screen_spec(spec: DesignSpec) -> None:
    """Pass a spec whose words name nothing that may not be named.

    Raises:
        InvalidInput: with every fault and its place.
    """
    faults = [
        {"loc": place, "msg": message}
        for place, text in _texts(spec)
        if (message := objection(text))
    ]
    if faults:
        raise refusal(faults)


def screen_words(spec: DesignSpec, words: Mapping[str, Sequence[str]]) -> None:
    """Pass a spec whose word lists hold nothing that may not be named.

    Raises:
        InvalidInput: with the place of each text that names such a list.
    """
    told = {slug: next(filter(None, map(objection, said)), "") for slug, said in words.items()}
    faults = [
        {"loc": place, "msg": f"In the word list {slug}: {told[slug]}"}
        for place, slug in mentions(spec)
        if told.get(slug)
    ]
    if faults:
        raise refusal(faults)


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
    alone = [([*place, number], text) for number, text in enumerate(value)]
    yield from alone
    if len(value) > 1 and not any(objection(text) for _place, text in alone):
        yield place, whole
