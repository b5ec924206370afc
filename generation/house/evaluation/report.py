"""The report for people: `generation/house/REPORT.md`, from the figures of an evaluation.

For: the last step of `evaluate_house`. Not for: measuring. Next: `running.py`.
"""

import json
import platform
from pathlib import Path
from typing import Any

from generation.house import WEIGHTS, integrity
from generation.house.evaluation.running import Evaluation

PATH = Path(__file__).resolve().parent.parent / "REPORT.md"

REPORT = """# What the house model can do, in figures

Written by `manage.py evaluate_house` on {prompts} held-out prompts of {families} families, one seed
each, nothing picked, with the pipeline's own {steps} steps, in all palettes and finishes. The
weights have seen {samples:,} drawn pictures; their fingerprint, with the code, is `{fingerprint}`.

![A column of pictures for each prompt family, unpicked](../../docs/house-report.jpg)

Grids of 64 seeds for one prompt each: {grids}.

## The judge

A convolutional network of its own, trained by the same command on painters' pictures through all
palettes and finishes. It shares no weight and no picture with the denoiser, its text encoder or the
house CLIP. On {exam} painters' pictures it never saw: family {judge_family:.1%}, layout
{judge_layout:.1%}, density {judge_density:.1%}. Every figure below stands beside the painters' own
pictures of the same requests: no model can be measured better than that.

## As asked for

| figure | generated | painters | goal |
|---|---|---|---|
| family named as asked | {family:.1%} | {family_painted:.1%} | at least 95 % |
| layout named as asked | {layout:.1%} | {layout_painted:.1%} | at least 90 % |
| density, mean error (0 … 1) | {density:.3f} | {density_painted:.3f} | |
| three main colours, mean OKLab difference | {delta:.4f} | {delta_painted:.4f} | at most 0.06 |
| shares of the colours, error (0 … 1) | {shares:.3f} | {shares_painted:.3f} | |

By family, generated: {by_family}.

Main colours are the three that painters use most for that kind of scene; shares are compared with
the painters' usual ones for it. Held out are wordings, noise and drawings; the kinds of scene are
few, so each occurs in the training.

## As a whole

| figure | value | goal |
|---|---|---|
| Fréchet distance, generated to drawn | {frechet:.3f} | |
| the same, drawn to other drawn | {frechet_held_out:.3f} | |
| first over second | {ratio:.2f} | at most 3 |
| joint with captions | {joint:.3f} | |
| joint with shuffled captions | {shuffled:.3f} | |

In the judge's 64 features, in units of the painters' own variance. The joint distance (picture and
caption together) says whether pictures belong to their captions: shuffled, true ones are far too.

The judge names the nearest family also of a picture whose shapes are broken. How many times farther
from the middle of a family's drawings its generated pictures lie than the drawings do: {gaps}.

## New

Root mean square difference of colour maps (32 x 32) to the nearest of {neighbours:,} fresh drawings
of the training process, which keeps no picture:

| | median | 5th percentile |
|---|---|---|
| generated | {new:.4f} | {new_low:.4f} |
| held-out drawings | {old:.4f} | {old_low:.4f} |

Generated over held-out, medians: {novel:.2f} (goal: at least 1; less would mean learnt by heart).

## Adapters

| adapter | without | with | painters |
|---|---|---|---|
{adapters}

LoRAs: share of pictures named by their family. The embedding: share whose family, layout and
density are all as the word means. Base prompts rendered before any adapter was loaded and after all
were taken off: {identical:.0%} bit-identical.

## Time and memory

512 x 512, on {machine}:

| batch | seconds a picture | CPU seconds | peak MiB |
|---|---|---|---|
{speed}

## The probe

{probe}
"""

PROBE = """What ten numbers of the house CLIP say on average. How well each is read (correlation of
the first four, area under the curve of the rest) is from pictures that it was not fitted to; what
each measures stands in `weights/probe/README.md`.

| number | read how well | generated | painters |
|---|---|---|---|"""


def write(run: Evaluation, target: Path = PATH) -> Path:
    """Write the report of a finished evaluation; return its path. Safe to repeat."""
    target.write_text(REPORT.format(**_facts(run)))
    return target


def _facts(run: Evaluation) -> dict[str, Any]:
    """Return what the report's gaps are filled with."""
    from generation.house.evaluation.measuring import NEIGHBOURS_PER_FAMILY
    from generation.house.evaluation.requests import taught
    from generation.house.pipeline import STEPS

    found = run.everything()
    judged, sheets = found["judge"], found["sheets"]
    return {
        "prompts": run.prompts,
        "families": len(taught()),
        "steps": STEPS,
        "samples": int(integrity.trained().get("samples", 0)),
        "fingerprint": run.folder.name,
        "grids": ", ".join(_linked(Path(path)) for path in sheets["grids"]),
        "exam": judged["pictures"],
        "judge_family": judged["family_accuracy"],
        "judge_layout": judged["layout_accuracy"],
        "judge_density": judged["density_accuracy"],
        "neighbours": NEIGHBOURS_PER_FAMILY * len(taught()),
        "machine": _machine(),
        "probe": _probe(found["probe"]),
        "adapters": _adapters(found["adapters"]["adapters"]),
        "identical": found["adapters"]["base_identical"],
        "speed": _speed(found["speed"]),
        **_asked(found["named"], found["colours"]),
        **_whole(found["distances"], found["novelty"]),
    }


def _asked(named: dict[str, Any], colours: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for end, side in (("", "generated"), ("_painted", "painted")):
        facts |= {
            f"family{end}": named[side]["family_accuracy"],
            f"layout{end}": named[side]["layout_accuracy"],
            f"density{end}": named[side]["density_error"],
            f"delta{end}": colours[side]["main_colours_delta_e"],
            f"shares{end}": colours[side]["share_error"],
        }
    families = named["generated"]["families"]
    facts["by_family"] = ", ".join(f"{family} {share:.0%}" for family, share in families.items())
    return facts


def _whole(distances: dict[str, Any], novelty: dict[str, Any]) -> dict[str, Any]:
    return {
        "frechet": distances["frechet"],
        "frechet_held_out": distances["frechet_held_out"],
        "ratio": distances["frechet_over_held_out"],
        "joint": distances["joint_frechet"],
        "shuffled": distances["joint_frechet_shuffled"],
        "new": novelty["nearest_generated_median"],
        "new_low": novelty["nearest_generated_p5"],
        "old": novelty["nearest_held_out_median"],
        "old_low": novelty["nearest_held_out_p5"],
        "gaps": ", ".join(f"{family} {gap:.1f}" for family, gap in distances["families"].items()),
        "novel": novelty["nearest_generated_over_held_out"],
    }


def _adapters(figures: dict[str, dict[str, float]]) -> str:
    rows = [
        f"| {name} | {found['without']:.0%} | {found['with']:.0%} | {found['painted']:.0%} |"
        for name, found in figures.items()
    ]
    return "\n".join(rows) or "| none ships | | | |"


def _speed(figures: dict[str, dict[str, float]]) -> str:
    rows = [
        (
            batch,
            f"{found['seconds']:.2f}",
            f"{found['cpu_seconds']:.2f}",
            f"{found['peak_mib']:.0f}",
        )
        for batch, found in figures.items()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _probe(means: dict[str, dict[str, float]]) -> str:
    path = WEIGHTS / "probe" / "figures.json"
    if not path.exists():
        return "Not fitted: `manage.py train_house probe`."
    known = json.loads(path.read_text())
    rows = [
        f"| {name} | {known[name]:.2f} | {found['generated']:.2f} | {found['painted']:.2f} |"
        for name, found in means.items()
    ]
    return "\n".join([PROBE, *rows])


def _linked(path: Path) -> str:
    return f"[{path.stem}](../../docs/house-grids/{path.name})"


def _machine() -> str:
    import torch

    return f"{torch.get_num_threads()} threads of {platform.machine()}, no GPU"
