"""Whether `make house-model` makes the same model again: from nothing, twice, and killed midway.

The whole chain (denoiser, refiner, CLIP, export, LoRAs, embedding, probe) runs at a small scale of
its recipe in copies of the code that hold no weights, in as many threads each time, beside each
other. The third is killed at the first checkpoint of each training and told to go on. Weights that
are the same bits have the same figures, so nothing else is compared. The full recipe takes a night
and is not run here.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Figure

ROOT = Path(__file__).parent.parent.parent.parent
SCALE = 0.001
KILLED_AT = ("denoiser.pt", "refiner.pt", "clip.pt", "adapter-")
"""The third run is killed when the first checkpoint of each of these lies there."""
LOOKED_EVERY_SECONDS = 0.05


def figures() -> Iterator[Figure]:
    """Yield every figure of this part."""
    folder = Path(tempfile.mkdtemp(prefix="genart-reproduction-"))
    trees = [bare_copy(folder / name) for name in ("first", "again", "killed")]
    started = [chain(tree, save_seconds=120) for tree in trees[:2]]
    try:
        kills = sum(killed(trees[2], name) for name in KILLED_AT)
        started.append(chain(trees[2], save_seconds=120))
        first, again, resumed = (made(*pair) for pair in zip(started, trees, strict=True))
    finally:
        for process in started:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    yield Figure("house_rehearsal_files", len(first), "files", ">=15")
    yield Figure("house_rehearsal_cpu", spent / len(trees), "s")
    yield Figure("house_same_seed_same_bits", alike(first, again), "share", ">=1")
    yield Figure("house_kills", kills, "times", f">={len(KILLED_AT)}")
    yield Figure("house_killed_same_bits", alike(first, resumed), "share", ">=1")


def alike(first: dict[str, str], second: dict[str, str]) -> float:
    """Return the share of files that have the same SHA-256 in both manifests."""
    names = first.keys() | second.keys()
    return sum(first.get(name) == second.get(name) for name in names) / len(names)


def bare_copy(tree: Path) -> Path:
    """Copy what the training is made of, without any weights; return the copy."""
    tree.mkdir()
    for name in ("generation", "genart"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("weights"))
    return tree


def chain(tree: Path, *, save_seconds: float) -> "subprocess.Popen[bytes]":
    """Start the chain in a copy, or let it go on where it was stopped."""
    command = (
        "-m", "generation.house.training", "all", "--resume", "--scale", str(SCALE),
        "--save-seconds", str(save_seconds), "--out", str(tree / "run"),
    )  # fmt: skip
    return subprocess.Popen(
        [sys.executable, *command], cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)},
        stdout=subprocess.DEVNULL, stderr=(tree / "errors.txt").open("a"),
    )  # fmt: skip


def made(process: "subprocess.Popen[bytes]", tree: Path) -> dict[str, str]:
    """Wait for the end of the chain; return the SHA-256 of every file of the manifest."""
    if process.wait():
        raise RuntimeError(f"The training failed: {(tree / 'errors.txt').read_text()[-2000:]}")
    manifest = json.loads((tree / "generation/house/weights/manifest.json").read_text())
    found: dict[str, str] = manifest["sha256"]
    return found


def killed(tree: Path, name: str) -> bool:
    """Run the chain and kill it at the first checkpoint of that name; return whether it was."""
    running = chain(tree, save_seconds=0.5)
    while running.poll() is None:
        if any(path.suffix == ".pt" for path in (tree / "run").glob(f"{name}*")):
            running.kill()
            running.wait()
            return True
        time.sleep(LOOKED_EVERY_SECONDS)
    return False
