"""Cards of adapters: what they teach, how they are worn, on what they were trained, their hash.

For: `adapter.py` and `inversion.py`. Not for: the cards of the model itself (`card.py`). The head
is YAML, so that `manage.py` and the admin read licence and data from it (`model_card.py`).
"""

from pathlib import Path
from typing import TYPE_CHECKING

from generation.house.families import FAMILIES
from generation.house.integrity import sha256_of
from generation.house.training.card import DATA_STATEMENT, LICENCE

if TYPE_CHECKING:
    from generation.house.training.denoiser import State

CARD = """---
license: other
license_name: Own work of this project
base_model: house
datasets: pictures drawn by this repository's own painters
---
# {title}

{what}

## Use
{use}

## Training
{samples:,} drawn pictures, none of which the base model saw, in {minutes:.1f} minutes; the loss of
the denoiser, the base frozen. Trained on the base whose UNet has the SHA-256 `{base}`; on another
one it acts by luck.

## Data
{data}

## Limits
{limits}

## Figures
`manage.py evaluate_house` measures it and writes them in `generation/house/REPORT.md`.

## Licence
{licence}

## SHA-256
- `{file}`: `{sha256}`
"""
LORA_WHAT = (
    "A LoRA of rank {rank} for the house model's UNet. It teaches the family "
    "*{name}*, which the base never saw: {description}"
)
LORA_USE = (
    "Trigger words: `{trigger}`. Prompts are those of `generation.house.captions.prompt_for`.\n"
    "```python\npipeline.load_lora_weights(folder, weight_name={file!r}, adapter_name={slug!r})\n"
    "```"
)
LORA_LIMITS = "It knows one family. Worn with prompts of other families it pulls them towards it."


def base_hash(base: Path) -> str:
    """Return the SHA-256 of the UNet that an adapter fits."""
    return sha256_of(base / "unet" / "diffusion_pytorch_model.safetensors")


def write_lora_card(folder: Path, slug: str, state: "State", base: Path) -> None:
    """Write the README beside a LoRA's file."""
    from generation.house.training.adapter import RANK

    family, file = FAMILIES[slug], f"{slug}.safetensors"
    text = LORA_WHAT.format(rank=RANK, name=family.name, description=family.description)
    use = LORA_USE.format(trigger=family.phrases[0], file=file, slug=slug)
    _write(folder, file, f"{family.name}: a LoRA", text, use, LORA_LIMITS, state, base)


def write_embedding_card(
    folder: Path, trigger: str, what: str, use: str, limits: str, state: "State", base: Path
) -> None:
    """Write the README beside an embedding's file."""
    title = f"{trigger.capitalize()}: an embedding"
    _write(folder, f"{trigger}.safetensors", title, what, use, limits, state, base)


def _write(
    folder: Path, file: str, title: str, what: str, use: str, limits: str, state: "State",
    base: Path,
) -> None:  # fmt: skip
    text = CARD.format(
        title=title, what=what, use=use, limits=limits, samples=state.samples,
        minutes=state.seconds / 60, base=base_hash(base), data=DATA_STATEMENT, licence=LICENCE,
        file=file, sha256=sha256_of(folder / file),
    )  # fmt: skip
    (folder / "README.md").write_text(text)
