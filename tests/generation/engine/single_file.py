"""A tiny Stable Diffusion checkpoint as one file, in the layout that the first trainers wrote."""

from pathlib import Path
from typing import Any

from safetensors.torch import save_file

UNET = [
    ("time_embed.0.", "time_embedding.linear_1."), ("time_embed.2.", "time_embedding.linear_2."),
    ("input_blocks.0.0.", "conv_in."), ("out.0.", "conv_norm_out."), ("out.2.", "conv_out."),
    ("input_blocks.1.0.", "down_blocks.0.resnets.0."),
    ("input_blocks.2.0.op.", "down_blocks.0.downsamplers.0.conv."),
    ("input_blocks.3.0.", "down_blocks.1.resnets.0."),
    ("input_blocks.3.1.", "down_blocks.1.attentions.0."),
    ("middle_block.0.", "mid_block.resnets.0."), ("middle_block.1.", "mid_block.attentions.0."),
    ("middle_block.2.", "mid_block.resnets.1."),
    ("output_blocks.0.0.", "up_blocks.0.resnets.0."),
    ("output_blocks.0.1.", "up_blocks.0.attentions.0."),
    ("output_blocks.1.0.", "up_blocks.0.resnets.1."),
    ("output_blocks.1.1.", "up_blocks.0.attentions.1."),
    ("output_blocks.1.2.conv.", "up_blocks.0.upsamplers.0.conv."),
    ("output_blocks.2.0.", "up_blocks.1.resnets.0."),
    ("output_blocks.3.0.", "up_blocks.1.resnets.1."),
]  # fmt: skip
UNET_RESNET = [
    ("in_layers.0.", "norm1."), ("in_layers.2.", "conv1."), ("out_layers.0.", "norm2."),
    ("out_layers.3.", "conv2."), ("emb_layers.1.", "time_emb_proj."),
    ("skip_connection.", "conv_shortcut."),
]  # fmt: skip
VAE = [
    ("encoder.down.0.block.0.", "encoder.down_blocks.0.resnets.0."),
    ("encoder.down.0.downsample.", "encoder.down_blocks.0.downsamplers.0."),
    ("encoder.down.1.block.0.", "encoder.down_blocks.1.resnets.0."),
    ("decoder.up.1.block.0.", "decoder.up_blocks.0.resnets.0."),
    ("decoder.up.1.block.1.", "decoder.up_blocks.0.resnets.1."),
    ("decoder.up.1.upsample.", "decoder.up_blocks.0.upsamplers.0."),
    ("decoder.up.0.block.0.", "decoder.up_blocks.1.resnets.0."),
    ("decoder.up.0.block.1.", "decoder.up_blocks.1.resnets.1."),
    *(
        (f"{side}.mid.{theirs}.", f"{side}.mid_block.{ours}.")
        for side in ("encoder", "decoder")
        for theirs, ours in (
            ("block_1", "resnets.0"), ("attn_1", "attentions.0"), ("block_2", "resnets.1"),
        )
    ),
    ("encoder.norm_out.", "encoder.conv_norm_out."),
    ("decoder.norm_out.", "decoder.conv_norm_out."),
]  # fmt: skip
VAE_ATTENTION = [
    ("norm.", "group_norm."), ("q.", "to_q."), ("k.", "to_k."), ("v.", "to_v."),
    ("proj_out.", "to_out.0."),
]  # fmt: skip


def save_as_one_file(pipeline: Any, path: Path) -> None:
    """Write a pipeline's weights under the older names."""
    weights = {
        f"model.diffusion_model.{_unet_name(name)}": value
        for name, value in pipeline.unet.state_dict().items()
    }
    for name, value in pipeline.vae.state_dict().items():
        older = _vae_name(name)
        is_conv = "attn_1" in older and older.endswith("weight") and value.ndim == 2
        weights[f"first_stage_model.{older}"] = value[:, :, None, None] if is_conv else value
    for name, value in pipeline.text_encoder.state_dict().items():
        inner = name if name.startswith("text_model.") else f"text_model.{name}"
        weights[f"cond_stage_model.transformer.{inner}"] = value
    save_file({name: value.contiguous().clone() for name, value in weights.items()}, path)


def _unet_name(name: str) -> str:
    older = _renamed(name, UNET)
    if ".resnets." not in name:
        return older
    place, layer = older.split(".0.", 1) if older.startswith(("in", "out")) else (older, "")
    if layer:
        return f"{place}.0.{_renamed(layer, UNET_RESNET)}"
    head, number, layer = older.split(".", 2)
    return f"{head}.{number}.{_renamed(layer, UNET_RESNET)}"


def _vae_name(name: str) -> str:
    name = _renamed(name, VAE)
    if "attn_1." in name:
        head, _dot, tail = name.partition("attn_1.")
        return f"{head}attn_1.{_renamed(tail, VAE_ATTENTION)}"
    return name.replace("conv_shortcut", "nin_shortcut")


def _renamed(name: str, names: list[tuple[str, str]]) -> str:
    for older, newer in names:
        if name.startswith(newer):
            return older + name.removeprefix(newer)
    return name
