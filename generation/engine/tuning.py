"""Applies execution settings (`execution.py`) to a loaded pipeline, and says what it could not do.

Nothing is left out silently: a setting that only makes it faster or smaller falls back, with a
sentence for the fingerprint; one that changes the picture raises.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch._dynamo.exc
import torch._inductor.exc
from diffusers import DiffusionPipeline

from generation.engine.errors import EngineError
from generation.engine.execution import Settings

logger = logging.getLogger(__name__)

MOST_SHAPES = 64
"""Pieces of compiled code that one piece of a program may have: batch sizes times picture sizes."""
COMPILE_ERRORS: tuple[type[BaseException], ...] = (
    torch._dynamo.exc.TorchDynamoException,
    torch._dynamo.exc.FailOnRecompileLimitHit,
    torch._inductor.exc.CppCompileError,
    torch._inductor.exc.InvalidCxxCompiler,
)
"""What torch.compile raises, at the first pass, where it cannot compile here."""


class CannotTune(Exception):
    """This pipeline or device cannot do what a setting asks for; the message is a sentence."""


def tune(pipeline: DiffusionPipeline, settings: Settings, device: torch.device) -> dict[str, str]:
    """Bring a pipeline to its device and run it as the settings say; return what fell back.

    Raises:
        EngineError: a setting that changes the picture cannot be applied.
    """
    fell_back: dict[str, str] = {}
    place(pipeline, settings, device, fell_back)
    steps: list[tuple[str, Any, Callable[[], None], bool]] = [
        ("vae_slicing", settings.vae_slicing, lambda: _vae(pipeline, "slicing"), False),
        ("vae_tiling", settings.vae_tiling, lambda: _vae(pipeline, "tiling"), True),
        ("channels_last", settings.channels_last, lambda: _channels_last(pipeline), False),
        ("attention", settings.attention, lambda: _attention(pipeline, settings.attention), False),
        ("caches", settings.cache, lambda: _cache(pipeline, settings), True),
        ("compile", settings.compile_mode, lambda: _compile(pipeline, settings), False),
    ]
    for name, wanted, apply, changes_the_picture in steps:
        if wanted:
            _try(name, apply, fell_back, must=changes_the_picture)
    return fell_back


def _try(name: str, apply: Callable[[], None], fell_back: dict[str, str], *, must: bool) -> None:
    """Apply one setting, or note why not; raise where the picture would be another."""
    try:
        apply()
    except (CannotTune, ImportError, RuntimeError, ValueError, AttributeError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        if must:
            raise EngineError(f"The setting {name} cannot be applied: {reason}") from error
        logger.warning("The setting %s falls back to the plain way: %s", name, reason)
        fell_back[name] = reason


def place(
    pipeline: DiffusionPipeline,
    settings: Settings,
    device: torch.device,
    fell_back: dict[str, str],
) -> None:
    """Put the weights on the device, or where an offload keeps them."""
    if settings.offload and device.type != "cpu":
        _try("offload", lambda: _offload(pipeline, settings.offload, device), fell_back, must=False)
        if "offload" not in fell_back:
            return
    elif settings.offload:
        fell_back["offload"] = "There is nothing to offload from a CPU."
    pipeline.to(device)


def _offload(pipeline: Any, kind: str, device: torch.device) -> None:
    if kind == "model":
        pipeline.enable_model_cpu_offload(device=device)
    elif kind == "sequential":
        pipeline.enable_sequential_cpu_offload(device=device)
    else:
        pipeline.enable_group_offload(
            onload_device=device, offload_type="leaf_level", use_stream=device.type == "cuda"
        )


def denoiser_of(pipeline: Any) -> Any:
    """Return the part that runs at every step: a transformer or a UNet.

    Raises:
        CannotTune: there is neither.
    """
    for name in ("transformer", "unet"):
        part = getattr(pipeline, name, None)
        if isinstance(part, torch.nn.Module):
            return part
    raise CannotTune(f"{type(pipeline).__name__} has no transformer and no UNet.")


def _vae(pipeline: Any, what: str) -> None:
    vae = getattr(pipeline, "vae", None)
    if vae is None:
        raise CannotTune(f"{type(pipeline).__name__} has no autoencoder.")
    getattr(vae, f"enable_{what}")()


def _channels_last(pipeline: Any) -> None:
    for part in (denoiser_of(pipeline), getattr(pipeline, "vae", None)):
        if part is not None:
            part.to(memory_format=torch.channels_last)


def _attention(pipeline: Any, backend: str) -> None:
    """Choose the attention of one pipeline; diffusers' own call would change every other's too."""
    from diffusers.models.attention_dispatch import AttentionBackendName, _AttentionBackendRegistry

    part = denoiser_of(pipeline)
    processors = [getattr(module, "processor", None) for module in part.modules()]
    if any(hasattr(processor, "_attention_backend") for processor in processors):
        try:
            part.set_attention_backend(backend)
        finally:
            _AttentionBackendRegistry.set_active_backend(AttentionBackendName.NATIVE)
    elif backend == "xformers":
        pipeline.enable_xformers_memory_efficient_attention()
    elif backend != "native":
        raise CannotTune(f"The attention of {type(part).__name__} cannot be exchanged.")


def _cache(pipeline: Any, settings: Settings) -> None:
    from diffusers import FirstBlockCacheConfig, TaylorSeerCacheConfig
    from diffusers.hooks import TextKVCacheConfig

    kinds = {
        "first-block": FirstBlockCacheConfig,
        "taylorseer": TaylorSeerCacheConfig,
        "text-kv": TextKVCacheConfig,
    }
    part = denoiser_of(pipeline)
    if not hasattr(part, "enable_cache"):
        raise CannotTune(f"{type(part).__name__} takes no cache; set caches to none.")
    part.enable_cache(kinds[settings.cache](**dict(settings.cache_numbers)))


def _compile(pipeline: Any, settings: Settings) -> None:
    """Have the denoiser compiled at its first pass, in place: its weights keep their names.

    Each shape gets code of its own, so that the same shape runs the same code whatever was rendered
    before (R1). More shapes than `MOST_SHAPES` raise, and it goes on without compiled code.
    """
    part = denoiser_of(pipeline)
    torch._dynamo.config.recompile_limit = MOST_SHAPES
    torch._dynamo.config.fail_on_recompile_limit_hit = True
    mode = None if settings.compile_mode == "default" else settings.compile_mode
    if settings.regional:
        if not getattr(part, "_repeated_blocks", None):
            raise CannotTune(f"{type(part).__name__} names no blocks that repeat.")
        part.compile_repeated_blocks(mode=mode, dynamic=False)
    else:
        part.compile(mode=mode, dynamic=False)


def uncompile(pipeline: DiffusionPipeline) -> None:
    """Take the compiled code of a pipeline away."""
    for module in denoiser_of(pipeline).modules():
        module._compiled_call_impl = None
    torch._dynamo.reset()


@contextmanager
def eager_if(needed: bool) -> Iterator[None]:
    """Run compiled parts as they are written: LoRAs come and go, and each would compile anew."""
    if not needed:
        yield
        return
    with torch.compiler.set_stance("force_eager"):
        yield


def fresh_caches(pipeline: DiffusionPipeline) -> None:
    """Forget what caches hold of the pass before; one that was left early did not."""
    for part in pipeline.components.values():
        if getattr(part, "is_cache_enabled", False):
            part._reset_stateful_cache()


def measured_bytes(pipeline: DiffusionPipeline, *, offloaded: bool = False) -> int:
    """Return the memory that a pipeline's weights take now, LoRAs included; shared ones once.

    Args:
        pipeline: any.
        offloaded: whether its parts are on the device one at a time; then, of the largest.
    """
    seen: set[int] = set()
    sizes = [0]
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            tensors = [*part.parameters(), *part.buffers()]
            storages = {
                tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes()
                for tensor in tensors
            }
            sizes.append(sum(size for at, size in storages.items() if at not in seen))
            seen |= set(storages)
    return max(sizes) if offloaded else sum(sizes)


def lora_bytes(pipeline: DiffusionPipeline) -> int:
    """Return how much of that LoRAs take."""
    return sum(
        weight.nbytes
        for part in pipeline.components.values()
        if isinstance(part, torch.nn.Module)
        for name, weight in part.named_parameters()
        if ".lora_" in name
    )
