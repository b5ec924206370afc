"""A factory that takes on jobs."""

from dataclasses import dataclass
from typing import Any

import pytest

from generation import defaults
from tests.conftest import make_user


@dataclass
class Ready:
    """Somebody who may commission, and what."""

    owner: Any
    spec: dict[str, Any]


@pytest.fixture
def ready_to_submit(transactional_db: None) -> Ready:
    """Two pictures to ask for."""
    defaults.load()
    spec = {
        "version": 1,
        "title": "Two mornings",
        "style": "sun-and-hills",
        "subject": "a sun over low hills",
        "palette": {"name": "terracotta"},
        "size": {"width_px": 256, "height_px": 256},
        "count": 2,
        "seed": 11,
    }
    return Ready(make_user("curator", "studio", "curators"), spec)
