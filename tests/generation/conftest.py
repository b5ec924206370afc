"""A real, tiny text-to-image checkpoint with random weights, and the rows that describe it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, settings

import generation.engine  # noqa: F401  (sets how torch's threads wait, before torch is loaded)
from generation.models import Checkpoint, Job, Palette, Style, StyleVersion
from tests.generation.specs import SMALL

settings.register_profile(
    "genart",
    deadline=None,
    derandomize=True,
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("genart")

TINY_STEPS = 4


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable Diffusion checkpoint of real classes at the smallest size."""
    folder = tmp_path_factory.mktemp("tiny") / "pipeline"
    tiny_pipeline(tmp_path_factory.mktemp("tokenizer")).save_pretrained(folder)
    return folder


def tiny_pipeline(scratch: Path) -> Any:
    """Return the pipeline; its weights come from a fixed seed."""
    import torch
    from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionPipeline
    from diffusers import UNet2DConditionModel as UNet
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    unet = UNet(
        sample_size=32,
        in_channels=4,
        out_channels=4,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        attention_head_dim=8,
        cross_attention_dim=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )
    vae = AutoencoderKL(
        block_out_channels=(8, 16),
        norm_num_groups=4,
        latent_channels=4,
        down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
        up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
    )
    text = CLIPTextConfig(
        vocab_size=300,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=128,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    return StableDiffusionPipeline(
        unet=unet.eval(),
        vae=vae.eval(),
        text_encoder=CLIPTextModel(text).eval(),
        tokenizer=tiny_tokenizer(scratch),
        scheduler=EulerDiscreteScheduler(steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def tiny_tokenizer(scratch: Path) -> Any:
    """Return a tokenizer that knows single letters."""
    from transformers import CLIPTokenizer

    letters = "abcdefghijklmnopqrstuvwxyz0123456789,.-"
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    (scratch / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}))
    (scratch / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(
        str(scratch / "vocab.json"), str(scratch / "merges.txt"), model_max_length=128
    )


@pytest.fixture
def palettes(db: None) -> dict[str, Palette]:
    """Two palettes."""
    sage = Palette(
        slug="sage",
        name="Sage",
        background="#F6F2E9",
        accents=["#8FA57C", "#E3B7A0", "#B9C7A3", "#5F7A5C"],
        dark="#34423A",
    )
    terracotta = Palette(
        slug="terracotta",
        name="Terracotta",
        background="#F6EADB",
        accents=["#C8553D", "#E9A178", "#F2CC8F", "#9A5B45"],
        dark="#4A2C2A",
    )
    return {row.slug: row for row in Palette.objects.bulk_create([sage, terracotta])}


@pytest.fixture
def checkpoint(db: None) -> Checkpoint:
    """A checkpoint without files: enough for everything but rendering."""
    return Checkpoint.objects.create(
        slug="tiny",
        name="Tiny",
        family="sd",
        source=Checkpoint.Source.FOLDER,
        licence="Apache-2.0",
        allows_commercial_use=True,
        capabilities={"min_px": 64, "max_px": 512, "layouts": ["centered", "diagonal"]},
    )


@pytest.fixture
def style(checkpoint: Checkpoint, palettes: dict[str, Palette]) -> Style:
    """The style `tiny`, and a second one for the documentation's example."""
    make_style("boho-arches", checkpoint)
    return make_style("tiny", checkpoint)


def make_style(slug: str, checkpoint: Checkpoint, **fields: Any) -> Style:
    """Make a style with one version."""
    style = Style.objects.create(slug=slug, name=slug.replace("-", " ").capitalize())
    style.current_version = StyleVersion.objects.create(
        style=style, number=1, checkpoint=checkpoint, **({"steps": TINY_STEPS} | fields)
    )
    style.save()
    return style


@pytest.fixture
def tiny_style(style: Style, checkpoint: Checkpoint, tiny_folder: Path) -> Style:
    """The style `tiny` with a checkpoint that renders."""
    checkpoint.location = str(tiny_folder)
    checkpoint.save()
    return style


Submit = Callable[..., Job]


@pytest.fixture
def submit(style: Style, curator: Any) -> Submit:
    """Submit `SMALL`, with changes, as the curator."""
    from generation.services import submit_job

    def submit(lane: str = "standard", **changes: Any) -> Job:
        return submit_job(spec=SMALL | changes, owner=curator, lane=lane)[0]

    return submit


@pytest.fixture(autouse=True)
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Point previews at a socket where nobody answers, unless a test starts a server."""
    assert str(django_settings.REDIS_URL).startswith("unix:")


@pytest.fixture
def engine_of_the_test() -> Iterator[None]:
    """Forget the process's engine and heartbeat when the test is over."""
    from generation import heartbeat, work

    yield
    heartbeat.stop()
    work._engine = None
