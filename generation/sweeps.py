"""How a spec becomes single images. Pure and deterministic: same spec, same plans.

An axis is a field with several values; a combination takes one value of each axis. Which are taken
is in `generation/sampling.py`. Item `i` has its own seed, a hash of the spec's seed and `i`, so
that item 7 is the same picture whatever `count` is.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from genart.lib.errors import InvalidInput
from generation import sampling
from generation.sampling import Choice, hashed
from generation.spec import RENDER_LIMIT, DesignSpec, as_json

SEED_BITS = 53


@dataclass(frozen=True, slots=True)
class Plan:
    """One image to make.

    Attributes:
        index: place in the series, from 0.
        seed: below 2**53.
        spec: the spec with this image's values in place and nothing left to vary.
        choices: axis → the position of the value taken.
    """

    index: int
    seed: int
    spec: DesignSpec
    choices: dict[str, int]


def combinations(spec: DesignSpec) -> int:
    """Return how many combinations the axes have; 1 without axes."""
    return math.prod(len(values) for values in spec.vary.values())


def expand(spec: DesignSpec, *, limit: int = RENDER_LIMIT) -> list[Plan]:
    """Return the plans of a spec whose `seed` is set.

    Raises:
        InvalidInput: more renders than `limit` are asked for, at `vary` or `count`.
    """
    if spec.seed is None:
        raise ValueError("Draw a seed before expanding the spec.")
    count = _count(spec, limit)
    picks, seeds = _picks(spec), item_seeds(spec.seed)
    return [_plan(spec, index, next(seeds), next(picks)) for index in range(count)]


def _count(spec: DesignSpec, limit: int) -> int:
    """Return how many renders a spec asks for."""
    needed = _needed(spec, limit)
    count = needed if spec.count is None else spec.count
    if count > limit:
        raise InvalidInput(
            f"This asks for {count:,} renders; at most {limit:,} are allowed. "
            "Give a smaller count or fewer values.",
            where="count" if spec.count else "vary",
        )
    if spec.sampling == "all" and needed > limit:
        raise InvalidInput(
            f"The axes have {needed:,} combinations; at most {limit:,} can be rendered. "
            'Give fewer values, or "sampling": "pairwise" or "random".',
            where="vary",
        )
    if spec.sampling == "pairwise" and count < needed:
        raise InvalidInput(
            f"It takes {needed:,} renders until every two values have met; count is {count:,}. "
            "Leave count out, give fewer values, or choose another sampling.",
            where="count",
        )
    return count


def _needed(spec: DesignSpec, limit: int) -> int:
    """Return how many renders a spec without a count stands for."""
    sizes = _sizes(spec)
    if spec.sampling != "pairwise":
        return combinations(spec)
    fewest = sampling.fewest(sizes)
    return fewest if fewest > limit else len(sampling.covering(sizes, spec.seed or 0))


def _picks(spec: DesignSpec) -> Iterator[Choice]:
    """Return the combinations of a spec, without end."""
    sizes, seed = _sizes(spec), spec.seed or 0
    if spec.sampling == "all":
        return sampling.in_order(sizes)
    ways = {
        "random": sampling.at_random,
        "sobol": sampling.spread,
        "pairwise": sampling.pairwise,
    }
    return ways[spec.sampling](sizes, seed)


def _sizes(spec: DesignSpec) -> tuple[int, ...]:
    return tuple(len(values) for values in spec.vary.values())


def item_seeds(seed: int) -> Iterator[int]:
    """Yield the seeds of items 0, 1, 2 …, all different, each `SEED_BITS` bits of a SHA-256."""
    used: set[int] = set()
    index = 0
    while True:
        value, salt = hashed(f"genart item {seed} {index}", SEED_BITS), 0
        while value in used:
            salt += 1
            value = hashed(f"genart item {seed} {index} {salt}", SEED_BITS)
        used.add(value)
        yield value
        index += 1


def _plan(spec: DesignSpec, index: int, seed: int, combination: Choice) -> Plan:
    """Return the plan of one item."""
    choices = dict(zip(spec.vary, combination, strict=True))
    document: dict[str, Any] = as_json(spec) | {"vary": {}, "count": 1, "seed": seed}
    for path, choice in choices.items():
        head, _dot, tail = path.partition(".")
        value = spec.vary[path][choice]
        document[head] = document[head] | {tail: value} if tail else value
    return Plan(index, seed, DesignSpec.model_validate(document), choices)
