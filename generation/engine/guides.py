"""What a pass follows besides words: control images (`controls.py`), references (`references.py`).

Both stay in memory with their pipeline and count for it (`held_bytes`); what a pass needs besides
is told before (`missing_bytes`), so that room can be made.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generation.engine.controls import controlled, controlnets_of
from generation.engine.guide_files import guide_bytes
from generation.engine.references import references_of
from generation.engine.types import ControlRef, ReferenceRef, RenderRequest


@contextmanager
def guided(
    pipeline: Any, requests: Sequence[RenderRequest]
) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Let a pass follow its control images and references; yield what to call, and with what more.

    Without any, that is the pipeline itself and nothing more.

    Raises:
        EngineError: the images cannot share a pass, or the pipeline takes no such guide.
        WeightsChanged: a file is not the one that was registered.
    """
    called, controls = controlled(pipeline, requests)
    with references_of(pipeline).worn(requests) as references:
        yield called, controls | references


def held_bytes(pipeline: Any) -> int:
    """Return the memory that the guides of a pipeline take."""
    return controlnets_of(pipeline).held_bytes + references_of(pipeline).held_bytes


def missing_bytes(pipeline: Any, requests: Sequence[RenderRequest]) -> int:
    """Return how much memory the guides of a pass need that is not taken yet."""
    control, reference = requests[0].control, requests[0].reference
    wanted = []
    if control and control.adapter.name not in controlnets_of(pipeline).held:
        wanted.append(control.adapter)
    if reference and reference.adapter.name not in references_of(pipeline).held:
        wanted.append(reference.adapter)
    return sum(guide_bytes(Path(adapter.location)) for adapter in wanted)


def facts_of(request: RenderRequest) -> dict[str, Any]:
    """Return what a fingerprint says of a request's control image and reference."""
    facts: dict[str, Any] = {}
    if request.control:
        facts["control"] = _fact(request.control) | {"kind": request.control.kind}
    if request.reference:
        facts["reference"] = _fact(request.reference)
    return facts


def _fact(guide: ControlRef | ReferenceRef) -> dict[str, Any]:
    return {
        "image": guide.sha256,
        "adapter": f"{guide.adapter.slug}@{guide.adapter.version}",
        "adapter_sha256": guide.adapter.sha256,
        "strength": guide.strength,
    }
