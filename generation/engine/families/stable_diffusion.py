"""Any text-to-image pipeline of diffusers that takes prompts, a size, steps and guidance.

Arguments that a pipeline does not know (a negative prompt, for instance) are left out, so that
Stable Diffusion 1, 2, XL, 3, Flux, Z-Image and their kin share this file.
"""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import diffusers
import torch
from diffusers import AutoPipelineForText2Image, DiffusionPipeline
from PIL import Image

from generation.engine.errors import EngineError
from generation.engine.layout import variant_of
from generation.engine.types import RenderRequest

PREVIEW_PX = 128
LATENT_TO_RGB = torch.tensor(
    [
        [0.3512, 0.2297, 0.3227],
        [0.3250, 0.4974, 0.2350],
        [-0.2829, 0.1762, 0.2721],
        [-0.2120, -0.2616, -0.7177],
    ]
)
"""Linear map of Stable Diffusion's four latent channels to red, green and blue, -1 to 1."""


class StableDiffusionFamily:
    """Drives pipelines that `AutoPipelineForText2Image` knows, and others with the same call."""

    def load(self, folder: Path, dtype: torch.dtype, file: Path | None = None) -> DiffusionPipeline:
        """Return the pipeline in a folder, or in one file that the folder configures; on the CPU.

        Raises:
            EngineError: the pipeline has no single files.
        """
        if file is not None:
            return self._load_file(file, folder, dtype)
        settings = {
            "dtype": dtype,
            "local_files_only": True,
            "use_safetensors": True,
            "variant": variant_of(folder),
        }
        try:
            return AutoPipelineForText2Image.from_pretrained(folder, **settings)
        except ValueError:  # newer than diffusers' table of text-to-image pipelines
            return DiffusionPipeline.from_pretrained(folder, **settings)

    def _load_file(self, file: Path, config: Path, dtype: torch.dtype) -> DiffusionPipeline:
        """Return the pipeline of a single file; its class is named by the configuration."""
        name = json.loads((config / "model_index.json").read_text()).get("_class_name", "")
        kind: Any = getattr(diffusers, name, None)
        if not hasattr(kind, "from_single_file"):
            raise EngineError(f"{name or 'This pipeline'} is not loaded from a single file.")
        return kind.from_single_file(
            file.as_posix(), config=config.as_posix(), dtype=dtype, local_files_only=True
        )

    def render(
        self,
        pipeline: DiffusionPipeline,
        requests: Sequence[RenderRequest],
        generators: list[torch.Generator],
        after_step: Callable[[int, dict[str, Any]], None],
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> list[Image.Image]:
        """Run one pass over a group and return its images in order."""

        def on_step_end(_pipe: Any, step: int, _time: Any, tensors: dict[str, Any]) -> dict:
            after_step(step + 1, tensors)
            return tensors

        first = requests[0]
        wanted = {
            "prompt": [request.prompt for request in requests],
            "negative_prompt": [request.negative_prompt for request in requests],
            "height": first.height_px,
            "width": first.width_px,
            "num_inference_steps": first.steps,
            "guidance_scale": first.guidance,
            "generator": generators,
            "callback_on_step_end": on_step_end,
            "callback_on_step_end_tensor_inputs": ["latents"],
            "output_type": "pil",
            **more,
        }
        known = inspect.signature(pipeline.__call__).parameters
        return pipeline(**{name: value for name, value in wanted.items() if name in known}).images

    def preview(
        self,
        pipeline: DiffusionPipeline,
        requests: Sequence[RenderRequest],
        tensors: dict[str, Any],
    ) -> list[Image.Image]:
        """Return small pictures by a linear map of four-channel latents; else nothing."""
        latents = tensors.get("latents")
        if latents is None or latents.ndim != 4 or latents.shape[1] != len(LATENT_TO_RGB):
            return []
        rgb = torch.einsum("bchw,cr->bhwr", latents.float().cpu(), LATENT_TO_RGB)
        pixels = ((rgb + 1) * 127.5).clamp(0, 255).to(torch.uint8).numpy()
        pictures = [Image.fromarray(array) for array in pixels]
        for picture in pictures:
            picture.thumbnail((PREVIEW_PX, PREVIEW_PX))
        return pictures
