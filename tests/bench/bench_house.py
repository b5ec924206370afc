"""What the house model can do, against its goals; the same figures as `generation/house/REPORT.md`.

Everything is measured by `generation/house/evaluation` and kept under `var/house/evaluation` for
the weights and the code it was measured on, so a second call prints what the first found. On two
idle cores the whole takes about half an hour; `rm -r var/house/evaluation` measures anew.
"""

from collections.abc import Iterator
from typing import Any

from generation.house import WEIGHTS, integrity
from generation.house.evaluation.running import PROMPTS, Evaluation
from generation.house.training import inversion
from tests.bench import Figure

LARGEST_WEIGHTS_MB = 60


def figures() -> Iterator[Figure]:
    """Yield every figure of this subject."""
    run = Evaluation()
    yield from judged(run.part("judge"))
    yield from asked(run.part("named"), run.part("colours"))
    yield from whole(run.part("distances"), run.part("novelty"))
    yield from adapted(run.part("adapters"))
    yield from timed(run.part("speed"))
    yield from shipped()


def judged(found: dict[str, Any]) -> Iterator[Figure]:
    """The judge on painters' pictures it never saw: it must be able to see what it is asked."""
    for name in ("family", "layout", "density"):
        goal = {"family": ">=0.97", "layout": ">=0.93"}.get(name, "")
        yield Figure(f"judge_{name}_accuracy", found[f"{name}_accuracy"], "share", goal)


def asked(named: dict[str, Any], colours: dict[str, Any]) -> Iterator[Figure]:
    """Held-out prompts: family, layout, density, colours; generated, and the painters beside."""
    yield Figure("house_prompts", PROMPTS, "pictures", ">=500")
    made, drawn = named["generated"], named["painted"]
    yield Figure("house_family_accuracy", made["family_accuracy"], "share", ">=0.95")
    yield Figure("house_family_accuracy_painted", drawn["family_accuracy"], "share")
    yield Figure("house_family_accuracy_worst", min(made["families"].values()), "share")
    yield Figure("house_layout_accuracy", made["layout_accuracy"], "share", ">=0.9")
    yield Figure("house_layout_accuracy_painted", drawn["layout_accuracy"], "share")
    yield Figure("house_density_error", made["density_error"], "levels")
    yield Figure("house_density_error_painted", drawn["density_error"], "levels")
    for side in ("generated", "painted"):
        goal = "<=0.06" if side == "generated" else ""
        found = colours[side]
        yield Figure(f"house_main_colours_{side}", found["main_colours_delta_e"], "OKLab", goal)
        yield Figure(f"house_share_error_{side}", found["share_error"], "share")


def whole(distances: dict[str, Any], novelty: dict[str, Any]) -> Iterator[Figure]:
    """The set as a whole: near the painters', and not learnt by heart."""
    yield Figure("house_frechet", distances["frechet"], "squared")
    yield Figure("house_frechet_held_out", distances["frechet_held_out"], "squared")
    yield Figure("house_frechet_over_held_out", distances["frechet_over_held_out"], "times", "<=3")
    worst = max(distances["families"].values())
    yield Figure("house_worst_family_gap", worst, "times")
    joint = distances["joint_frechet_shuffled"] / distances["joint_frechet"]
    yield Figure("house_joint_frechet_shuffled_over_true", joint, "times", ">=2")
    yield Figure(
        "house_nearest_over_held_out", novelty["nearest_generated_over_held_out"], "times", ">=1"
    )
    low = novelty["nearest_generated_p5"] / novelty["nearest_held_out_p5"]
    yield Figure("house_nearest_p5_over_held_out", low, "times")


def adapted(found: dict[str, Any]) -> Iterator[Figure]:
    """Each LoRA against its family, the word against its scene, the base beside them."""
    loras = [name for name in found["adapters"] if name != inversion.TRIGGER]
    yield Figure("house_loras", len(loras), "files", ">=3")
    for name, shares in found["adapters"].items():
        word = name.replace("-", "_")
        goals = ("<=0.2", ">=0.9") if name in loras else ("", "")
        yield Figure(f"house_{word}_without", shares["without"], "share", goals[0])
        yield Figure(f"house_{word}_with", shares["with"], "share", goals[1])
    yield Figure("house_base_bit_identical", found["base_identical"], "share", ">=1")


def timed(found: dict[str, Any]) -> Iterator[Figure]:
    """Seconds a picture of 512 x 512 and peak memory of the process, by batch."""
    for batch, measured in found.items():
        goals = ("<=3", "<=2048") if batch == "4" else ("", "")
        yield Figure(f"house_seconds_batch_{batch}", measured["seconds"], "s", goals[0])
        yield Figure(f"house_peak_batch_{batch}", measured["peak_mib"], "MiB", goals[1])


def shipped() -> Iterator[Figure]:
    """The weights in the repository: whole, and small."""
    names = integrity.verify_weights()
    size = sum(path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file())
    yield Figure("house_weights", size / 1e6, "MB", f"<={LARGEST_WEIGHTS_MB}")
    yield Figure("house_weights_verified", len(names), "files")
