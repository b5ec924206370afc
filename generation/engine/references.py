"""IP-Adapters: a pass whose pictures resemble given ones, or the embedding of chosen works.

An IP-Adapter is a `.safetensors` file, or a folder with one and with `image_encoder/`, which turns
pictures into embeddings; checked against its registered hash. Its layers take the places of the
UNet's while a pass runs and leave afterwards, so that passes without a reference are as before to
the byte. Images of a pass may follow different pictures, through one adapter at one strength.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from diffusers.models.embeddings import ImageProjection
from PIL import Image
from safetensors.torch import load_file

from generation.engine.errors import EngineError
from generation.engine.guide_files import guide_sha256, tensor_file
from generation.engine.types import AdapterRef, ReferenceRef, RenderRequest
from generation.engine.weights import verify

LOADED_LIMIT = 2


@dataclass(slots=True)
class Worn:
    """The parts of one IP-Adapter, in the form in which a UNet takes them."""

    processors: dict[str, Any]
    projection: torch.nn.Module

    @property
    def size_bytes(self) -> int:
        """Memory that they take."""
        modules = [self.projection, *self.processors.values()]
        return sum(
            weight.nbytes
            for module in modules
            if isinstance(module, torch.nn.Module)
            for weight in module.parameters()
        )


class References:
    """The IP-Adapters of one pipeline, the one used last at the end."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline
        self.held: dict[str, Worn] = {}
        self.encoders: dict[str, Encoder] = {}

    @property
    def held_bytes(self) -> int:
        """Memory that they take, image encoders included."""
        return sum(worn.size_bytes for worn in self.held.values()) + sum(
            encoder.size_bytes for encoder in self.encoders.values()
        )

    @contextmanager
    def worn(self, requests: Sequence[RenderRequest]) -> Iterator[dict[str, Any]]:
        """Let a pass resemble its references; yield the arguments that the pipeline needs.

        Raises:
            EngineError: the images cannot share a pass, or the pipeline takes no IP-Adapter.
            WeightsChanged: the adapter is not the one that was registered.
        """
        references = [request.reference for request in requests]
        if not any(references):
            yield {}
            return
        first = _shared(references)
        unet = self._unet()
        plain = dict(unet.attn_processors)
        kind = unet.config.get("encoder_hid_dim_type")
        before = (unet.encoder_hid_proj, kind)
        try:
            worn = self._put_on(first.adapter)
            self.pipeline.set_ip_adapter_scale(first.strength)
            rows = [row for row in references if row is not None]
            embeds = self._embeds(worn, rows, requests[0].guidance)
            with told_by_row(worn.projection, embeds):
                # Pipelines repeat one row for all images; each gets its own in the projection.
                yield {"ip_adapter_image_embeds": [embeds[:: len(rows)]]}
        finally:
            unet.set_attn_processor(dict(plain))
            unet.encoder_hid_proj, unet.config.encoder_hid_dim_type = before

    def _unet(self) -> Any:
        unet = getattr(self.pipeline, "unet", None)
        if unet is None or not hasattr(self.pipeline, "load_ip_adapter"):
            raise EngineError(f"{type(self.pipeline).__name__} takes no IP-Adapter.")
        return unet

    def _put_on(self, adapter: AdapterRef) -> Worn:
        """Give the UNet an adapter's layers, loading them if need be."""
        unet = self._unet()
        worn = self.held.pop(adapter.name, None)
        if worn is None:
            unet._load_ip_adapter_weights([_weights(adapter)])
            worn = Worn(dict(unet.attn_processors), unet.encoder_hid_proj)
        else:
            unet.set_attn_processor(dict(worn.processors))
            unet.encoder_hid_proj = worn.projection
            unet.config.encoder_hid_dim_type = "ip_image_proj"
        self.held[adapter.name] = worn
        for stale in list(self.held)[:-LOADED_LIMIT]:
            del self.held[stale]
            self.encoders.pop(stale, None)
        return worn

    def _embeds(self, worn: Worn, rows: Sequence[ReferenceRef], guidance: float) -> torch.Tensor:
        """Return what the layers are told, `(images, 1, …)`; with guidance, nothing comes first."""
        [projection] = worn.projection.image_projection_layers  # type: ignore[union-attr]
        fine = not isinstance(projection, ImageProjection)
        told = [self._embed(row, fine) for row in rows]
        aimed = torch.stack([embed for embed, _free in told])
        free = torch.stack([free for _embed, free in told])
        unet = self.pipeline.unet
        guided = guidance > 1 and unet.config.get("time_cond_proj_dim") is None
        both = torch.cat([free, aimed]) if guided else aimed
        return both.to(self.pipeline._execution_device, self.pipeline.dtype)

    def _embed(self, row: ReferenceRef, fine: bool) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the embedding of a reference and that of no picture, each `(1, …)`."""
        if row.vector and fine:
            raise EngineError(f"{row.adapter.slug} takes pictures only: give it an image.")
        if row.vector:
            vector = torch.tensor(row.vector)[None]
            return vector, torch.zeros_like(vector)
        return self.encoder(row.adapter).encode(row.image, fine=fine)

    def encoder(self, adapter: AdapterRef) -> "Encoder":
        """Return what turns pictures into an adapter's embeddings.

        Raises:
            EngineError: the adapter came without one.
        """
        if adapter.name not in self.encoders:
            self.encoders[adapter.name] = Encoder(adapter)
        return self.encoders[adapter.name]


class Encoder:
    """The image encoder that came with an IP-Adapter; on the CPU, one picture at a time."""

    def __init__(self, adapter: AdapterRef) -> None:
        self.folder = Path(adapter.location) / "image_encoder"
        if not (self.folder / "config.json").is_file():
            raise EngineError(
                f"{adapter.slug} came without an image encoder: give it a style embedding, or "
                "register its folder with image_encoder/ in it."
            )
        verify(adapter.slug, guide_sha256(Path(adapter.location)), adapter.sha256)

    @cached_property
    def model(self) -> Any:
        """The network."""
        from transformers import CLIPVisionModelWithProjection

        return CLIPVisionModelWithProjection.from_pretrained(
            self.folder, local_files_only=True, use_safetensors=True
        ).eval()

    @property
    def size_bytes(self) -> int:
        """Memory that it takes, once it was needed."""
        if "model" not in self.__dict__:
            return 0
        return sum(weight.nbytes for weight in self.model.parameters())

    @torch.inference_mode()
    def encode(self, image: bytes, *, fine: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the embedding of a picture and that of no picture, each `(1, …)`.

        Args:
            image: encoded.
            fine: of every place in the picture, not of the whole.
        """
        from transformers import CLIPImageProcessor

        side = self.model.config.image_size
        process = CLIPImageProcessor(size={"shortest_edge": side}, crop_size=side)
        with Image.open(io.BytesIO(image)) as opened:
            pixels = process(opened.convert("RGB"), return_tensors="pt").pixel_values
        if not fine:
            embed = self.model(pixels).image_embeds
            return embed, torch.zeros_like(embed)
        seen = [
            self.model(value, output_hidden_states=True).hidden_states[-2]
            for value in (pixels, torch.zeros_like(pixels))
        ]
        return seen[0], seen[1]


@contextmanager
def told_by_row(projection: torch.nn.Module, embeds: torch.Tensor) -> Iterator[None]:
    """Let a projection read `embeds`, one for each row of the pass, whatever it is called with."""

    def by_row(_module: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
        [given], *rest = args
        if len(given) != len(embeds):
            raise EngineError(
                f"The pass has {len(given)} rows for {len(embeds)} references: this pipeline "
                "cannot follow pictures."
            )
        return [embeds], *rest

    hook = projection.register_forward_pre_hook(by_row)
    try:
        yield
    finally:
        hook.remove()


def references_of(pipeline: Any) -> References:
    """Return the pipeline's IP-Adapters, the same object every time."""
    found: References = pipeline.__dict__.setdefault("genart_references", References(pipeline))
    return found


def _shared(references: Sequence[ReferenceRef | None]) -> ReferenceRef:
    """Return what the images of a pass have in common."""
    first = references[0]
    for reference in references:
        if reference is None or first is None:
            raise EngineError("Images with and without a reference cannot share a pass.")
        if (reference.adapter, reference.strength) != (first.adapter, first.strength):
            raise EngineError("Images of a pass need one IP-Adapter at one strength.")
    assert first is not None  # noqa: S101  (the loop refused it)
    return first


def _weights(adapter: AdapterRef) -> dict[str, dict[str, torch.Tensor]]:
    """Return an adapter's tensors in their two parts, after comparing the hash."""
    path = tensor_file(adapter)
    verify(adapter.slug, guide_sha256(Path(adapter.location)), adapter.sha256)
    parts: dict[str, dict[str, torch.Tensor]] = {"image_proj": {}, "ip_adapter": {}}
    for name, tensor in load_file(path).items():
        part, _dot, rest = name.partition(".")
        if part not in parts:
            raise EngineError(f"{adapter.slug}: {path.name} is no IP-Adapter ({name}).")
        parts[part][rest] = tensor
    return parts
