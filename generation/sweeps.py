"""How a spec becomes single images. Pure and deterministic: same spec, same plans.

An axis is a field with several values, several fields that vary together (`zip`), or a word list
that the texts name. A combination takes one value of each axis. Which are taken is in
`generation/sampling.py`, which seed each has in `generation/spec_seeds.py`; item 7 is the same
picture whatever `count` is.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pydantic import ValidationError

from genart.lib.errors import InvalidInput
from generation import sampling
from generation.sampling import Choice
from generation.spec import RENDER_LIMIT, DesignSpec, as_json
from generation.spec_axes import with_value
from generation.spec_errors import located, refusal
from generation.spec_parts import LINE_LENGTH, WORD_LENGTH
from generation.spec_seeds import SEED_BITS, Seeds, item_seeds
from generation.spec_words import Lists, mentions, resolved

__all__ = ["SEED_BITS", "Axis", "Plan", "axes_of", "combinations", "expand", "item_seeds", "needed"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One image to make.

    Attributes:
        index: place in the series, from 0.
        seed: at most 2**53.
        spec: the spec with this image's values in place and nothing left to vary.
        choices: axis → the position of the value taken.
        words: word list → the word taken.
    """

    index: int
    seed: int
    spec: DesignSpec
    choices: dict[str, int]
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Axis:
    """Fields that vary together, or a word list, and how many values there are.

    Attributes:
        paths: fields of the spec; empty for a word list.
        size: values.
        words: slug of the word list.
    """

    paths: tuple[str, ...]
    size: int
    words: str = ""


def axes_of(spec: DesignSpec, words: Lists | None = None) -> list[Axis]:
    """Return the axes of a spec: those of `vary` in order, then the word lists by name.

    Raises:
        InvalidInput: a list that the spec names is not in `words`, or is empty.
    """
    groups = {path: tuple(group) for group in spec.zip for path in group}
    axes: list[Axis] = []
    done: set[str] = set()
    for path, values in spec.vary.items():
        if path not in done:
            paths = groups.get(path, (path,))
            done.update(paths)
            axes.append(Axis(paths, len(values)))
    named = mentions(spec)
    faults = [
        {"loc": place, "msg": f"There is no word list {slug} with words in it."}
        for place, slug in named
        if not (words or {}).get(slug)
    ]
    if faults:
        raise refusal(faults)
    lists = sorted({slug for _place, slug in named})
    return axes + [Axis((), len((words or {})[slug]), slug) for slug in lists]


def combinations(spec: DesignSpec, words: Lists | None = None) -> int:
    """Return how many combinations the axes have; 1 without axes."""
    return math.prod(axis.size for axis in axes_of(spec, words))


def expand(
    spec: DesignSpec,
    *,
    limit: int = RENDER_LIMIT,
    words: Lists | None = None,
    policies: Mapping[str, str] | None = None,
) -> list[Plan]:
    """Return the plans of a spec whose `seed` is set.

    Args:
        spec: what is asked for.
        limit: renders that may be asked for.
        words: the word lists that the spec names.
        policies: style → its seed policy, for specs without one.

    Raises:
        InvalidInput: more renders than `limit` are asked for, at `vary` or `count`; a word list
            is missing; or what the values of several axes make together cannot be.
    """
    if spec.seed is None:
        raise ValueError("Draw a seed before expanding the spec.")
    axes = axes_of(spec, words)
    count = _count(spec, axes, limit)
    seeds, known = Seeds(spec.seed), policies or {}
    plans = []
    for index, combination in enumerate(islice(_picks(spec, axes), count)):
        single, choices, chosen = _single(spec, axes, combination, words or {})
        policy = spec.seed_policy or known.get(single["style"], "item")
        seed = single["seed"] if "seed" in choices else seeds.of(index, policy, single)
        plans.append(_plan(index, single | {"seed": seed}, choices, chosen))
    return plans


def _count(spec: DesignSpec, axes: list[Axis], limit: int) -> int:
    """Return how many renders a spec asks for."""
    fewest = needed(spec, axes, limit)
    count = fewest if spec.count is None else spec.count
    if count > limit:
        raise InvalidInput(
            f"This asks for {count:,} renders; at most {limit:,} are allowed. "
            "Give a smaller count or fewer values.",
            where="count" if spec.count else "vary",
        )
    if spec.sampling == "all" and fewest > limit:
        raise InvalidInput(
            f"The axes have {fewest:,} combinations; at most {limit:,} can be rendered. "
            'Give fewer values, or "sampling": "pairwise" or "random".',
            where="vary",
        )
    if spec.sampling == "pairwise" and count < fewest:
        raise InvalidInput(
            f"It takes {fewest:,} renders until every two values have met; count is {count:,}. "
            "Leave count out, give fewer values, or choose another sampling.",
            where="count",
        )
    return count


def needed(spec: DesignSpec, axes: list[Axis], limit: int) -> int:
    """Return how many renders a spec without a count stands for."""
    sizes = _sizes(axes)
    if spec.sampling != "pairwise":
        return math.prod(sizes)
    fewest = sampling.fewest(sizes)
    return fewest if fewest > limit else len(sampling.covering(sizes, spec.seed or 0))


def _picks(spec: DesignSpec, axes: list[Axis]) -> Iterator[Choice]:
    """Return the combinations of a spec, without end."""
    sizes, seed = _sizes(axes), spec.seed or 0
    if spec.sampling == "all":
        return sampling.in_order(sizes)
    ways = {
        "random": sampling.at_random,
        "sobol": sampling.spread,
        "pairwise": sampling.pairwise,
    }
    return ways[spec.sampling](sizes, seed)


def _sizes(axes: list[Axis]) -> tuple[int, ...]:
    return tuple(axis.size for axis in axes)


def _single(
    spec: DesignSpec, axes: list[Axis], combination: Choice, words: Lists
) -> tuple[dict[str, Any], dict[str, int], dict[str, str]]:
    """Return the document of one picture, the positions taken and the words taken."""
    taken = {path: at for axis, at in zip(axes, combination, strict=True) for path in axis.paths}
    choices = {path: taken[path] for path in spec.vary}
    chosen = {
        axis.words: words[axis.words][at]
        for axis, at in zip(axes, combination, strict=True)
        if axis.words
    }
    document: dict[str, Any] = as_json(spec) | {"vary": {}, "zip": [], "count": 1}
    for path, choice in choices.items():
        document = with_value(document, path, spec.vary[path][choice])
    document["subject"] = _said(document["subject"], chosen, LINE_LENGTH, "subject", choices)
    document["mood"] = [
        _said(word, chosen, WORD_LENGTH, "mood", choices) for word in document["mood"]
    ]
    return document, choices, chosen


def _said(text: str, chosen: dict[str, str], most: int, path: str, choices: dict[str, int]) -> str:
    """Return a text with its words in place.

    Raises:
        InvalidInput: it is too long with them.
    """
    said = resolved(text, chosen)
    if len(said) > most:
        place = ["vary", path, choices[path]] if path in choices else [path]
        message = f"With its words this has {len(said)} characters; at most {most} are allowed."
        raise refusal([{"loc": place, "msg": message}])
    return said


def _plan(
    index: int, document: dict[str, Any], choices: dict[str, int], chosen: dict[str, str]
) -> Plan:
    """Return the plan of one item."""
    try:
        spec = DesignSpec.model_validate(document)
    except ValidationError as error:
        raise refusal(located(error)) from None
    return Plan(index, document["seed"], spec, choices, chosen)
