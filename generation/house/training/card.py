"""Model cards and the manifest of the shipped weights.

For: `train_house export`. Not for: checking the manifest (`generation/house/integrity.py`).
Next: `export.py`.
"""

import json
from pathlib import Path

from generation.house.families import FAMILIES
from generation.house.integrity import sha256_of

DATA_STATEMENT = (
    "Every training pixel was drawn by this repository's own painters "
    "(`generation/house/painters/`), and every caption was worded by "
    "`generation/house/captions.py` from the same parameters. No picture, text or weight from "
    "anywhere else went in: no scraped data, no pretrained network, no artist's work."
)
LICENCE = "The same licence as this project."

PIPELINE_CARD = """# House model: slot maps from words

A text-to-image pipeline (diffusers): `UNet2DConditionModel` over 16 x 16 x 96 latents, a
`CLIPTextModelWithProjection` trained with it, DPM-Solver++. It predicts six *coverage maps*
(background, four accents, dark); a `UNet2DModel`, the *refiner*, redraws them in two passes at
128 x 128 with clean outlines (`refining.py`); `HousePipeline` paints them with exactly the colours
asked for, at 256 to 1024 pixels a side. Latents are the maps in a lossless pixel-unshuffled
layout, so there is no autoencoder. Beside the noise the UNet sees where on the page a cell lies
(`positions.py`) and the text encoder's coarse sketch of the average page (`sketches.py`).

## Use
```python
from generation.house import PIPELINE_DIR
from generation.house.pipeline import HousePipeline
pipeline = HousePipeline.from_pretrained(PIPELINE_DIR)
```
Prompts are best compiled by `generation.house.captions.prompt_for`. Each component also loads by
its own class from its sub-folder.

## Data
{data}

## Training
{samples} drawn pictures, none seen twice; x-prediction, zero terminal SNR, captions dropped one
time in ten, averaged weights. The text encoder learnt to read captions and to sketch first
(`reading.py`). The refiner learnt from painters' maps that the denoiser had been over under noise,
and from maps that plain arithmetic had warped and blotted, heaps of random shapes among them
(`refiner.py`).
Families: {families}.

## Finishing step
What leaves the network is flat shape. `finishes.py` then paints it: `flat` adds nothing; `paper`
adds tooth and a breath of tone; `riso` prints slot by slot with small misregistration and grainy
ink; `watercolour` lets washes pool at their edges; `gouache` lays each colour in strokes; `linocut`
leaves the ridges of a gouge. Each is plain arithmetic with its own seed.

## Limits
It knows only the families and words above; other words are ignored at best. Small counts and
thin lines may fail; borders between shapes can wobble; not every seed is good, which is why
renders are judged before they are sold. It draws no people, text, logos or real places.

## Figures
Measured on held-out prompts by `manage.py evaluate_house`, with contact sheets:
`generation/house/REPORT.md`.

## Licence
{licence}

## SHA-256
{hashes}
"""
CLIP_CARD = """# House CLIP: judge and search

An open_clip model: ResNet tower at 64 pixels, two-layer text tower, 192 dimensions. It shares
no weights with the denoiser, so that it can judge it. It knows the words of
`generation/house/captions.py` and the palette names of `generation/palettes.py`.

## Use
```python
import open_clip
from generation.house import CLIP_DIR
model, preprocess = open_clip.create_model_from_pretrained(f"local-dir:{{CLIP_DIR}}")
tokenizer = open_clip.get_tokenizer(f"local-dir:{{CLIP_DIR}}")
```
With `local-dir:` the tokenizer comes from the same folder. Other loaders must point
`hf_tokenizer_name` of the configuration at this folder first.

## Data
{data}

## Limits
Trained on small decorative pictures of the families it knows; it says nothing about others.

## Figures (zero-shot, pictures never trained on)
{figures}

## Licence
{licence}

## SHA-256
{hashes}
"""


def hash_lines(folder: Path) -> str:
    """Return one line per weight file of a folder."""
    paths = sorted(folder.rglob("*.safetensors"))
    return "\n".join(f"- `{path.relative_to(folder)}`: `{sha256_of(path)}`" for path in paths)


def figure_lines(path: Path) -> str:
    """Return the measured figures of a JSON file as a list, or say that there are none."""
    if not path.exists():
        return "Not measured yet."
    return "\n".join(f"- {name}: {value}" for name, value in json.loads(path.read_text()).items())


def write_pipeline_card(folder: Path, counters: dict[str, float]) -> None:
    """Write the pipeline's README."""
    text = PIPELINE_CARD.format(
        data=DATA_STATEMENT, licence=LICENCE, hashes=hash_lines(folder),
        samples=f"{counters['samples']:,}",
        families=", ".join(family.name.lower() for family in FAMILIES.values() if family.taught),
    )  # fmt: skip
    (folder / "README.md").write_text(text)


def write_clip_card(folder: Path, working: Path) -> None:
    """Write the scoring CLIP's README."""
    text = CLIP_CARD.format(
        data=DATA_STATEMENT, licence=LICENCE, hashes=hash_lines(folder),
        figures=figure_lines(working / "clip-figures.json"),
    )  # fmt: skip
    (folder / "README.md").write_text(text)


def write_manifest(weights: Path, trained: dict[str, float]) -> None:
    """Write `manifest.json`: the SHA-256 of every weight and configuration file, and how long.

    Args:
        weights: the folder of all shipped weights.
        trained: `samples` that the denoiser has seen.
    """
    kept = [path for path in sorted(weights.rglob("*"))
            if path.is_file() and path.suffix in (".safetensors", ".json", ".txt")
            and path.name != "manifest.json"]  # fmt: skip
    hashes = {path.relative_to(weights).as_posix(): sha256_of(path) for path in kept}
    manifest = {"trained": trained, "sha256": hashes}
    (weights / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
