"""ControlNets: a pass that follows the lines, depths or poses of given pictures.

A ControlNet is a folder in diffusers' layout, safetensors only, checked against its registered
hash. It stays in memory with its pipeline, up to `LOADED_LIMIT`. The pipeline that takes control
images shares every other part with the plain one, which is never changed: without a control image
the bytes are as if there were none. Images of a pass may follow different pictures, through one
ControlNet at one strength.
"""

import inspect
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import AutoPipelineForText2Image
from PIL import Image, ImageOps

from generation.engine.edges import edges_of
from generation.engine.errors import EngineError
from generation.engine.guide_files import guide_sha256
from generation.engine.types import AdapterRef, ControlRef, RenderRequest
from generation.engine.weights import verify

LOADED_LIMIT = 3
COMPUTED = {"canny": edges_of}
"""Control images that are made of a given picture; pictures of every other kind come ready."""


class ControlNets:
    """The ControlNets of one pipeline, the one used last at the end."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline
        self.held: dict[str, Any] = {}

    @property
    def held_bytes(self) -> int:
        """Memory that they take."""
        nets = [piped.controlnet for piped in self.held.values()]
        return sum(weight.nbytes for net in nets for weight in net.parameters())

    def piped(self, adapter: AdapterRef) -> Any:
        """Return the pipeline with a ControlNet, loading it if need be.

        Raises:
            EngineError: the pipeline takes none, or the folder holds none.
            WeightsChanged: its files are not those that were registered.
        """
        held = self.held.pop(adapter.name, None) or self._load(adapter)
        self.held[adapter.name] = held
        for stale in list(self.held)[:-LOADED_LIMIT]:
            del self.held[stale]
        held.scheduler = self.pipeline.scheduler
        return held

    def _load(self, adapter: AdapterRef) -> Any:
        net = _net(adapter, self.pipeline)
        try:
            piped = AutoPipelineForText2Image.from_pipe(self.pipeline, controlnet=net)
        except (ValueError, TypeError, AttributeError) as error:
            name = type(self.pipeline).__name__
            raise EngineError(f"{name} takes no control image through {adapter.slug}.") from error
        piped.set_progress_bar_config(disable=True)
        return piped


def controlnets_of(pipeline: Any) -> ControlNets:
    """Return the pipeline's ControlNets, the same object every time."""
    nets: ControlNets = pipeline.__dict__.setdefault("genart_controlnets", ControlNets(pipeline))
    return nets


def controlled(pipeline: Any, requests: Sequence[RenderRequest]) -> tuple[Any, dict[str, Any]]:
    """Return the pipeline to call for a pass, and the arguments that its control images need.

    Raises:
        EngineError: the images cannot share a pass, or the pipeline takes no control image.
        WeightsChanged: the ControlNet is not the one that was registered.
    """
    controls = [request.control for request in requests]
    if not any(controls):
        return pipeline, {}
    first = _shared(controls)
    piped = controlnets_of(pipeline).piped(first.adapter)
    images = [prepared(control, requests[0].shape) for control in controls if control]
    known = inspect.signature(piped.__call__).parameters
    name = "control_image" if "control_image" in known else "image"
    return piped, {name: images, "controlnet_conditioning_scale": first.strength}


def _shared(controls: Sequence[ControlRef | None]) -> ControlRef:
    """Return what the images of a pass have in common."""
    first = controls[0]
    for control in controls:
        if control is None or first is None:
            raise EngineError("Images with and without a control image cannot share a pass.")
        same = (control.kind, control.adapter, control.strength)
        if same != (first.kind, first.adapter, first.strength):
            raise EngineError("Images of a pass need one ControlNet at one strength.")
    assert first is not None  # noqa: S101  (the loop refused it)
    return first


def prepared(control: ControlRef, shape: tuple[int, int]) -> Image.Image:
    """Return a control image at the size of the picture, cut at the longer side's ends."""
    with Image.open(io.BytesIO(control.image)) as given:
        fitted = ImageOps.fit(given.convert("RGB"), shape, Image.Resampling.LANCZOS)
    make = COMPUTED.get(control.kind)
    return make(fitted) if make else fitted


def _net(adapter: AdapterRef, pipeline: Any) -> torch.nn.Module:
    """Return a ControlNet from its folder, beside the pipeline's weights and in their precision."""
    folder = Path(adapter.location)
    try:
        config = json.loads((folder / "config.json").read_text())
    except (OSError, ValueError):
        raise EngineError(f"{adapter.slug}: {folder} holds no ControlNet (config.json).") from None
    kind = str(config.get("_class_name", ""))
    if "ControlNet" not in kind or not hasattr(diffusers, kind):
        raise EngineError(f"{adapter.slug}: {folder} holds {kind or 'no model'}, no ControlNet.")
    verify(adapter.slug, guide_sha256(folder), adapter.sha256)
    net: torch.nn.Module = getattr(diffusers, kind).from_pretrained(
        folder, dtype=pipeline.dtype, local_files_only=True, use_safetensors=True
    )
    return net.to(pipeline._execution_device).eval()
