"""What is in memory is measured, LoRAs included, and the least used leaves when it is too much."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generation.engine.session import Engine
from generation.engine.types import AdapterRef, CheckpointRef, RenderRequest, keep_all
from generation.engine.weights import folder_of, needed_bytes
from tests.generation.engine.test_adapters import make_lora

Make = Callable[..., RenderRequest]


@pytest.fixture(scope="module")
def lora(tiny: CheckpointRef, tmp_path_factory: Any) -> AdapterRef:
    return make_lora(tiny, tmp_path_factory.mktemp("lora"), 3)


@pytest.fixture
def own() -> Engine:
    return Engine(device="cpu", threads=1, budget_gib=1)


def test_what_is_foreseen_is_what_is_taken(own: Engine, tiny: CheckpointRef) -> None:
    for ref, item_bytes in ((tiny, 4), (replace(tiny, execution={"dtype": "bfloat16"}), 2)):
        foreseen = needed_bytes(ref, folder_of(ref), item_bytes)
        taken = own.load(ref).weight_bytes

        assert foreseen == pytest.approx(taken, rel=0.02)
    files = sum(path.stat().st_size for path in Path(tiny.location).rglob("*.safetensors"))
    assert taken < 0.6 * files, "half precision takes half of what the files do"


def test_loras_count_while_they_are_there(
    own: Engine, tiny: CheckpointRef, lora: AdapterRef, request_number: Make
) -> None:
    resident = own.load(tiny)
    before = resident.weight_bytes
    assert resident.lora_bytes == 0

    list(own.render(tiny, [request_number(1, adapters=(lora,))], on_step=keep_all))

    assert 0 < resident.lora_bytes < before
    assert resident.weight_bytes == before + resident.lora_bytes


def test_memory_that_loras_take_is_made_free_by_others_leaving(
    own: Engine, tiny: CheckpointRef, lora: AdapterRef, request_number: Make
) -> None:
    other = replace(tiny, key=2, name="Other")
    own.load(other)
    own.load(tiny)
    own.residency.budget_bytes = own.residency.used_bytes
    assert own.residency.names == ["Other", "Tiny"]
    own.load(tiny)
    assert own.residency.names == ["Other", "Tiny"], "it fits to the byte"

    list(own.render(tiny, [request_number(1, adapters=(lora,))], on_step=keep_all))
    own.load(tiny)

    assert own.residency.names == ["Tiny"]


def test_the_lanes_share_a_pipeline_where_they_run_it_alike(
    own: Engine, tiny: CheckpointRef
) -> None:
    assert own.load(tiny) is own.load(tiny, archive=True)
    tuned = replace(tiny, execution={"channels_last": True})

    assert own.load(tuned) is not own.load(tuned, archive=True)
    assert own.residency.keys == [tiny.key]


def test_one_that_is_larger_than_the_budget_is_alone(own: Engine, tiny: CheckpointRef) -> None:
    own.residency.budget_bytes = 10
    own.load(tiny)
    own.load(replace(tiny, key=2, name="Other"))

    assert own.residency.names == ["Other"]
