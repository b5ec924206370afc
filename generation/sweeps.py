"""How a spec becomes single images. Pure and deterministic: same spec, same plans.

An axis is a field with several values; a combination takes one value of each axis. `all` walks
the combinations in order (the last axis turns fastest), again from the start when `count` is
larger, and stops early when it is smaller. `random` draws combinations by hashes of the seed, and
repeats none before every one was drawn. Item `i` has its own seed, a hash of the spec's seed and
`i`, so that item 7 is the same picture whatever `count` is.
"""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from genart.lib.errors import InvalidInput
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
    product = combinations(spec)
    count = product if spec.count is None else spec.count
    if count > limit:
        raise InvalidInput(
            f"This asks for {count:,} renders; at most {limit:,} are allowed. "
            "Give a smaller count or fewer values.",
            where="count" if spec.count else "vary",
        )
    if spec.sampling == "all" and product > limit:
        raise InvalidInput(
            f"The axes have {product:,} combinations; at most {limit:,} can be rendered. "
            'Give fewer values, or "sampling": "random".',
            where="vary",
        )
    picks = _in_order(product) if spec.sampling == "all" else _at_random(product, spec.seed)
    seeds = item_seeds(spec.seed)
    return [_plan(spec, index, next(seeds), next(picks)) for index in range(count)]


def item_seeds(seed: int) -> Iterator[int]:
    """Yield the seeds of items 0, 1, 2 …, all different, each `SEED_BITS` bits of a SHA-256."""
    used: set[int] = set()
    index = 0
    while True:
        value, salt = _hashed(f"genart item {seed} {index}", SEED_BITS), 0
        while value in used:
            salt += 1
            value = _hashed(f"genart item {seed} {index} {salt}", SEED_BITS)
        used.add(value)
        yield value
        index += 1


def _hashed(text: str, bits: int) -> int:
    """Return the first `bits` bits, at most 256, of the SHA-256 of `text`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()) >> (256 - bits)


def _in_order(product: int) -> Iterator[int]:
    while True:
        yield from range(product)


def _at_random(product: int, seed: int) -> Iterator[int]:
    """Yield combination numbers, each once before any comes again."""
    draw = 0
    seen: set[int] = set()
    while True:
        pick = _hashed(f"genart draw {seed} {draw}", 256) % product
        draw += 1
        if pick not in seen:
            seen.add(pick)
            yield pick
        if len(seen) == product:
            seen.clear()


def _plan(spec: DesignSpec, index: int, seed: int, combination: int) -> Plan:
    """Return the plan of one item, its combination number read as mixed-radix digits."""
    choices: dict[str, int] = {}
    for path, values in reversed(spec.vary.items()):
        combination, choices[path] = divmod(combination, len(values))
    choices = dict(reversed(choices.items()))
    document: dict[str, Any] = as_json(spec) | {"vary": {}, "count": 1, "seed": seed}
    for path, choice in choices.items():
        head, _dot, tail = path.partition(".")
        value = spec.vary[path][choice]
        document[head] = document[head] | {tail: value} if tail else value
    return Plan(index, seed, DesignSpec.model_validate(document), choices)
