"""LoRAs and textual-inversion embeddings on a pipeline, and different LoRAs in one pass.

Files are safetensors only and checked against their registered hash. A LoRA stays loaded after
use, up to `LOADED_LIMIT`: switching to a loaded one moves no file. Where each row of a pass wears
at most one LoRA, peft picks it row by row (`adapter_names`), so rows with different LoRAs and rows
with none share the pass; diffusers never hands these names on, so a hook on each layer does.
Several LoRAs on one image act on the whole pass, as diffusers does it.

An embedding has a token of its own, which stands in the prompts of those who wear it in place of
its trigger words, so that nobody else reads them differently.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from diffusers import DiffusionPipeline
from peft.tuners.lora import LoraLayer
from safetensors.torch import load_file

from generation.engine.errors import EngineError
from generation.engine.types import AdapterRef, RenderRequest
from generation.engine.weights import file_sha256, verify

LOADED_LIMIT = 16
NONE = "__base__"
"""What peft calls a row without a LoRA."""


class Wardrobe:
    """The LoRAs and embeddings of one pipeline: what is loaded, and what each row wears now."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline
        self.loaded: list[str] = []
        self.tokens: list[str] = []
        self.rows: list[str] = []

    def wear(self, rows: Sequence[Sequence[AdapterRef]]) -> None:
        """Make exactly these adapters act on the rows of the next pass.

        Raises:
            EngineError: the pipeline takes no such adapters, rows that cannot share a pass, or a
                file that is not safetensors.
            WeightsChanged: a file is not the one that was registered.
        """
        worn = {ref.name: ref for row in rows for ref in row}
        self._teach([ref for ref in worn.values() if ref.kind == "embedding"])
        loras = [[ref for ref in row if ref.kind == "lora"] for row in rows]
        if any(loras) and not hasattr(self.pipeline, "load_lora_weights"):
            raise EngineError(f"{type(self.pipeline).__name__} takes no LoRA.")
        if any(len(row) > 1 for row in loras):
            if any(row != loras[0] for row in loras):
                raise EngineError("Images with several LoRAs each share a pass only if equal.")
            self._wear_together(loras[0])
        else:
            self._wear_apart([row[0] if row else None for row in loras])

    def _wear_together(self, loras: Sequence[AdapterRef]) -> None:
        self._load(loras)
        self.rows = []
        self.pipeline.enable_lora()
        names = [_worn_name(lora) for lora in loras]
        self.pipeline.set_adapters(names, [lora.weight for lora in loras])

    def _wear_apart(self, loras: Sequence[AdapterRef | None]) -> None:
        """Let each row wear its own LoRA or none."""
        self._load([lora for lora in loras if lora is not None])
        self.rows = [_worn_name(lora) if lora else NONE for lora in loras]
        if not self.loaded:
            return
        if any(loras):
            self.pipeline.enable_lora()
            self._weigh({_worn_name(lora): lora.weight for lora in loras if lora})
        else:
            self.pipeline.disable_lora()

    def _load(self, loras: Sequence[AdapterRef]) -> None:
        """Bring LoRAs into the pipeline; those unused longest leave."""
        wanted = {_worn_name(lora): lora for lora in loras}
        for name, lora in wanted.items():
            if name in self.loaded:
                self.loaded.remove(name)
            else:
                self.pipeline.load_lora_weights(load_file(_checked(lora)), adapter_name=name)
            self.loaded.append(name)
        for stale in self.loaded[: -max(LOADED_LIMIT, len(wanted))]:
            self.pipeline.delete_adapters(stale)
            self.loaded.remove(stale)
        for layer in self._layers():
            if not hasattr(layer, "genart_hook"):
                layer.genart_hook = layer.register_forward_pre_hook(self._named, with_kwargs=True)

    def _layers(self) -> Iterator[Any]:
        for component in self.pipeline.components.values():
            if hasattr(component, "modules"):
                yield from (part for part in component.modules() if isinstance(part, LoraLayer))

    def _weigh(self, weights: dict[str, float]) -> None:
        """Set how strongly each LoRA acts."""
        for layer in self._layers():
            for name, weight in weights.items():
                if name in layer.scaling:
                    layer.set_scale(name, weight)

    def _named(self, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Tell a layer which LoRA each row wears; guidance doubles the rows of a pass."""
        if not self.rows or set(self.rows) == {NONE}:
            return None
        times, left = divmod(len(args[0]), len(self.rows))
        if left:
            raise EngineError(
                f"A layer works on {len(args[0])} rows for {len(self.rows)} images: "
                "this pipeline cannot mix LoRAs in one pass."
            )
        return args, kwargs | {"adapter_names": self.rows * times}

    def _teach(self, adapters: Collection[AdapterRef]) -> None:
        """Teach the pipeline the tokens of embeddings, once; those unused longest are forgotten."""
        if adapters and not hasattr(self.pipeline, "load_textual_inversion"):
            name = type(self.pipeline).__name__
            raise EngineError(f"{name} takes no textual-inversion embedding.")
        for adapter in adapters:
            if token_of(adapter) in self.tokens:
                self.tokens.remove(token_of(adapter))
            else:
                self._load_token(adapter)
            self.tokens.append(token_of(adapter))
        for stale in self.tokens[: -max(LOADED_LIMIT, len(adapters))]:
            for tokenizer, encoder in self._readers():
                self.pipeline.unload_textual_inversion(stale, tokenizer, encoder)
            self.tokens.remove(stale)

    def _load_token(self, adapter: AdapterRef) -> None:
        """Add an embedding to the text encoder whose width it has."""
        vectors = load_file(_checked(adapter))
        parts = list(vectors.values())
        for tokenizer, encoder in self._readers():
            width = encoder.get_input_embeddings().weight.shape[1]
            fits = [part for part in parts if part.shape[-1] == width]
            if not fits:
                raise EngineError(
                    f"{adapter.slug} has no embedding of width {width}: it was made for another "
                    "checkpoint."
                )
            self.pipeline.load_textual_inversion(
                {token_of(adapter): fits[0]},
                token=token_of(adapter),
                tokenizer=tokenizer,
                text_encoder=encoder,
            )

    def _readers(self) -> list[tuple[Any, Any]]:
        """Return the pipeline's tokenizers, each with its text encoder."""
        pairs = [
            (getattr(self.pipeline, f"tokenizer{end}", None), f"text_encoder{end}")
            for end in ("", "_2")
        ]
        return [(reader, getattr(self.pipeline, name)) for reader, name in pairs if reader]


def wardrobe_of(pipeline: DiffusionPipeline) -> Wardrobe:
    """Return the pipeline's wardrobe, the same one every time."""
    wardrobe: Wardrobe = pipeline.__dict__.setdefault("genart_wardrobe", Wardrobe(pipeline))
    return wardrobe


@contextmanager
def dressed(
    pipeline: DiffusionPipeline, requests: Sequence[RenderRequest]
) -> Iterator[list[RenderRequest]]:
    """Let each image of a pass wear its adapters while the pass runs; yield how to ask for them."""
    wardrobe = wardrobe_of(pipeline)
    wardrobe.wear([request.adapters for request in requests])
    try:
        yield [worded(request) for request in requests]
    finally:
        wardrobe.rows = []


def token_of(adapter: AdapterRef) -> str:
    """Return the token that stands for an embedding, one that no prompt holds by chance."""
    return f"<{adapter.name}>"


def worded(request: RenderRequest) -> RenderRequest:
    """Return a request whose trigger words are the tokens of the embeddings that it wears.

    Other prompts of the pass, and of later ones, keep the same words as plain words.
    """
    prompt, avoided = request.prompt, request.negative_prompt
    for adapter in request.adapters:
        if adapter.kind == "embedding":
            trigger = re.compile(rf"(?<!\w){re.escape(trigger_of(adapter))}(?!\w)", re.IGNORECASE)
            prompt = trigger.sub(token_of(adapter), prompt)
            avoided = trigger.sub(token_of(adapter), avoided)
    return replace(request, prompt=prompt, negative_prompt=avoided)


def trigger_of(adapter: AdapterRef) -> str:
    """Return the words that call an embedding in a prompt."""
    return adapter.trigger_words or adapter.slug


def _worn_name(lora: AdapterRef) -> str:
    """Return the name of a LoRA at its weight: rows may wear one at different weights."""
    return f"{lora.name}_at_{lora.weight:g}".replace(".", "_").replace("-", "_")


def _checked(adapter: AdapterRef) -> Path:
    """Return the file of an adapter after comparing its hash."""
    path = Path(adapter.location)
    if path.suffix != ".safetensors" or not path.is_file():
        raise EngineError(f"{adapter.slug}: {path} is no safetensors file.")
    stat = path.stat()
    verify(adapter.slug, file_sha256(path, stat.st_size, stat.st_mtime_ns), adapter.sha256)
    return path
