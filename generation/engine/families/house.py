"""The house model: its denoiser makes six maps, which are filled with the colours asked for."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from diffusers import DiffusionPipeline
from PIL.Image import Image

from generation.engine.errors import EngineError
from generation.engine.types import RenderRequest


class HouseFamily:
    """Drives `generation.house.pipeline.HousePipeline`."""

    def load(self, folder: Path, dtype: torch.dtype, file: Path | None = None) -> DiffusionPipeline:
        """Return the pipeline in a folder, on the CPU."""
        if file is not None:
            raise EngineError("The house model is a folder, not a single file.")
        from generation.house.pipeline import HousePipeline

        return HousePipeline.from_pretrained(folder, dtype=dtype, local_files_only=True)

    def render(
        self,
        pipeline: DiffusionPipeline,
        requests: Sequence[RenderRequest],
        generators: list[torch.Generator],
        after_step: Callable[[int, dict[str, Any]], None],
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> list[Image]:
        """Run one pass over a group and return its images in order."""

        def on_step_end(_pipe: Any, step: int, _time: Any, tensors: dict[str, Any]) -> dict:
            after_step(step + 1, tensors)
            return tensors

        first = requests[0]
        return pipeline(
            [request.prompt for request in requests],
            slots=[list(request.slots) for request in requests],
            height=first.height_px,
            width=first.width_px,
            num_inference_steps=first.steps,
            guidance_scale=first.guidance,
            generator=generators,
            finish=[request.finish for request in requests],
            finish_seeds=[request.seed for request in requests],
            callback_on_step_end=on_step_end,
            output_type="pil",
            **more,
        ).images

    def preview(
        self,
        pipeline: DiffusionPipeline,
        requests: Sequence[RenderRequest],
        tensors: dict[str, Any],
    ) -> list[Image]:
        """Return small pictures of the present guess of the finished maps."""
        return pipeline.preview(tensors["denoised"], [list(request.slots) for request in requests])
