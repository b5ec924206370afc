"""LoRAs and textual-inversion embeddings on a pipeline.

Files are safetensors only and checked against their registered hash. A LoRA stays loaded after
use, up to `LOADED_LIMIT`: switching to a loaded one moves no file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from diffusers import DiffusionPipeline
from safetensors.torch import load_file

from generation.engine.errors import EngineError
from generation.engine.types import AdapterRef
from generation.engine.weights import file_sha256, verify

LOADED_LIMIT = 16


def use_adapters(pipeline: DiffusionPipeline, adapters: Sequence[AdapterRef]) -> None:
    """Make exactly these adapters act on the pipeline.

    Raises:
        EngineError: the pipeline takes no such adapters, or a file is not safetensors.
        WeightsChanged: a file is not the one that was registered.
    """
    for adapter in adapters:
        if adapter.kind == "embedding":
            _load_embedding(pipeline, adapter)
    loras = [adapter for adapter in adapters if adapter.kind == "lora"]
    if loras and not hasattr(pipeline, "load_lora_weights"):
        raise EngineError(f"{type(pipeline).__name__} takes no LoRA.")
    _use_loras(pipeline, loras)


def _use_loras(pipeline: Any, loras: Sequence[AdapterRef]) -> None:
    loaded: list[str] = pipeline.__dict__.setdefault("genart_loras", [])
    if not loras:
        if loaded:
            pipeline.disable_lora()
        return
    for lora in loras:
        if lora.name in loaded:
            loaded.remove(lora.name)
        else:
            pipeline.load_lora_weights(load_file(_checked(lora)), adapter_name=lora.name)
        loaded.append(lora.name)
    for stale in loaded[: -max(LOADED_LIMIT, len(loras))]:
        pipeline.delete_adapters(stale)
        loaded.remove(stale)
    pipeline.enable_lora()
    pipeline.set_adapters([lora.name for lora in loras], [lora.weight for lora in loras])


def _load_embedding(pipeline: Any, adapter: AdapterRef) -> None:
    """Teach the pipeline an embedding's token, once."""
    if not hasattr(pipeline, "load_textual_inversion"):
        raise EngineError(f"{type(pipeline).__name__} takes no textual-inversion embedding.")
    tokens: set[str] = pipeline.__dict__.setdefault("genart_tokens", set())
    if adapter.name not in tokens:
        token = adapter.trigger_words or adapter.slug
        pipeline.load_textual_inversion(load_file(_checked(adapter)), token=token)
        tokens.add(adapter.name)


def _checked(adapter: AdapterRef) -> Path:
    """Return the file of an adapter after comparing its hash."""
    path = Path(adapter.location)
    if path.suffix != ".safetensors" or not path.is_file():
        raise EngineError(f"{adapter.slug}: {path} is no safetensors file.")
    stat = path.stat()
    verify(adapter.slug, file_sha256(path, stat.st_size, stat.st_mtime_ns), adapter.sha256)
    return path
