"""What goes into the engine and what comes out of it. No torch here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class CheckpointRef:
    """A base model at one pinned revision.

    Attributes:
        key: what tells checkpoints apart in memory.
        name: for messages.
        family: key of `families.FAMILIES`.
        source: `house`, `folder` or `hub`.
        location: folder, or hub repository; empty for the house model.
        revision: commit of the hub repository.
        sha256: of the weights (`weights.weights_sha256`); empty: not checked.
        capabilities: what the checkpoint's row says it can do.
    """

    key: int
    name: str
    family: str
    source: str
    location: str = ""
    revision: str = ""
    sha256: str = ""
    capabilities: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AdapterRef:
    """A LoRA or textual-inversion embedding at one version, and how strongly it acts."""

    slug: str
    version: str
    kind: str
    location: str
    sha256: str
    weight: float = 1.0
    trigger_words: str = ""

    @property
    def name(self) -> str:
        """Name under which a pipeline knows it; peft allows no dots."""
        return f"{self.slug}@{self.version}".replace(".", "_")


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One image to make.

    Requests of one group differ in prompt, seed, colours and finish, and in their LoRA where each
    has at most one.
    """

    id: UUID
    prompt: str
    negative_prompt: str
    seed: int
    width_px: int
    height_px: int
    steps: int
    guidance: float
    scheduler: str = "default"
    slots: tuple[str, ...] = ()
    finish: str = ""
    adapters: tuple[AdapterRef, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Width and height, by which the largest batch is remembered."""
        return (self.width_px, self.height_px)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One image made, and how: enough to make it again."""

    request: RenderRequest
    image: Image
    fingerprint: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepEvent:
    """A denoising step is done.

    Attributes:
        requests: the images in this pass, in batch order.
        step: from 1 to `steps`.
        steps: steps of the whole pass.
        previews: makes small pictures of the present state, in batch order; empty where the
            family has none. Costs a few milliseconds; works only during the event.
    """

    requests: tuple[RenderRequest, ...]
    step: int
    steps: int
    previews: Callable[[], list[Image]]


OnStep = Callable[[StepEvent], Collection[UUID]]
"""Hears of every step and answers with the ids that are still wanted."""


def keep_all(event: StepEvent) -> Collection[UUID]:
    """Want every image of the pass: the `OnStep` of callers that never cancel."""
    return [request.id for request in event.requests]
