"""Design specs: ten thousand random ones, valid and broken, and the length of a covering series."""

import time
from collections import Counter
from collections.abc import Iterator

from generation import sampling
from tests.bench import Figure, percentile
from tests.generation.random_specs import fault_of, specs, stock, wide_catalogue

SPECS, SEED = 10_000, 2
PAIRWISE_SEEDS = 20


def figures() -> Iterator[Figure]:
    """Yield every figure of this part."""
    stock()
    catalogue, policies = wide_catalogue()
    found: Counter[str] = Counter()
    taken = []
    for document in specs(SEED, SPECS):
        started = time.perf_counter()
        outcome = fault_of(document, catalogue, policies)
        taken.append(1000 * (time.perf_counter() - started))
        found[outcome if outcome in ("plan", "fault") else "unlocated"] += 1
    yield Figure("specs_checked", sum(found.values()), "specs", f">={SPECS}")
    yield Figure("unlocated_failures", found["unlocated"], "specs", "<=0")
    yield Figure("specs_with_a_plan", found["plan"], "specs")
    yield Figure("specs_refused_with_a_place", found["fault"], "specs")
    yield Figure("spec_to_plan_p95", percentile(taken, 0.95), "ms")
    longest = max(len(sampling.covering((6,) * 5, seed)) for seed in range(PAIRWISE_SEEDS))
    yield Figure("pairwise_5x6", longest, "renders", "<=48")
