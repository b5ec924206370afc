"""Checks of what the house pipeline is called with, in sentences its caller can act on.

For: `pipeline.py`. Not for: specs (`generation/spec.py`). Next: `sizes.py`.
"""

from collections.abc import Sequence
from typing import Any

import torch

from generation.house.finishes import FINISHES
from generation.palettes import rgb

MOST_STEPS = 100
OUTPUT_TYPES = ("pil", "np", "latent")


def noise_sources(generator: Any, count: int) -> list[torch.Generator | None]:
    """Return one CPU generator (or None) per picture.

    Raises:
        ValueError: the number does not fit, or a generator lives on another device.
    """
    if generator is None:
        return [None] * count
    sources = [generator] if isinstance(generator, torch.Generator) else list(generator)
    if len(sources) != count:
        raise ValueError(f"{count} prompts need {count} generators, not {len(sources)}.")
    if any(source.device.type != "cpu" for source in sources):
        raise ValueError("Generators must live on the CPU, so that seeds repeat everywhere.")
    return sources


def check(
    prompts: Sequence[str],
    slots: Sequence[Sequence[str]],
    looks: Sequence[str],
    seeds: Sequence[int],
    steps: int,
    output_type: str,
) -> None:
    """Raise ValueError when the arguments of a call do not fit together."""
    count = len(prompts)
    if not count:
        raise ValueError("There is no prompt to render.")
    for name, values in (("slots", slots), ("finish", looks), ("finish_seeds", seeds)):
        if len(values) != count:
            raise ValueError(f"{count} prompts need {count} entries in {name}, not {len(values)}.")
    for colours in slots:
        if len(colours) != 6:
            raise ValueError(f"Each picture needs six colours, not {len(colours)}.")
        for colour in colours:
            rgb(colour)
    for look in looks:
        if look not in FINISHES:
            raise ValueError(f"Unknown finish {look!r}; there are {', '.join(FINISHES)}.")
    if any(seed < 0 for seed in seeds):
        raise ValueError("Finish seeds must not be negative.")
    if not 1 <= steps <= MOST_STEPS:
        raise ValueError(f"num_inference_steps must lie between 1 and {MOST_STEPS}, not {steps}.")
    if output_type not in OUTPUT_TYPES:
        raise ValueError(f"output_type must be {', '.join(OUTPUT_TYPES)}, not {output_type!r}.")
