"""A resident tiny checkpoint, loaded once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from generation.engine.types import CheckpointRef, RenderRequest


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> CheckpointRef:
    """The tiny checkpoint as the engine takes it."""
    return CheckpointRef(1, "Tiny", "sd", "folder", location=str(tiny_folder))


@pytest.fixture(scope="session")
def engine() -> Any:
    """An engine on the CPU."""
    from generation.engine.session import Engine

    return Engine(device="cpu", threads=1, budget_gib=1)


@pytest.fixture
def request_number() -> Callable[..., RenderRequest]:
    """Make requests of one group that differ in prompt and seed."""

    def make(number: int, **changes: Any) -> RenderRequest:
        values = {
            "prompt": f"picture {number}",
            "negative_prompt": "",
            "seed": 100 + number,
            "width_px": 64,
            "height_px": 64,
            "steps": 4,
            "guidance": 3.0,
        }
        return RenderRequest(UUID(int=number), **(values | changes))

    return make
