"""Safetensors as bytes: damaged files are refused, equal tensors have equal hashes."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from generation.engine.errors import EngineError
from generation.engine.layout import loaded_tensors, variant_of, wanted_files
from generation.engine.tensors import BadTensors, memory_bytes, tensors_in, tensors_sha256


def written(path: Path, header: Any, data: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def entry(begin: int, end: int, shape: Any = (1,), dtype: Any = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_what_a_header_describes_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    save_file({"a": np.zeros((2, 3), np.float32), "b": np.zeros(4, np.int64)}, file, {"k": "v"})

    shapes = {tensor.name: (tensor.dtype, tensor.shape) for tensor in tensors_in(file)}

    assert shapes == {"a": ("F32", (2, 3)), "b": ("I64", (4,))}
    assert memory_bytes([file], 2) == 6 * 2 + 4 * 8


@pytest.mark.parametrize(
    ("header", "data", "sentence"),
    [
        (b"", b"", "is no safetensors file"),
        (b"\x80\x04pickle", b"", "header cannot be read"),
        ([1], b"", "lists no tensors"),
        ({"a": entry(0, 4)}, b"1234567", "damaged or cut off"),
        ({"a": entry(0, 4)}, b"12", "damaged or cut off"),
        ({"a": entry(2, 6)}, b"123456", "nobody's"),
        ({"a": entry(0, 4), "b": entry(2, 6)}, b"123456", "nobody's"),
        ({"a": entry(0, 4, [2])}, b"1234", "does not describe a"),
        ({"a": entry(0, 4, [-1])}, b"1234", "does not describe a"),
        ({"a": entry(0, 4, dtype="X9")}, b"1234", "does not describe a"),
        ({"a": entry(0, 4, dtype=[])}, b"1234", "does not describe a"),
        ({"a": 5}, b"1234", "does not describe a"),
        (b"[" * 200_000, b"", "header cannot be read"),
        (b'{"a":' * 200_000, b"", "header cannot be read"),
        (b"[" + b"9" * 5000 + b"]", b"", "header cannot be read"),
        (b'{"a":1,"a":2}', b"", "header cannot be read"),
        (b"PK\x03\x04data.pkl", b"", "header cannot be read"),
        (b"\x80\x02ccopyreg\n_reconstructor", b"", "header cannot be read"),
        ({"a": entry(0, 4, [True])}, b"1234", "does not describe a"),
        ({"a": entry(0, 4, [1] * 17)}, b"1234", "does not describe a"),
        ({"a": entry(0, 4, [2**62, 2**62])}, b"1234", "does not describe a"),
        ({"a": entry(0, 10**30)}, b"1234", "does not describe a"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    tmp_path: Path, header: Any, data: bytes, sentence: str
) -> None:
    with pytest.raises(BadTensors, match=sentence):
        tensors_in(written(tmp_path / "a.safetensors", header, data))


@pytest.mark.parametrize("start", [b"PK\x03\x04\x14\x00\x00\x00", b"\x80\x02ccopyre", b"\xff" * 8])
def test_a_header_that_claims_more_than_is_there_is_not_read(tmp_path: Path, start: bytes) -> None:
    file = tmp_path / "pickle.safetensors"
    file.write_bytes(start + b"\x00" * 100)

    with pytest.raises(BadTensors, match="save the weights as safetensors"):
        tensors_in(file)


@given(st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_do_more_than_be_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.safetensors"
    for whole in (content, struct.pack("<Q", max(len(content) - 4, 0)) + content):
        file.write_bytes(whole)
        try:
            tensors_in(file)
        except BadTensors as error:
            assert error.message.startswith("a.safetensors is")


def test_the_hash_is_of_the_tensors_alone(tmp_path: Path) -> None:
    a, b = np.arange(4, dtype=np.float32), np.ones((2, 2), np.float16)
    one, two, three = (tmp_path / f"{n}.safetensors" for n in range(3))
    save_file({"a": a, "b": b}, one, {"made": "here"})
    save_file({"b": b}, two)
    save_file({"a": a}, three)

    whole = tensors_sha256({one: ""})

    assert tensors_sha256({two: "", three: ""}) == whole
    assert tensors_sha256({one: "unet"}) != whole
    save_file({"a": a.reshape(2, 2), "b": b}, one)
    assert tensors_sha256({one: ""}) != whole
    save_file({"a": a + 1, "b": b}, one)
    assert tensors_sha256({one: ""}) != whole


def test_of_two_precisions_the_plain_one_is_loaded() -> None:
    names = [
        "model_index.json", "README.md", "big.safetensors", "unet/config.json",
        "unet/m.safetensors", "unet/m.fp16.safetensors", "unet/m.bin",
        "vae/m.fp16-00001-of-00002.safetensors", "vae/m.fp16-00002-of-00002.safetensors",
    ]  # fmt: skip

    loaded = ["unet/m.safetensors", *(name for name in names if name.startswith("vae/"))]

    assert loaded_tensors(names) == loaded
    assert wanted_files(names) == ["model_index.json", "unet/config.json", "README.md", *loaded]


def test_a_part_without_safetensors_is_named() -> None:
    names = ["model_index.json", "unet/m.safetensors", "vae/m.bin"]
    with pytest.raises(EngineError, match=r"vae/m\.bin is not safetensors"):
        wanted_files(names)
    with pytest.raises(EngineError, match=r"no \.safetensors file"):
        wanted_files(["model_index.json"])


def test_a_folder_of_one_precision_is_loaded_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "m.fp16.safetensors").touch()
    assert variant_of(tmp_path) == "fp16"
    (tmp_path / "unet" / "m.safetensors").touch()
    assert variant_of(tmp_path) is None
