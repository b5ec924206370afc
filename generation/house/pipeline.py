"""The house pipeline: text to slot maps by diffusion, then exact colours at any size.

For: rendering with the house model, as any diffusers pipeline. Not for: training
(`training/`) or queueing (`generation/engine`). Next: `compositing.py`, `finishes.py`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from diffusers import (
    DiffusionPipeline,
    ImagePipelineOutput,
    UNet2DConditionModel,
    UNet2DModel,
)
from diffusers.loaders import StableDiffusionLoraLoaderMixin, TextualInversionLoaderMixin
from diffusers.schedulers import SchedulerMixin
from PIL import Image
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from generation.house import arguments, compositing, finishes, refining, sizes
from generation.house.positions import with_positions
from generation.house.sketches import sketch_channels

Slots = tuple[str, str, str, str, str, str]
StepCallback = Callable[[Any, int, torch.Tensor, dict[str, torch.Tensor]], dict | None]
GUIDANCE_SCALE, STEPS = 3.0, 12


class HousePipeline(DiffusionPipeline, StableDiffusionLoraLoaderMixin, TextualInversionLoaderMixin):
    """Draws pictures from prompts in the caption dialect (`captions.py`), in given colours."""

    _callback_tensor_inputs = ["latents", "denoised"]
    _optional_components = ["refiner"]
    model_cpu_offload_seq = "text_encoder->unet->refiner"

    def __init__(
        self,
        unet: UNet2DConditionModel,
        text_encoder: CLIPTextModelWithProjection,
        tokenizer: CLIPTokenizer,
        scheduler: SchedulerMixin,
        refiner: UNet2DModel | None = None,
    ) -> None:
        super().__init__()
        self.register_modules(
            unet=unet, text_encoder=text_encoder, tokenizer=tokenizer, scheduler=scheduler,
            refiner=refiner,
        )  # fmt: skip

    @classmethod
    def from_pretrained(cls, folder: Any, **options: Any) -> "HousePipeline":
        """Load from a folder; in float32 unless `dtype` says otherwise."""
        if "torch_dtype" not in options:  # the older name of the same
            options.setdefault("dtype", torch.float32)
        return super().from_pretrained(folder, **options)

    @torch.no_grad()
    def __call__(
        self,
        prompt: str | list[str],
        *,
        slots: Sequence[Slots],
        height: int = 512,
        width: int = 512,
        num_inference_steps: int = STEPS,
        guidance_scale: float = GUIDANCE_SCALE,
        generator: Sequence[torch.Generator] | torch.Generator | None = None,
        finish: str | Sequence[str] = "flat",
        finish_seeds: Sequence[int] | None = None,
        callback_on_step_end: StepCallback | None = None,
        callback_on_step_end_tensor_inputs: Sequence[str] = ("latents", "denoised"),
        cross_attention_kwargs: dict[str, Any] | None = None,
        output_type: str = "pil",
    ) -> ImagePipelineOutput:
        """Render one picture per prompt.

        Args:
            prompt: One prompt or several.
            slots: Six `#rrggbb` per picture: background, four accents, dark.
            height: Pixels, a multiple of 8 from 256 to 1024.
            width: Pixels, likewise.
            num_inference_steps: Denoising steps, 1 to 100.
            guidance_scale: 1 turns guidance off; 2 to 5 is usual.
            generator: One CPU generator per picture; noise is drawn picture by picture, so the
                company a picture renders in does not change its noise.
            finish: One of `finishes.FINISHES`, for all or per picture.
            finish_seeds: One integer per picture for grain and wash; 0 when left out.
            callback_on_step_end: Called as `(pipeline, step, timestep, tensors)` after each
                step; `tensors` holds `latents` and `denoised` `(n, 96, rows, columns)`. May
                return changed `latents`; an exception it raises ends the call.
            callback_on_step_end_tensor_inputs: Which of the two tensors it gets.
            cross_attention_kwargs: Passed to the UNet; `{"scale": 0.7}` weighs a LoRA.
            output_type: "pil", "np" (uint8, `(n, height, width, 3)`) or "latent".

        Raises:
            ValueError: an argument is out of range or lengths differ; nothing was rendered.
        """
        prompts = [prompt] if isinstance(prompt, str) else list(prompt)
        looks = [finish] * len(prompts) if isinstance(finish, str) else list(finish)
        seeds = list(finish_seeds) if finish_seeds is not None else [0] * len(prompts)
        sources = arguments.noise_sources(generator, len(prompts))
        sizes.check_size(height, width)
        arguments.check(prompts, slots, looks, seeds, num_inference_steps, output_type)
        grid = sizes.grid_for(height, width)
        told = self.encode(prompts, grid, guided=guidance_scale > 1)
        latents = self._noise(sources, grid)
        self.scheduler.set_timesteps(num_inference_steps, device=self._execution_device)
        latents = latents * self.scheduler.init_noise_sigma
        for step, time in enumerate(self.progress_bar(self.scheduler.timesteps)):
            denoised = self._predict(latents, time, told, guidance_scale, cross_attention_kwargs)
            latents = self.scheduler.step(denoised, time, latents, return_dict=False)[0]
            if callback_on_step_end is not None:
                tensors = {"latents": latents, "denoised": denoised}
                wanted = {name: tensors[name] for name in callback_on_step_end_tensor_inputs}
                changed = callback_on_step_end(self, step, time, wanted) or {}
                latents = changed.get("latents", latents)
        if output_type == "latent":
            self.maybe_free_model_hooks()
            return ImagePipelineOutput(images=latents)
        maps = self.maps_of(latents, told[1][-len(prompts) :])
        self.maybe_free_model_hooks()
        images = self.compose(maps, slots, height, width, looks, seeds)
        if output_type == "np":
            return ImagePipelineOutput(images=np.stack([np.asarray(image) for image in images]))
        return ImagePipelineOutput(images=images)

    def encode(
        self, prompts: list[str], grid: tuple[int, int], *, guided: bool
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return text states `(n, tokens, width)` and sketches `(n, 24, rows, columns)`.

        With `guided`, those of the empty prompt come first, once per picture.
        """
        texts = self.maybe_convert_prompt(prompts, self.tokenizer)
        if guided:
            texts = [""] * len(prompts) + texts
        tokens = self.tokenizer(
            texts, padding="max_length", truncation=True, return_tensors="pt",
            max_length=self.tokenizer.model_max_length,
        ).input_ids  # fmt: skip
        read = self.text_encoder(tokens.to(self._execution_device))
        sketch = sketch_channels(read.text_embeds, *grid)
        return read.last_hidden_state.to(self.unet.dtype), sketch.to(self.unet.dtype)

    def maps_of(self, latents: torch.Tensor, sketch: torch.Tensor | None = None) -> torch.Tensor:
        """Return the coverage maps of latents, refined where there is a refiner and a sketch.

        One picture at a time, so that its company does not change it.
        """
        maps = compositing.maps_from_latents(latents)
        if self.refiner is None or sketch is None:
            return maps.cpu()
        pairs = zip(maps.split(1), sketch.split(1), strict=True)
        return torch.cat([refining.refined(self.refiner, *pair) for pair in pairs]).cpu()

    def compose(
        self,
        maps: torch.Tensor,
        slots: Sequence[Slots],
        height: int,
        width: int,
        finish: Sequence[str],
        seeds: Sequence[int],
    ) -> list[Image.Image]:
        """Paint maps `(n, 6, h, w)` with their colours at exactly the given size."""
        tall, wide = sizes.covering(maps.shape[2], maps.shape[3], height, width)
        top, left = (tall - height) // 2, (wide - width) // 2
        images = []
        for index, (colours, look, seed) in enumerate(zip(slots, finish, seeds, strict=True)):
            cover = compositing.coverage(maps[index : index + 1], tall, wide)[0]
            cover = cover[:, top : top + height, left : left + width]
            images.append(Image.fromarray(finishes.applied(look, cover, colours, seed)))
        return images

    def preview(self, denoised: torch.Tensor, slots: Sequence[Slots]) -> list[Image.Image]:
        """Return small flat pictures, short side 128 pixels, of predicted clean latents."""
        rows, columns = denoised.shape[2:]
        scale = 128 / min(rows, columns)
        size = (round(rows * scale), round(columns * scale))
        count = len(denoised)
        maps = self.maps_of(denoised)
        return self.compose(maps, slots, *size, ["flat"] * count, [0] * count)

    def _predict(
        self,
        latents: torch.Tensor,
        time: torch.Tensor,
        told: tuple[torch.Tensor, torch.Tensor],
        guidance_scale: float,
        cross_attention_kwargs: dict[str, Any] | None,
    ) -> torch.Tensor:
        """Return the predicted clean latents, guided and kept within what maps can be."""
        hidden, sketch = told
        guided = len(hidden) == 2 * len(latents)
        scaled = self.scheduler.scale_model_input(latents, time)
        scaled = with_positions(scaled).to(self.unet.dtype)
        batch = torch.cat([scaled, scaled]) if guided else scaled
        batch = torch.cat([batch, sketch], dim=1)
        options = (
            {"cross_attention_kwargs": cross_attention_kwargs} if cross_attention_kwargs else {}
        )
        found = self.unet(batch, time, hidden, **options).sample.float()
        if guided:
            free, aimed = found.chunk(2)
            found = free + guidance_scale * (aimed - free)
        return found.clamp(compositing.LATENT_LOW, compositing.LATENT_HIGH)

    def _noise(
        self, sources: Sequence[torch.Generator | None], grid: tuple[int, int]
    ) -> torch.Tensor:
        """Draw each picture's noise on the CPU from its own source."""
        shape = (1, self.unet.config.out_channels, *grid)
        noise = [torch.randn(shape, generator=source) for source in sources]
        return torch.cat(noise).to(self._execution_device)
