"""Train the denoiser and its text encoder together, from scratch, on slot maps.

For: `train_house denoiser`. Not for: pictures (`pipeline.py`) or the scoring CLIP (`clip.py`).
The network predicts the clean maps (x-prediction); loss weight min(1 / sigma^2, 3) (min-SNR,
Hang et al. 2023); schedule rescaled to zero terminal SNR (Lin et al. 2024). Next: `grid.py`.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from diffusers import DPMSolverMultistepScheduler, UNet2DConditionModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

from generation.house import PIPELINE_DIR, integrity, positions, sketches
from generation.house.compositing import latents_from_maps
from generation.house.training import course, reading
from generation.house.training.course import Budget, Course
from generation.house.training.dataset import map_batch
from generation.house.training.recipe import READING_STEPS, WHOLE, Recipe
from generation.house.training.tokenizer import CONTEXT_LENGTH, write_tokenizer

WIDTH = 192
PEAK_RATE, COOLDOWN_FROM = 1.1e-3, 0.5
WEIGHT_CAP, CAPTION_DROPOUT = 3.0, 0.1
SECOND_PEAK_SHARE = 0.6  # of the peak rate, for a run that goes on from shipped weights
SECOND_READING_RATE = 5e-4
SKETCH_SHARE = 0.3
TEXT_SHARE = 0.25  # the text encoder can read already and moves slowly
COMPOSING_FROM, COMPOSING_SHARE = 450, 0.78


def scheduler() -> DPMSolverMultistepScheduler:
    """Return the noise schedule, shifted towards noise because flat shapes survive much of it."""
    return DPMSolverMultistepScheduler(
        num_train_timesteps=1000, beta_schedule="linear", beta_start=0.0001, beta_end=0.02,
        prediction_type="sample", rescale_betas_zero_snr=True, timestep_spacing="trailing",
        algorithm_type="dpmsolver++", solver_order=2, lower_order_final=True,
    )  # fmt: skip


def build_unet(channels: tuple[int, ...] = (80, 144, 192)) -> UNet2DConditionModel:
    """Return the untrained denoiser; its last layer starts at zero."""
    levels = len(channels)
    unet = UNet2DConditionModel(
        sample_size=16, in_channels=96 + positions.CHANNELS + sketches.CHANNELS, out_channels=96,
        block_out_channels=channels,
        layers_per_block=1, norm_num_groups=16, cross_attention_dim=WIDTH,
        down_block_types=("DownBlock2D", *["CrossAttnDownBlock2D"] * (levels - 1)),
        up_block_types=(*["CrossAttnUpBlock2D"] * (levels - 1), "UpBlock2D"),
        attention_head_dim=tuple(max(1, width // 48) for width in channels),
        addition_embed_type="text", addition_embed_type_num_heads=6,
        resnet_time_scale_shift="scale_shift",
    )  # fmt: skip
    nn.init.zeros_(unet.conv_out.weight)
    return unet


def build_text_encoder(tokenizer: CLIPTokenizer, layers: int = 2) -> CLIPTextModelWithProjection:
    """Return the untrained text encoder for `tokenizer`."""
    return CLIPTextModelWithProjection(
        CLIPTextConfig(
            vocab_size=len(tokenizer), hidden_size=WIDTH, intermediate_size=4 * WIDTH,
            num_hidden_layers=layers, num_attention_heads=6, projection_dim=sketches.SIZE,
            max_position_embeddings=CONTEXT_LENGTH, bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.eos_token_id,
        )
    )  # fmt: skip


@dataclass
class State:
    """Everything a training run needs to go on."""

    unet: UNet2DConditionModel
    text_encoder: CLIPTextModelWithProjection
    tokenizer: CLIPTokenizer
    averages: dict[str, torch.Tensor]
    optimizer: torch.optim.Optimizer
    step: int = 0
    samples: int = 0
    seconds: float = 0.0
    peak: float = PEAK_RATE

    def networks(self) -> nn.ModuleDict:
        """Return both networks under the names that the averages use."""
        return nn.ModuleDict({"unet": self.unet, "text_encoder": self.text_encoder})


def fresh_state(folder: Path, device: str, *, lessons: int = READING_STEPS) -> State:
    """Return a state with a fixed seed, after so many `lessons` in reading; none with 0.

    Writes the tokenizer to `folder`.
    """
    torch.manual_seed(0)
    tokenizer = write_tokenizer(folder / "tokenizer")
    unet = build_unet().to(device, memory_format=torch.channels_last)
    text_encoder = build_text_encoder(tokenizer).to(device)
    if lessons:
        reading.teach(text_encoder, tokenizer, lessons)
    nets = nn.ModuleDict({"unet": unet, "text_encoder": text_encoder})
    averages = {name: value.detach().clone() for name, value in nets.named_parameters()}
    groups = [
        {"params": list(unet.parameters()), "share": 1.0},
        {"params": list(text_encoder.parameters()), "share": TEXT_SHARE},
    ]
    optimizer = torch.optim.AdamW(
        groups, lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    return State(unet, text_encoder, tokenizer, averages, optimizer)


def save(state: State, path: Path, random: Random) -> None:
    """Write a checkpoint."""
    content = {
        "networks": state.networks().state_dict(), "averages": state.averages,
        "optimizer": state.optimizer.state_dict(), "peak": state.peak,
        "chances": course.chances(random),
    }  # fmt: skip
    course.write(content | course.counters(state), path)


def load(state: State, path: Path) -> dict[str, Any]:
    """Fill `state` from a checkpoint; return it all."""
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    state.networks().load_state_dict(content["networks"])
    state.optimizer.load_state_dict(content["optimizer"])
    device = state.unet.device
    state.averages = {name: value.to(device) for name, value in content["averages"].items()}
    course.take_counters(state, content)
    state.peak = content.get("peak", PEAK_RATE)
    return content


def take_shipped(state: State) -> None:
    """Go on from the weights that ship: both networks, but a fresh optimizer and a lower peak."""
    found = {
        f"{name}.{key}": value
        for name, network in state.networks().items()
        for key, value in type(network)
        .from_pretrained(PIPELINE_DIR / name, torch_dtype=torch.float32)
        .state_dict()
        .items()
    }
    take_over(state, found, PIPELINE_DIR / "tokenizer")
    state.samples = int(integrity.trained().get("samples", 0))


def take_earlier(state: State, folder: Path) -> None:
    """Go on from another run's checkpoint, which may have known fewer words."""
    content = torch.load(folder / "denoiser.pt", map_location="cpu", weights_only=True)
    take_over(state, content["networks"] | content["averages"], folder / "tokenizer")
    state.samples = content["samples"]


def take_over(state: State, found: dict[str, torch.Tensor], tokenizer_folder: Path) -> None:
    """Fill both networks from weights that were trained with the words of `tokenizer_folder`.

    Words known to both keep their vectors; new ones keep their random start and are taught to
    the text encoder before the denoiser goes on.
    """
    nets = state.networks()
    own = nets.state_dict()
    words = next(name for name in own if name.endswith("token_embedding.weight"))
    earlier = CLIPTokenizer.from_pretrained(tokenizer_folder).get_vocab()
    table, new = own[words].clone(), False
    for token, row in state.tokenizer.get_vocab().items():
        new = new or token not in earlier
        if token in earlier:
            table[row] = found[words][earlier[token]]
    nets.load_state_dict(found | {words: table})
    state.peak = SECOND_PEAK_SHARE * PEAK_RATE
    if new:
        reading.teach(state.text_encoder, state.tokenizer, steps=1500, rate=SECOND_READING_RATE)
    state.averages = {name: value.detach().clone() for name, value in nets.named_parameters()}


def rate_at(step: int, share: float, peak: float = PEAK_RATE) -> float:
    """Return the learning rate: warm-up of 150 steps, plateau, straight down to 3 %."""
    fall = max(0.0, (share - COOLDOWN_FROM) / (1 - COOLDOWN_FROM))
    return peak * min(1.0, (step + 1) / 150) * (1 - 0.97 * min(1.0, fall))


def noise_times(batch: int) -> torch.Tensor:
    """Return noise times `(batch,)` in 0..999, mostly where the composition is decided."""
    composing = torch.rand(batch) < COMPOSING_SHARE
    early = torch.randint(COMPOSING_FROM, 1000, (batch,))
    return torch.where(composing, early, torch.randint(0, COMPOSING_FROM, (batch,)))


def loss_of(state: State, alphas: torch.Tensor, random: Random, batch: int) -> torch.Tensor:
    """Draw a batch and return its loss; one caption in ten is left out."""
    maps, texts = map_batch(random, batch)
    texts = [text if random.random() > CAPTION_DROPOUT else "" for text in texts]
    return loss_on(state, alphas, maps, texts)


def loss_on(
    state: State, alphas: torch.Tensor, maps: torch.Tensor, texts: list[str]
) -> torch.Tensor:
    """Add noise to maps `(n, 6, h, w)`; return the weighted error of the predicted clean ones."""
    device, batch = state.unet.device, len(maps)
    clean = latents_from_maps(maps.to(device))
    tokens = state.tokenizer(
        texts, padding="max_length", max_length=CONTEXT_LENGTH, truncation=True, return_tensors="pt"
    ).input_ids
    read = state.text_encoder(tokens.to(device))
    off = (read.text_embeds.float() - sketches.sketch_targets(maps.to(device))).square().mean()
    sketch = sketches.sketch_channels(read.text_embeds.detach(), *clean.shape[2:])
    times = noise_times(batch).to(device)
    alpha = alphas[times].view(-1, 1, 1, 1)
    noisy = alpha.sqrt() * clean + (1 - alpha).sqrt() * torch.randn_like(clean)
    noisy = torch.cat([positions.with_positions(noisy), sketch], dim=1).contiguous(
        memory_format=torch.channels_last
    )
    found = state.unet(noisy, times, read.last_hidden_state).sample
    weight = (1 / (1 - alpha)).clamp(max=WEIGHT_CAP)
    return (weight * (found.float() - clean).square()).mean() + SKETCH_SHARE * off


def advance(state: State, loss: torch.Tensor, rate: float) -> None:
    """Take one optimizer step and move the averages."""
    course.advance(state, dict(state.networks().named_parameters()), loss, rate, 0.998)


def begun(
    folder: Path, device: str, recipe: Recipe, *, resume: bool, shipped: bool, earlier: Path | None
) -> tuple[State, Random]:
    """Return the state that a run begins with, and its source of chance."""
    path, content = folder / "denoiser.pt", {}
    resumed = resume and path.exists()
    fresh = not (resumed or shipped or earlier)
    state = fresh_state(folder, device, lessons=recipe.of(READING_STEPS) if fresh else 0)
    if resumed:
        content = load(state, path)
    elif shipped:
        take_shipped(state)
    elif earlier:
        take_earlier(state, earlier)
    return state, course.random_of(content, state.samples)


def train(
    folder: Path,
    budget: Budget,
    *,
    resume: bool,
    device: str,
    batch: int = 16,
    shipped: bool = False,
    earlier: Path | None = None,
    recipe: Recipe = WHOLE,
) -> State:
    """Train until the run's total reaches the budget, with checkpoints.

    `shipped` starts from the weights in the repository and `earlier` from the checkpoint of
    another working folder, where there is no checkpoint to resume. bfloat16 where it is safe.
    """
    state, random = begun(folder, device, recipe, resume=resume, shipped=shipped, earlier=earlier)
    alphas = scheduler().alphas_cumprod.to(device)
    path = folder / "denoiser.pt"
    run = Course("denoiser", state, budget, lambda: save(state, path, random))
    for share in run.shares():
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            loss = loss_of(state, alphas, random, batch)
        advance(state, loss, rate_at(state.step, share, state.peak))
        run.learnt(loss.item(), batch)
    return state
