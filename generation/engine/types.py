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
        source: `house`, `folder`, `file` or `hub`.
        location: folder, file, or hub repository; empty for the house model.
        revision: commit of the hub repository.
        sha256: of the weights (`weights.files_sha256`); empty: not checked.
        capabilities: what the checkpoint's row says it can do.
        config: of a single file: the folder with its configuration.
        execution: how it is run (`execution.py`).
    """

    key: int
    name: str
    family: str
    source: str
    location: str = ""
    revision: str = ""
    sha256: str = ""
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    config: str = ""
    execution: Mapping[str, Any] = field(default_factory=dict)


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
class ControlRef:
    """A control image and the ControlNet that reads it.

    Attributes:
        kind: `canny` is computed from the picture (`controls.py`); every other kind comes ready.
        image: the picture, encoded.
        sha256: of `image`, in hex.
        adapter: the ControlNet.
        strength: 0 nothing … 1 as trained … 2 overdone.
    """

    kind: str
    image: bytes = field(repr=False)
    sha256: str
    adapter: AdapterRef
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class ReferenceRef:
    """A picture, or its embedding, that the image should resemble, and the IP-Adapter for it.

    Attributes:
        adapter: the IP-Adapter.
        sha256: of the picture; of an embedding, its name and version.
        image: the picture, encoded; empty where there is an embedding.
        vector: the embedding, as the adapter's image encoder gives it; empty where there is a
            picture.
        strength: 0 nothing … 1 as trained.
    """

    adapter: AdapterRef
    sha256: str
    image: bytes = field(default=b"", repr=False)
    vector: tuple[float, ...] = field(default=(), repr=False)
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One image to make.

    Requests of one group differ in prompt, seed, colours and finish, in their LoRA where each has
    at most one, and in their control image and reference where those go through one adapter at one
    strength.
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
    control: ControlRef | None = None
    reference: ReferenceRef | None = None

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
