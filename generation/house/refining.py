"""The refiner: a small second network that redraws the maps cleanly at twice their resolution.

For: the pipeline's last step before colour. Not for: composing, which is done by then. The
denoiser spends its few parameters on where things are, and its outlines waver; the refiner has
seen what wavering outlines were meant to be (`training/refiner.py`). Beside the maps it sees the
text encoder's sketch of the page (`sketches.py`), so that it knows what was asked for. It is a
plain diffusers `UNet2DModel` that works in two passes. Next: `compositing.py`.
"""

import torch
from diffusers import UNet2DModel
from torch.nn import functional

from generation.house.compositing import MAP_CENTRE, MAP_SCALE

FACTOR = 2
"""How many times finer the refined maps are."""
PASSES = 2
FOLD = 2
FLOOR = 0.02
SLOTS = 6


def build_refiner(channels: tuple[int, ...] = (48, 80, 128)) -> UNet2DModel:
    """Return an untrained refiner; its last layer starts at zero, so that it changes nothing."""
    attended = len(channels) - 1
    refiner = UNet2DModel(
        sample_size=32, in_channels=SLOTS * (FOLD**2 + 1),
        out_channels=SLOTS * (FOLD * FACTOR) ** 2,
        block_out_channels=channels, layers_per_block=1, norm_num_groups=16,
        down_block_types=(*["DownBlock2D"] * attended, "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", *["UpBlock2D"] * attended),
        attention_head_dim=32,
    )  # fmt: skip
    torch.nn.init.zeros_(refiner.conv_out.weight)
    torch.nn.init.zeros_(refiner.conv_out.bias)
    return refiner


def logits(refiner: UNet2DModel, maps: torch.Tensor, sketch: torch.Tensor) -> torch.Tensor:
    """Return unnormalised log coverage `(n, 6, 2h, 2w)`.

    The network adds to what plain enlargement says.

    Args:
        refiner: the network.
        maps: soft coverage `(n, 6, h, w)`; `h` and `w` are multiples of 8.
        sketch: channels `(n, 24, h / 4, w / 4)` of `sketches.sketch_channels`.
    """
    large = functional.interpolate(maps, scale_factor=FACTOR, mode="bicubic", align_corners=False)
    page = functional.pixel_shuffle(sketch.float(), FOLD)
    folded = functional.pixel_unshuffle((maps - MAP_CENTRE) * MAP_SCALE, FOLD)
    seen = torch.cat([folded, page], dim=1).to(refiner.dtype)
    found = refiner(seen.contiguous(memory_format=torch.channels_last), 0).sample.float()
    return (large.clamp(0, 1) + FLOOR).log() + functional.pixel_shuffle(found, FOLD * FACTOR)


@torch.no_grad()
def once(refiner: UNet2DModel, maps: torch.Tensor, sketch: torch.Tensor) -> torch.Tensor:
    """Return the coverage `(n, 6, 2h, 2w)` of one pass, in 0..1, in float32."""
    return torch.softmax(logits(refiner, maps.float(), sketch), dim=1)


def refined(refiner: UNet2DModel, maps: torch.Tensor, sketch: torch.Tensor) -> torch.Tensor:
    """Return clean coverage `(n, 6, 2h, 2w)` in 0..1 that sums to 1, after `PASSES` passes."""
    for _ in range(PASSES - 1):
        maps = functional.avg_pool2d(once(refiner, maps, sketch), FACTOR)
    return once(refiner, maps, sketch)
