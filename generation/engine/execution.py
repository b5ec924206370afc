"""How a checkpoint is run, as data: what may be set, and what that means on a device. No torch.

`Checkpoint.execution` is a JSON object; every value may also be given by kind of device:

    {"dtype": {"cuda": "bfloat16"}, "compile": {"mode": "default", "regional": true},
     "attention": "native", "channels_last": true, "vae_slicing": true, "vae_tiling": true,
     "caches": {"name": "first-block", "threshold": 0.08}, "offload": "model"}

What changes only speed or memory (`compile`, `attention`, `channels_last`, `vae_slicing`,
`offload`) falls back to the plain way where a device or pipeline cannot do it, and the fingerprint
says so. What changes the picture (`dtype`, `caches`, `vae_tiling`) fails instead. The archive lane
takes none of them but those that save memory: it is float32, eager and plain. `tuning.py` applies
them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from generation.engine.errors import EngineError

DEVICES = ("cpu", "cuda", "mps")
DTYPES = ("float32", "bfloat16", "float16")
MODES = ("default", "reduce-overhead", "max-autotune", "max-autotune-no-cudagraphs")
ATTENTION = (
    "native", "flash", "flash_varlen", "flex", "sage", "sage_varlen", "xformers", "_flash_3",
    "_native_cudnn", "_native_efficient", "_native_flash", "_native_math",
)  # fmt: skip
"""Of diffusers' backends those that are installed as packages; the others fetch code from a hub."""
CACHES: dict[str, dict[str, type]] = {
    "first-block": {"threshold": float},
    "taylorseer": {"cache_interval": int, "disable_cache_before_step": int, "max_order": int},
    "text-kv": {},
}
"""Caches of diffusers by name, and their numbers."""
OFFLOADS = ("model", "sequential", "group")
SWITCHES = ("channels_last", "vae_slicing", "vae_tiling")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a pipeline is run on one device; hashable, since a resident is known by it.

    Attributes:
        dtype: precision of the weights.
        compile_mode: torch.compile's; empty: not compiled.
        regional: compile the repeated blocks only, which is faster to compile.
        attention: diffusers' backend; empty: as the pipeline comes.
        cache: of `CACHES`; empty: none.
        cache_numbers: its numbers, by name.
        offload: of `OFFLOADS`; empty: all weights stay on the device.
    """

    dtype: str
    compile_mode: str = ""
    regional: bool = False
    attention: str = ""
    channels_last: bool = False
    vae_slicing: bool = False
    vae_tiling: bool = False
    cache: str = ""
    cache_numbers: tuple[tuple[str, float], ...] = ()
    offload: str = ""

    def as_facts(self) -> dict[str, Any]:
        """Return what is not as by default, for a fingerprint; the precision is told apart."""
        plain = Settings(self.dtype)
        changed = {
            field.name for field in fields(self)
            if getattr(self, field.name) != getattr(plain, field.name)
        }  # fmt: skip
        facts = {name: value for name, value in asdict(self).items() if name in changed}
        if self.cache_numbers:
            facts["cache_numbers"] = dict(self.cache_numbers)
        return facts


def settings_of(
    execution: Mapping[str, Any], device: str, *, dtype: str, archive: bool = False
) -> Settings:
    """Return what a checkpoint's settings mean on a kind of device.

    Args:
        execution: `Checkpoint.execution`.
        device: `cpu`, `cuda` or `mps`.
        dtype: precision that was decided on (`dtype_of`).
        archive: leave out whatever could change a bit.

    Raises:
        EngineError: the settings are not valid.
    """
    wrong = faults(execution)
    if wrong:
        raise EngineError(f"Its execution settings are wrong: {wrong[0]}")
    here = {name: _on(value, device) for name, value in execution.items()}
    kept = Settings(
        dtype,
        vae_slicing=bool(here.get("vae_slicing")),
        vae_tiling=bool(here.get("vae_tiling")),
        offload=_named(here.get("offload")),
    )
    if archive:
        return kept
    compiled, cache = here.get("compile"), here.get("caches")
    options = compiled if isinstance(compiled, dict) else {}
    numbers = dict(cache) if isinstance(cache, dict) else {}
    return replace(
        kept,
        compile_mode=options.get("mode", "default") if compiled else "",
        regional=bool(options.get("regional")),
        attention=_attention(_named(here.get("attention"))),
        channels_last=bool(here.get("channels_last")),
        cache=_named(numbers.pop("name", "") if isinstance(cache, dict) else cache),
        cache_numbers=tuple(sorted(numbers.items())),
    )


def dtype_of(execution: Mapping[str, Any], device: str) -> str:
    """Return the precision that settings name for a kind of device; empty where they do not."""
    named = _on(execution.get("dtype"), device)
    return named if isinstance(named, str) and named in DTYPES else ""


def _attention(name: str) -> str:
    return "native" if name == "sdpa" else name


def _named(value: Any) -> str:
    return value if isinstance(value, str) and value != "none" else ""


def _is_by_device(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and set(value) <= set(DEVICES)


def _on(value: Any, device: str) -> Any:
    """Return the value for a kind of device, of one that may be given by device."""
    return value.get(device) if _is_by_device(value) else value


def faults(execution: Any) -> list[str]:
    """Return what is wrong with execution settings, each as a sentence; empty if nothing."""
    if not isinstance(execution, Mapping):
        return ['Write an object, for example {"dtype": {"cuda": "bfloat16"}}.']
    return [sentence for name, value in execution.items() for sentence in _faults(name, value)]


def _faults(name: str, value: Any) -> Iterator[str]:
    if name not in CHECKS:
        yield f"There is no setting {name}: choose from {', '.join(CHECKS)}."
        return
    for one in value.values() if _is_by_device(value) else [value]:
        sentence = CHECKS[name](name, one)
        if sentence:
            yield sentence


def _one_of(*allowed: str) -> Any:
    def check(name: str, value: Any) -> str:
        good = isinstance(value, str) and value in allowed
        return "" if good else f"{name} is {_said(value)}: choose from {', '.join(allowed)}."

    return check


def _switch(name: str, value: Any) -> str:
    return "" if isinstance(value, bool) else f"{name} is {_said(value)}: write true or false."


def _compile(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return ""
    if not isinstance(value, dict) or not set(value) <= {"mode", "regional"}:
        return f'{name} is {_said(value)}: write true, or {{"mode": "default", "regional": true}}.'
    mode = _one_of(*MODES)(f"{name}.mode", value.get("mode", "default"))
    return mode or _switch(f"{name}.regional", value.get("regional", False))


def _caches(name: str, value: Any) -> str:
    options = value if isinstance(value, dict) else {"name": value}
    cache = options.get("name")
    if not isinstance(cache, str) or cache not in (*CACHES, "none"):
        return f"{name} is {_said(value)}: choose from none, {', '.join(CACHES)}."
    known = CACHES.get(cache, {})
    for key, number in options.items():
        if key != "name" and key not in known:
            return f"{name}: {cache} takes {', '.join(known) or 'no number'}, not {key}."
        if key != "name" and not _is_number(number, known[key]):
            kind = "whole number" if known[key] is int else "number"
            return f"{name}.{key} is {_said(number)}: write a {kind} of at least 0."
    return ""


def _is_number(value: Any, kind: type) -> bool:
    kinds = (int,) if kind is int else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and 0 <= value < 1e6


def _said(value: Any) -> str:
    return json.dumps(value, default=str)[:60]


CHECKS = {
    "dtype": _one_of(*DTYPES),
    "compile": _compile,
    "attention": _one_of("sdpa", *ATTENTION),
    **dict.fromkeys(SWITCHES, _switch),
    "caches": _caches,
    "offload": _one_of("none", *OFFLOADS),
}
