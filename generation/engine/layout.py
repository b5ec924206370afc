"""Which files of a pipeline in diffusers' layout count. Names only: nothing is read, no torch.

Of two precisions of one part (`model.fp16.safetensors` beside `model.safetensors`) the plain one is
loaded, and weights at the top of a folder, which other programs use, are not loaded at all: neither
is fetched, nor does it count for the hash.
"""

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from generation.engine.errors import EngineError

SMALL = (".json", ".txt", ".model", ".jinja")
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle", ".h5", ".msgpack", ".onnx", ".gguf")
_PRECISION = re.compile(r"\.(fp16|fp32|bf16|fp8|non_ema|ema)(?=[.-])")


def wanted_files(names: Iterable[str]) -> list[str]:
    """Return which files of a diffusers repository are needed.

    Raises:
        EngineError: it is no diffusers pipeline, or a part has no safetensors.
    """
    names = sorted(names)
    if "model_index.json" not in names:
        raise EngineError(
            "This repository holds no diffusers pipeline (model_index.json): choose one in "
            "diffusers' layout, or add its .safetensors file as a single file."
        )
    tensors = loaded_tensors(names)
    refuse_pickles(names, tensors)
    return (
        [name for name in names if name.endswith(SMALL)]
        + ["README.md"] * ("README.md" in names)
        + tensors
    )


def loaded_tensors(names: Iterable[str]) -> list[str]:
    """Return the safetensors files that a pipeline in this layout loads, by their paths."""
    inside = [name for name in names if name.endswith(".safetensors") and "/" in name]
    plain = {name for name in inside if not _PRECISION.search(PurePosixPath(name).name)}
    parts = {_part(name) for name in plain}
    return sorted(name for name in inside if name in plain or _part(name) not in parts)


def _part(name: str) -> str:
    return PurePosixPath(name).parts[0]


def refuse_pickles(names: Iterable[str], tensors: Iterable[str]) -> None:
    """Refuse a pipeline of which a part comes only in a format that may run code, or none.

    Raises:
        EngineError: with the file's name and what to do.
    """
    covered = {_part(name) for name in tensors}
    for name in names:
        if name.endswith(PICKLES) and "/" in name and _part(name) not in covered:
            raise EngineError(
                f"{name} is not safetensors, and its part has no other weights: a pickle may run "
                "code. Save the pipeline with safe_serialization=True and add that."
            )
    if not covered:
        raise EngineError("There is no .safetensors file in it: only safetensors are loaded.")


def tensor_files(folder: Path) -> dict[Path, str]:
    """Return the safetensors files that are loaded from a folder, each with its part."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*.safetensors")]
    return {folder / name: _part(name) for name in loaded_tensors(names)}


def variant_of(folder: Path) -> str | None:
    """Return the precision in the names of a folder's weights, where there are no plain ones."""
    found = [_PRECISION.search(path.name) for path in tensor_files(folder)]
    return next((match[1] for match in found if match), None)
