"""What makes a picture repeatable, and the record of how it was made.

R1: the same fingerprint (device, versions, precision, threads, batch and position) gives the same
bytes. R2, the archive lane: batch of one, float32, a fixed number of threads and deterministic
kernels give the same bytes whatever else the factory does.
"""

import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import diffusers
import torch

from generation.engine.types import RenderRequest

ARCHIVE_THREADS = 1
"""The order of additions depends on the number of threads, so the archive lane fixes it; one
thread is there on every machine, and others that use the cores do not hold it up."""


@dataclass(frozen=True, slots=True)
class Mode:
    """How passes are run.

    Attributes:
        archive: whether the bytes must not depend on anything but the request (R2).
        threads: CPU threads of the standard lane; 0 leaves torch's choice.
    """

    archive: bool = False
    threads: int = 0


def generators(requests: Sequence[RenderRequest]) -> list[torch.Generator]:
    """Return one fresh CPU generator for each image: its noise is its seed's alone.

    A generator on the CPU draws the same numbers on every machine, and one for each image makes
    an image's first noise independent of its neighbours.
    """
    return [torch.Generator("cpu").manual_seed(request.seed) for request in requests]


@contextmanager
def lane_settings(mode: Mode) -> Iterator[None]:
    """Set threads and kernels for a pass, without gradients, and restore them.

    The number of threads belongs to the calling thread: set it where the pass runs.
    """
    before = (
        torch.get_num_threads(),
        torch.are_deterministic_algorithms_enabled(),
        torch.backends.cudnn.benchmark,
        torch.backends.cuda.matmul.allow_tf32,
    )
    if mode.archive:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":16:8")
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cudnn.benchmark = False
        torch.backends.cuda.matmul.allow_tf32 = False
    if mode.archive or mode.threads:
        torch.set_num_threads(ARCHIVE_THREADS if mode.archive else mode.threads)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(before[0])
        torch.use_deterministic_algorithms(before[1])
        torch.backends.cudnn.benchmark = before[2]
        torch.backends.cuda.matmul.allow_tf32 = before[3]


def machine(device: torch.device) -> dict[str, Any]:
    """Return the part of a fingerprint that the machine decides."""
    facts: dict[str, Any] = {
        "device": device.type,
        "torch": torch.__version__,
        "diffusers": diffusers.__version__,
        "threads": torch.get_num_threads(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
    }
    if device.type == "cuda":
        facts["device_name"] = torch.cuda.get_device_name(device)
        facts["cuda"] = torch.version.cuda
        facts["cudnn"] = torch.backends.cudnn.version()
    else:
        facts["device_name"] = platform.machine()
        facts["cpu_capability"] = torch.backends.cpu.get_cpu_capability()
    return facts


def batch(requests: Sequence[RenderRequest], position: int) -> dict[str, Any]:
    """Return the part of a fingerprint that the pass decides: its images and one's place."""
    return {
        "batch_size": len(requests),
        "position": position,
        "batch": [str(request.id) for request in requests],
        "seeds": [request.seed for request in requests],
    }
