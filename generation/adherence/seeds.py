"""Which seed comes next when a picture is made anew."""

from generation.sampling import hashed
from generation.sweeps import SEED_BITS


def next_seed(seed: int, turn: int) -> int:
    """Return the seed of an item's `turn`-th fresh try, by hash: the same on every machine.

    Args:
        seed: of the item's first try.
        turn: from 1; 0 gives `seed` itself.
    """
    return hashed(f"genart item {seed} again {turn}", SEED_BITS) if turn else seed
