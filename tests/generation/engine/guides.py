"""Tiny real ControlNets and IP-Adapters for the tiny pipeline, with random weights."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from generation.engine.guide_files import guide_sha256
from generation.engine.types import AdapterRef, CheckpointRef

DIM = 24
"""Width of the tiny image encoder's embeddings."""


def make_controlnet(tiny: CheckpointRef, folder: Path, seed: int = 3) -> AdapterRef:
    """Write a ControlNet whose last layers are not zero, as those of a fresh one would be."""
    import torch
    from diffusers import ControlNetModel, UNet2DConditionModel

    torch.manual_seed(seed)
    unet = UNet2DConditionModel.from_pretrained(tiny.location, subfolder="unet")
    net = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(4, 8))
    with torch.no_grad():
        for name, weight in net.named_parameters():
            if "controlnet" in name:
                weight.normal_(std=0.1)
    net.save_pretrained(folder)
    return AdapterRef("lines", "1", "controlnet", str(folder), guide_sha256(folder))


def make_ip_adapter(tiny: CheckpointRef, folder: Path, seed: int = 4) -> AdapterRef:
    """Write an IP-Adapter for the tiny UNet with its image encoder."""
    import torch
    from diffusers import UNet2DConditionModel
    from safetensors.torch import save_file
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(seed)
    unet = UNet2DConditionModel.from_pretrained(tiny.location, subfolder="unet")
    width, tokens = unet.config.cross_attention_dim, 4
    tensors: dict[str, Any] = {
        "image_proj.proj.weight": torch.randn(tokens * width, DIM),
        "image_proj.proj.bias": torch.zeros(tokens * width),
        "image_proj.norm.weight": torch.ones(width),
        "image_proj.norm.bias": torch.zeros(width),
    }
    crossing = [name for name in unet.attn_processors if name.endswith("attn2.processor")]
    for place, name in enumerate(crossing):
        layer = unet.get_submodule(name.removesuffix(".processor"))
        shape = layer.to_k.weight.shape
        for part in ("to_k_ip", "to_v_ip"):
            tensors[f"ip_adapter.{2 * place + 1}.{part}.weight"] = 0.4 * torch.randn(shape)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "ip-adapter.safetensors")
    config = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
        projection_dim=DIM,
    )
    CLIPVisionModelWithProjection(config).eval().save_pretrained(folder / "image_encoder")
    return AdapterRef("looks", "1", "ip-adapter", str(folder), guide_sha256(folder))


def picture(seed: int, side: int = 96) -> bytes:
    """Return a PNG of large random squares."""
    chance = np.random.default_rng(seed)
    small = Image.fromarray(chance.integers(0, 256, (4, 4, 3), dtype=np.uint8))
    buffer = io.BytesIO()
    small.resize((side, side), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()
