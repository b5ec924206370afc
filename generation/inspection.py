"""What a pipeline in diffusers' layout can do, read from its configuration files. No torch.

The answer becomes `Checkpoint.capabilities` and `Checkpoint.parts`: data that an admin may correct.
By pipeline under `pipelines`, and that of text-to-image at the top, where the rest of genart looks.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generation.engine.errors import EngineError
from generation.engine.layout import tensor_files, wanted_files
from generation.engine.tensors import OnBytes, tensors_in, tensors_sha256

FEW_STEPS = {"LCMScheduler": 4, "TCDScheduler": 4, "SCMScheduler": 2}
FLOW_STEPS, USUAL_STEPS = 28, 30
NO_NEGATIVE = ("HousePipeline", "FluxPipeline", "Flux2Pipeline", "Flux2KleinPipeline")
"""Pipelines whose call takes no negative prompt, or that were distilled not to heed one."""
PATCHED = ("Flux", "StableDiffusion3", "QwenImage", "ZImage", "Sana", "Lumina", "Chroma", "HiDream")
"""Beginnings of pipelines that cut latents into patches of two: sides are multiples of twice."""
DIALECTS = {"HousePipeline": "house", "Flux2Pipeline": "json", "Flux2KleinPipeline": "json"}
FAMILIES = {"HousePipeline": "house", "StableDiffusionPipeline": "sd"}
ROLES = {
    "text_encoder": "text encoder", "text_encoder_2": "second text encoder",
    "text_encoder_3": "third text encoder", "vae": "autoencoder", "unet": "denoiser",
    "transformer": "denoiser", "image_encoder": "image encoder", "prior": "prior",
    "safety_checker": "safety checker", "decoder": "decoder", "vqvae": "autoencoder",
}  # fmt: skip
ENCODER_TERMS = {
    "clip": "MIT", "clip_text_model": "MIT", "t5": "Apache-2.0", "umt5": "Apache-2.0",
    "qwen2": "Apache-2.0", "qwen2_5_vl": "Apache-2.0", "qwen3": "Apache-2.0",
    "mistral": "Apache-2.0", "mistral3": "Apache-2.0", "gemma": "Gemma", "gemma2": "Gemma",
    "gemma3": "Gemma", "gemma3_text": "Gemma", "llama": "Llama3",
}  # fmt: skip
"""Terms of the text encoders that other people's pipelines bring along, by `model_type`."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is in a pipeline's folder.

    Attributes:
        family: engine family that drives it.
        capabilities: for the checkpoint's row.
        parts: what it is made of, each with its tensor hash and its licence.
        tensor_sha256: of all tensors.
        size_bytes: of the weights that are loaded.
    """

    family: str
    capabilities: dict[str, Any]
    parts: list[dict[str, Any]]
    tensor_sha256: str
    size_bytes: int = 0

    @property
    def pipeline(self) -> str:
        """Name of its class."""
        return str(self.capabilities["pipeline"])


@dataclass(slots=True)
class Layout:
    """The configuration files of a pipeline, read as they are asked for."""

    folder: Path
    index: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.index = self.read("model_index.json")
        if not isinstance(self.index.get("_class_name"), str):
            raise EngineError(
                "model_index.json names no pipeline class: save the pipeline with save_pretrained."
            )

    @property
    def pipeline(self) -> str:
        """Name of the pipeline's class."""
        return str(self.index["_class_name"])

    def read(self, name: str) -> dict[str, Any]:
        """Return a JSON file; empty where there is none.

        Raises:
            EngineError: it is no JSON object.
        """
        path = self.folder / name
        if not path.is_file():
            return {}
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise EngineError(f"{name} is not readable JSON.") from None
        if not isinstance(content, dict):
            raise EngineError(f"{name} holds no object.")
        return content

    def config(self, part: str) -> dict[str, Any]:
        """Return the configuration of a part."""
        return self.read(f"{part}/scheduler_config.json" if part == "scheduler"
                         else f"{part}/config.json")  # fmt: skip


def inspect(
    folder: Path,
    licence: str,
    *,
    file: Path | None = None,
    on_bytes: OnBytes | None = None,
) -> Found:
    """Return what a pipeline is and can do; every tensor is read once, for the hash.

    Args:
        folder: of the pipeline, or of a single file's configuration.
        licence: of the whole, which holds for parts without known terms of their own.
        file: the single file with all weights.
        on_bytes: hears of the progress.

    Raises:
        EngineError: a file is damaged, or it is no pipeline.
    """
    layout = Layout(folder)
    if file is None:
        wanted_files(
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        )
    files = {file: ""} if file else tensor_files(folder)
    parts = [] if file else _parts(layout, files, licence, on_bytes)
    return Found(
        family=family_of(layout.pipeline),
        capabilities=_capabilities(layout, files),
        parts=parts,
        tensor_sha256=tensors_sha256(files, on_bytes if file else None),
        size_bytes=sum(path.stat().st_size for path in files),
    )


def family_of(pipeline: str) -> str:
    """Return the engine family of a pipeline's class."""
    if pipeline in FAMILIES:
        return FAMILIES[pipeline]
    return "sdxl" if pipeline.startswith("StableDiffusionXL") else "diffusers"


def _parts(
    layout: Layout, files: Mapping[Path, str], licence: str, on_bytes: OnBytes | None
) -> list[dict[str, Any]]:
    """Return the parts that have weights, each with its hash and terms."""
    found = []
    for part in sorted(set(files.values())):
        own = {path: "" for path, name in files.items() if name == part}
        config = layout.config(part)
        terms = ENCODER_TERMS.get(str(config.get("model_type", ""))) if "encoder" in part else None
        came_from = str(config.get("_name_or_path") or "")
        kind = layout.index.get(part)
        named = came_from if "/" in came_from and not came_from.startswith((".", "/")) else ""
        found.append(
            {
                "role": ROLES.get(part, part.replace("_", " ")),
                "name": named or (str(kind[1]) if isinstance(kind, list) else part),
                "licence": (terms if layout.pipeline != "HousePipeline" else None) or licence,
                "sha256": tensors_sha256(own, on_bytes),
            }
        )
    return found


def _capabilities(layout: Layout, files: Mapping[Path, str]) -> dict[str, Any]:
    """Return what its configuration says that it can do."""
    text_to_image = _text_to_image(layout)
    return {
        **text_to_image,
        "pipeline": layout.pipeline,
        "pipelines": {"text-to-image": text_to_image},
        "controls": [],
        "references": [],
        "weights": _precision(files),
        **({"dialect": DIALECTS[layout.pipeline]} if layout.pipeline in DIALECTS else {}),
    }


def _text_to_image(layout: Layout) -> dict[str, Any]:
    factor = _latent_factor(layout)
    multiple = factor * 2 if layout.pipeline.startswith(PATCHED) else factor
    denoiser = layout.config("transformer") or layout.config("unet")
    side = denoiser.get("sample_size")
    side = side[0] if isinstance(side, list) and side else side
    default = side * factor if isinstance(side, int) and side > 0 else 1024
    if layout.pipeline.startswith(PATCHED) and not isinstance(side, int):
        default = 1024
    return {
        "default_px": [default, default],
        "min_px": min(256, default),
        "max_px": max(default * 3 // 2 // multiple * multiple, default),
        "multiple_px": multiple,
        "steps": _steps(layout),
        "negative_prompt": layout.pipeline not in NO_NEGATIVE
        and not layout.index.get("is_distilled"),
    }


def _latent_factor(layout: Layout) -> int:
    """Return how many pixels a latent cell spans."""
    vae = layout.config("vae") or layout.config("vqvae")
    blocks = vae.get("block_out_channels") or vae.get("encoder_block_out_channels")
    if isinstance(blocks, list) and blocks:
        return int(2 ** (len(blocks) - 1))
    return 8


def _steps(layout: Layout) -> int:
    """Return how many steps suit it, by its scheduler."""
    scheduler = str(layout.config("scheduler").get("_class_name", ""))
    if layout.index.get("is_distilled"):
        return 4
    return FEW_STEPS.get(scheduler, FLOW_STEPS if "Flow" in scheduler else USUAL_STEPS)


def _precision(files: Mapping[Path, str]) -> str:
    """Return the precision that most numbers are stored in."""
    counts: dict[str, int] = {}
    for path in files:
        for tensor in tensors_in(path):
            counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.numbers
    return max(counts, key=lambda name: counts[name]) if counts else ""
