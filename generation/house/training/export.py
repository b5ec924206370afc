"""Turn a checkpoint into a pipeline folder that diffusers and transformers load by themselves.

For: `train_house export` and the grids of a running training. Not for: the scoring CLIP, which
`clip.py` writes. Next: `card.py`, `generation/house/integrity.py`.
"""

import shutil
from pathlib import Path

import torch
from diffusers import UNet2DModel
from transformers import CLIPTokenizer

from generation.house import CLIP_DIR, PIPELINE_DIR, WEIGHTS, integrity
from generation.house.pipeline import HousePipeline
from generation.house.refining import build_refiner
from generation.house.training import card
from generation.house.training.denoiser import build_text_encoder, build_unet, scheduler


def averaged_pipeline(folder: Path) -> tuple[HousePipeline, dict[str, float]]:
    """Return a pipeline with the averaged weights of a checkpoint, and its counters.

    Its refiner is the folder's, else the one that ships, else none.
    """
    content = torch.load(folder / "denoiser.pt", map_location="cpu", weights_only=True)
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    unet, text_encoder = build_unet(), build_text_encoder(tokenizer)
    for name, network in (("unet", unet), ("text_encoder", text_encoder)):
        prefix = f"{name}."
        values = content["networks"] | content["averages"]
        network.load_state_dict(
            {key.removeprefix(prefix): value for key, value in values.items()
             if key.startswith(prefix)}
        )  # fmt: skip
        network.eval()
    pipeline = HousePipeline(unet, text_encoder, tokenizer, scheduler(), averaged_refiner(folder))
    return pipeline, {name: content[name] for name in ("step", "samples", "seconds")}


def averaged_refiner(folder: Path) -> UNet2DModel | None:
    """Return the refiner of a checkpoint with its averaged weights, else the one that ships."""
    if (folder / "refiner.pt").exists():
        content = torch.load(folder / "refiner.pt", map_location="cpu", weights_only=True)
        refiner = build_refiner()
        refiner.load_state_dict(content["refiner"] | content["averages"])
        return refiner.eval()
    shipped = PIPELINE_DIR / "refiner"
    return UNet2DModel.from_pretrained(shipped).float().eval() if shipped.exists() else None


def export(folder: Path) -> None:
    """Write `weights/` from the working folder's checkpoints, with cards and manifest.

    Parts whose checkpoint is missing are left as they are. Safe to repeat.
    """
    counters = integrity.trained() or {"samples": 0}
    if (folder / "denoiser.pt").exists():
        pipeline, counters = averaged_pipeline(folder)
        shutil.rmtree(PIPELINE_DIR, ignore_errors=True)
        pipeline.to(torch.float16).save_pretrained(PIPELINE_DIR, safe_serialization=True)
        card.write_pipeline_card(PIPELINE_DIR, counters)
    if (folder / "open_clip").exists():
        shutil.rmtree(CLIP_DIR, ignore_errors=True)
        shutil.copytree(folder / "open_clip", CLIP_DIR)
        card.write_clip_card(CLIP_DIR, folder)
    card.write_manifest(WEIGHTS, {"samples": counters["samples"]})
