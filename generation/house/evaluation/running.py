"""The parts of the evaluation, run in order, each kept: a run that was stopped goes on.

For: `manage.py evaluate_house` and `make bench ONLY=house`. Not for: how anything is measured
(`measuring.py`, `worn.py`, `speed.py`). Everything lies in a folder that is named by a hash of the
base weights and of the code that decides what a picture looks like: other weights begin anew. What
adapters change is kept by a hash of theirs, since no picture without them knows of them.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from generation.house import WEIGHTS
from generation.house.evaluation import judge, making, measuring, requests, sheets, speed, worn
from generation.house.evaluation.pictures import labels

HOUSE = WEIGHTS.parent
PROMPTS, ADAPTER_PROMPTS = 500, 64
Figures = dict[str, Any]


@dataclass
class Evaluation:
    """One evaluation of the weights that ship.

    Attributes:
        folder: where pictures and figures are kept.
        prompts: held-out requests for the base; `adapter_prompts` for each adapter.
        docs: where sheets for people go.
    """

    out: Path = Path("var/house/evaluation")
    prompts: int = PROMPTS
    adapter_prompts: int = ADAPTER_PROMPTS
    docs: Path = Path("docs")
    device: str = "cpu"
    kept: dict[str, list[Image.Image]] = field(default_factory=dict)

    @cached_property
    def folder(self) -> Path:
        """Return the working folder of these weights and this many prompts."""
        made = self.out / f"{fingerprint()}-{self.prompts}"
        made.mkdir(parents=True, exist_ok=True)
        return made

    @cached_property
    def eye(self) -> judge.Judge:
        """Return the judge, trained when there is none for these painters."""
        folder = self.out / f"judge-{painters_fingerprint()}"
        folder.mkdir(parents=True, exist_ok=True)
        return judge.trained(folder, self.device)

    @cached_property
    def asked(self) -> list[requests.Request]:
        """Return the held-out requests."""
        return requests.held_out(self.prompts, requests.taught())

    @cached_property
    def others(self) -> list[requests.Request]:
        """Return requests of the same kinds with other seeds, for the baseline."""
        return requests.held_out(self.prompts, requests.taught(), requests.HELD_OUT_SEED + 1)

    @cached_property
    def pipeline(self) -> Any:
        """Return the pipeline that ships."""
        return making.shipped_pipeline()

    @cached_property
    def generated(self) -> list[Image.Image]:
        """Return the model's pictures of the requests, made where they are missing."""
        return making.made(self.pipeline, self.asked, self.folder / "made")

    @cached_property
    def drawn(self) -> list[Image.Image]:
        """Return the painters' pictures of the same requests."""
        return making.painted(self.asked)

    def part(self, name: str) -> Figures:
        """Return the figures of a part, measured now unless they are kept."""
        path = self.kept_at(name)
        if path.exists():
            kept: Figures = json.loads(path.read_text())
            return kept
        print(f"measuring {name}", flush=True)
        figures = PARTS[name](self)
        path.with_suffix(".part").write_text(json.dumps(figures, indent=1))
        path.with_suffix(".part").replace(path)
        return figures

    def kept_at(self, name: str) -> Path:
        """Return where the figures of a part are kept."""
        digits = f"-{adapters_fingerprint()}" if name == "adapters" else ""
        return self.folder / f"{name}{digits}.json"

    def everything(self) -> dict[str, Figures]:
        """Return the figures of all parts."""
        return {name: self.part(name) for name in PARTS}


def examined(run: Evaluation) -> Figures:
    """Return how often the judge is right about painters' pictures that it never saw."""
    lessons = judge.exam()
    odds, told = judge.named(run.eye, lessons.pixels), labels(lessons.scenes)
    figures: Figures = {"pictures": len(lessons.scenes)}
    for name, numbers in told.items():
        there = numbers >= 0
        right = odds[name].argmax(axis=1)[there] == numbers[there]
        figures[f"{name}_accuracy"] = round(float(right.mean()), 4)
    return figures


def named(run: Evaluation) -> Figures:
    """Return family, layout and density, generated and painted."""
    return {
        name: measuring.named_as_asked(measuring.seen(run.eye, pictures), run.asked)
        for name, pictures in (("generated", run.generated), ("painted", run.drawn))
    }


def coloured(run: Evaluation) -> Figures:
    """Return the palette figures, generated and painted."""
    return {
        name: measuring.coloured_as_asked(pictures, run.asked)
        for name, pictures in (("generated", run.generated), ("painted", run.drawn))
    }


def apart(run: Evaluation) -> Figures:
    """Return the Fréchet distances."""
    sets = (run.generated, run.drawn, making.painted(run.others))
    made, drawn, other = (measuring.seen(run.eye, pictures)["features"] for pictures in sets)
    return measuring.far_from_drawn(made, drawn, other, run.asked)


def new(run: Evaluation) -> Figures:
    """Return the novelty figures."""
    return measuring.novelty(run.generated, run.drawn, run.asked)


def adapted(run: Evaluation) -> Figures:
    """Return what the adapters change."""
    return worn.measured(run.eye, run.folder / "worn", run.adapter_prompts, worn.shipped())


def felt(run: Evaluation) -> Figures:
    """Return the means of what the probe reads, generated and painted; empty without a probe."""
    from generation.house import CLIP_DIR, probing
    from generation.house.training import probe
    from generation.house.training.house_clip import HouseClip

    if not (probing.FOLDER / "probe.safetensors").exists():
        return {}
    clip = HouseClip(CLIP_DIR)
    sides = {"generated": run.generated, "painted": run.drawn}
    read = {
        name: probing.read(probe.features_of(clip, pictures).astype(np.float32))
        for name, pictures in sides.items()
    }
    return {
        output: {name: round(float(found[output].mean()), 3) for name, found in read.items()}
        for output in probing.OUTPUTS
    }


def timed(_run: Evaluation) -> Figures:
    """Return seconds a picture and peak memory by batch."""
    return {str(batch): speed.apart(batch) for batch in speed.BATCHES}


def looked_at(run: Evaluation) -> Figures:
    """Write the sheets for people; return where they lie."""
    page = run.docs / "house-report.jpg"
    sheets.contact_sheet(run.generated, run.asked, 4, page)
    grids = sheets.write_grids(run.pipeline, run.folder, run.docs / "house-grids")
    return {"sheet": str(page), "grids": [str(path) for path in grids]}


PARTS: dict[str, Callable[[Evaluation], Figures]] = {
    "judge": examined,
    "named": named,
    "colours": coloured,
    "distances": apart,
    "novelty": new,
    "adapters": adapted,
    "probe": felt,
    "speed": timed,
    "sheets": looked_at,
}


def fingerprint() -> str:
    """Return eight digits that change with the base weights and with what shapes a picture."""
    code = [*HOUSE.glob("*.py"), *(HOUSE / "painters").glob("*.py")]
    asked = [HOUSE / "evaluation" / f"{name}.py" for name in ("requests", "making")]
    return _digits([*code, *asked], _hashes(adapters=False))


def adapters_fingerprint() -> str:
    """Return eight digits that change with the adapters and how they are measured."""
    return _digits([HOUSE / "evaluation" / "worn.py"], _hashes(adapters=True))


def _hashes(*, adapters: bool) -> str:
    """Return the manifest's hashes of the adapters, or of everything else."""
    named: dict[str, str] = json.loads((WEIGHTS / "manifest.json").read_text())["sha256"]
    kept = {name: sha for name, sha in named.items() if name.startswith("adapters/") == adapters}
    return json.dumps(kept, sort_keys=True)


def painters_fingerprint() -> str:
    """Return eight digits that change with what the judge learns from."""
    code = [HOUSE / f"{name}.py" for name in ("families", "finishes", "compositing")]
    own = [HOUSE / "evaluation" / f"{name}.py" for name in ("judge", "pictures")]
    return _digits([*code, *own, *(HOUSE / "painters").glob("*.py")])


def _digits(paths: list[Path], more: str = "") -> str:
    digest = hashlib.sha256(more.encode())
    for path in sorted(paths):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
