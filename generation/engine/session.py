"""The entrance to the engine: one per worker process, used by one thread at a time."""

from collections.abc import Iterator, Sequence

import psutil
import torch

from generation.engine.batching import Caps, run_group
from generation.engine.determinism import Mode
from generation.engine.execution import dtype_of
from generation.engine.guides import missing_bytes
from generation.engine.residency import GIB, Residency, Resident, dtype_named
from generation.engine.types import CheckpointRef, OnStep, Rendered, RenderRequest


class Engine:
    """Renders groups of requests on one device.

    Args:
        device: `cuda`, `cuda:1`, `cpu` …; empty: the first GPU, or the CPU without one.
        threads: CPU threads of the standard lane; 0: torch's choice.
        budget_gib: memory for weights; 0: four fifths of the GPU's, or half of the machine's.
    """

    def __init__(self, *, device: str = "", threads: int = 0, budget_gib: float = 0) -> None:
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.threads = threads
        self.caps = Caps()
        self.residency = Residency(
            device=self.device, budget_gib=budget_gib or default_budget_gib(self.device)
        )

    @property
    def device_name(self) -> str:
        """The device in words."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return f"{self.device.type}, {torch.get_num_threads()} threads"

    def render(
        self,
        checkpoint: CheckpointRef,
        requests: Sequence[RenderRequest],
        *,
        on_step: OnStep,
        archive: bool = False,
    ) -> Iterator[Rendered]:
        """Yield the images of compatible requests as they get ready.

        Args:
            checkpoint: what renders them.
            requests: same size, steps, guidance and scheduler, each with its adapters; at most
                one in the archive lane.
            on_step: hears of each step and answers with the ids still wanted.
            archive: whether bytes must repeat whatever the load (R2).

        Raises:
            EngineError: the checkpoint or an adapter cannot be used.
            torch.OutOfMemoryError: not even one image fits.
        """
        if archive and len(requests) != 1:
            raise ValueError("The archive lane renders one by one.")
        resident = self.load(checkpoint, archive=archive)
        missing = missing_bytes(resident.pipeline, requests)
        if missing:
            self.residency.make_room_beside(resident, missing)
        mode = Mode(archive=archive, threads=self.threads)
        yield from run_group(resident, requests, on_step, caps=self.caps, mode=mode)

    def load(self, checkpoint: CheckpointRef, *, archive: bool = False) -> Resident:
        """Return a checkpoint in memory, as the lane runs it; see `Residency.get`."""
        dtype = self.dtype(checkpoint, archive=archive)
        return self.residency.get(checkpoint, dtype, archive=archive)

    def dtype(self, checkpoint: CheckpointRef, *, archive: bool) -> torch.dtype:
        """Return the precision of a checkpoint's weights here: float32 for the archive lane.

        Its execution settings may name one for each kind of device
        (`{"dtype": {"cuda": "bfloat16"}}`), and so may its capabilities.
        """
        if archive:
            return torch.float32
        device = self.device.type
        named = dtype_of(checkpoint.execution, device) or dtype_of(checkpoint.capabilities, device)
        return dtype_named(named) if named else self._usual_dtype()

    def _usual_dtype(self) -> torch.dtype:
        return torch.bfloat16 if self.device.type == "cuda" else torch.float32


def default_budget_gib(device: torch.device) -> float:
    """Return how much memory the weights may take."""
    if device.type == "cuda":
        return 0.8 * torch.cuda.get_device_properties(device).total_memory / GIB
    return 0.5 * psutil.virtual_memory().total / GIB
