"""Safetensors files as bytes: is one well-formed, what is in it, and the hash of its tensors.

No torch here, and nothing of a file is run: a header of JSON, then plain numbers. The format is
https://github.com/huggingface/safetensors (8 bytes of length, header, data without holes).
"""

import hashlib
import json
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

from generation.engine.errors import EngineError

HEADER_LIMIT = 16 * 2**20
"""Bytes. The format's own reader allows six times as many, which fill gigabytes once they are read;
the headers of the largest models and of LoRAs with all their training notes stay under 4 MB."""
MOST_SIDES = 16
"""Of a tensor's shape; networks use five."""
CHUNK = 2**22
BITS = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4, "C64": 64,
    "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8,
}  # fmt: skip
FLOATS = frozenset(name for name in BITS if name[0] in "FBC" and name != "BOOL")

OnBytes = Callable[[int], None]
"""Hears how many bytes more were read."""


class BadTensors(EngineError):
    """A file that calls itself safetensors is none, or is damaged."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor as a header describes it; `begin` and `end` are bytes into the data."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int

    @property
    def numbers(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


def tensors_in(path: Path) -> list[Tensor]:
    """Return the tensors of a file in the order of their bytes.

    Raises:
        BadTensors: it is no safetensors file, or its header and its bytes do not agree.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        header_bytes, header = _header(file, size, path.name)
    found = [
        _tensor(name, entry, path.name) for name, entry in header.items() if name != "__metadata__"
    ]
    found.sort(key=lambda tensor: (tensor.begin, tensor.end))
    _check_bytes(found, size - 8 - header_bytes, path.name)
    return found


def _header(file: BinaryIO, size: int, name: str) -> tuple[int, dict[str, Any]]:
    """Return a header's length and content."""
    start = file.read(8)
    length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
    if not 2 <= length <= min(HEADER_LIMIT, size - 8):
        raise BadTensors(f"{name} is no safetensors file: save the weights as safetensors.")
    try:
        header = json.loads(file.read(length), object_pairs_hook=_once_each)
    except (ValueError, RecursionError):  # also brackets in brackets, names that come twice
        raise BadTensors(f"{name} is no safetensors file: its header cannot be read.") from None
    if not isinstance(header, dict):
        raise BadTensors(f"{name} is no safetensors file: its header lists no tensors.")
    return length, header


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; two readers could take a name that comes twice for different tensors.

    Raises:
        ValueError: a name comes twice.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _tensor(name: str, entry: Any, file: str) -> Tensor:
    """Return a header's entry after checking that it describes a tensor."""
    try:
        begin, end = entry["data_offsets"]
        tensor = Tensor(name, entry["dtype"], tuple(entry["shape"]), begin, end)
        whole = all(type(n) is int and n >= 0 for n in (begin, end, *tensor.shape))
        fits = (
            whole
            and len(tensor.shape) <= MOST_SIDES
            and (end - begin) * 8 == tensor.numbers * BITS[tensor.dtype]
        )
    except (KeyError, TypeError, ValueError):
        fits = False
    if not fits:
        raise BadTensors(f"{file} is damaged: its header does not describe {name} rightly.")
    return tensor


def _check_bytes(tensors: Iterable[Tensor], data_bytes: int, file: str) -> None:
    """Refuse holes, overlaps and a file that is cut off."""
    at = 0
    for tensor in tensors:
        if tensor.begin != at:
            raise BadTensors(f"{file} is damaged: its bytes before {tensor.name} are nobody's.")
        at = tensor.end
    if at != data_bytes:
        raise BadTensors(
            f"{file} is damaged or cut off: its header speaks of {at} bytes, it has {data_bytes}."
        )


def tensors_sha256(files: Mapping[Path, str], on_bytes: OnBytes | None = None) -> str:
    """Return the hash of all tensors: names, types, shapes and values, whatever the files' names.

    The same weights in one file or in several, with other metadata or in another order, have one
    hash.

    Args:
        files: each file with the part that it belongs to, `unet` for one; empty for all in one.
        on_bytes: hears of the progress.
    """
    lines = [line for path, part in files.items() for line in _lines(path, part, on_bytes)]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _lines(path: Path, part: str, on_bytes: OnBytes | None) -> list[str]:
    """Return a line for each tensor of a file."""
    tensors = tensors_in(path)
    lines = []
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        file.seek(8 + length)
        for tensor in tensors:
            digest = _hashed(file, tensor.end - tensor.begin, on_bytes)
            key = [part, tensor.name, tensor.dtype, list(tensor.shape), digest]
            lines.append(json.dumps(key) + "\n")
    return lines


def _hashed(file: BinaryIO, count: int, on_bytes: OnBytes | None) -> str:
    digest = hashlib.sha256()
    while count:
        chunk = file.read(min(CHUNK, count))
        if not chunk:
            raise BadTensors(f"{file.name} was cut off while it was read.")
        digest.update(chunk)
        count -= len(chunk)
        if on_bytes:
            on_bytes(len(chunk))
    return digest.hexdigest()


def memory_bytes(files: Iterable[Path], item_bytes: int) -> int:
    """Return the memory that weights need once their floats are cast to `item_bytes` each."""
    return sum(
        tensor.numbers * item_bytes if tensor.dtype in FLOATS else tensor.end - tensor.begin
        for path in files
        for tensor in tensors_in(path)
    )
