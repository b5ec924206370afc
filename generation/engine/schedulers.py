"""Schedulers by the names that styles use. `default` is the one the checkpoint comes with."""

import diffusers

from generation.engine.errors import UnknownScheduler

SCHEDULERS = {
    "euler": "EulerDiscreteScheduler",
    "euler-ancestral": "EulerAncestralDiscreteScheduler",
    "dpm": "DPMSolverMultistepScheduler",
    "unipc": "UniPCMultistepScheduler",
    "ddim": "DDIMScheduler",
    "flow-euler": "FlowMatchEulerDiscreteScheduler",
}


def fresh_scheduler(original: diffusers.SchedulerMixin, name: str) -> diffusers.SchedulerMixin:
    """Return a new scheduler for one pass: a scheduler carries state from step to step.

    Args:
        original: the checkpoint's own, whose configuration is taken over.
        name: a key of `SCHEDULERS`, or `default`.

    Raises:
        UnknownScheduler: there is none of this name.
    """
    if name == "default":
        return type(original).from_config(original.config)
    if name not in SCHEDULERS:
        raise UnknownScheduler(f"There is no scheduler {name}: {', '.join(SCHEDULERS)}.")
    return getattr(diffusers, SCHEDULERS[name]).from_config(original.config)
