"""The families of pipelines: one file each, one entry each.

A family says how its pipelines are loaded, called and shown half-done. To add one, write a module
with a class that fulfils `Family` and add it to `FAMILIES`.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import torch
from diffusers import DiffusionPipeline
from PIL.Image import Image

from generation.engine.errors import UnknownFamily
from generation.engine.families.house import HouseFamily
from generation.engine.families.stable_diffusion import StableDiffusionFamily
from generation.engine.types import RenderRequest

AfterStep = Callable[[int, dict[str, Any]], None]
"""Called with the number of steps done and the step's tensors; may raise to stop the pass."""


class Family(Protocol):
    """What the engine asks of a family."""

    def load(self, folder: Path, dtype: torch.dtype, file: Path | None = None) -> DiffusionPipeline:
        """Return the pipeline in a folder, or in one file that the folder configures; on the CPU.

        Raises:
            EngineError: the family has no single files.
        """

    def render(
        self,
        pipeline: DiffusionPipeline,
        requests: Sequence[RenderRequest],
        generators: list[torch.Generator],
        after_step: AfterStep,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> list[Image]:
        """Run one pass over a group, with arguments besides; return its images in order."""

    def preview(
        self,
        pipeline: DiffusionPipeline,
        requests: Sequence[RenderRequest],
        tensors: dict[str, Any],
    ) -> list[Image]:
        """Return small pictures of a step's tensors, or nothing."""


FAMILIES: dict[str, Family] = {
    "house": HouseFamily(),
    "sd": StableDiffusionFamily(),
    "sdxl": StableDiffusionFamily(),
    "diffusers": StableDiffusionFamily(),
}


def family_named(name: str) -> Family:
    """Return a family.

    Raises:
        UnknownFamily: there is none of this name.
    """
    if name not in FAMILIES:
        raise UnknownFamily(f"There is no engine family {name}: {', '.join(FAMILIES)}.")
    return FAMILIES[name]
