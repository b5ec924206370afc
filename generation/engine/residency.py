"""Which checkpoints a process holds in memory: loaded once, the least used leave first."""

import gc
import logging
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import DiffusionPipeline

from generation.engine.execution import Settings, settings_of
from generation.engine.families import Family, family_named
from generation.engine.guides import held_bytes
from generation.engine.tuning import lora_bytes, measured_bytes, tune
from generation.engine.types import CheckpointRef
from generation.engine.weights import files_sha256, folder_of, needed_bytes, verify

logger = logging.getLogger(__name__)

GIB = 2**30


@dataclass(slots=True)
class Resident:
    """A pipeline in memory.

    Attributes:
        checkpoint: what it is.
        family: how it is driven.
        pipeline: the pipeline, on its device.
        settings: how it is run.
        fell_back: settings that could not be applied, and why.
        sha256: hash of its files, as found.
        scheduler: the scheduler it came with; each pass gets a fresh copy.
    """

    checkpoint: CheckpointRef
    family: Family
    pipeline: DiffusionPipeline
    settings: Settings
    fell_back: dict[str, str]
    sha256: str
    scheduler: object

    @property
    def dtype(self) -> torch.dtype:
        """Precision of its weights."""
        return dtype_named(self.settings.dtype)

    @property
    def device(self) -> torch.device:
        """Where it computes; offloaded weights wait elsewhere."""
        return torch.device(self.pipeline._execution_device)

    @property
    def is_compiled(self) -> bool:
        """Whether its passes run compiled code."""
        return bool(self.settings.compile_mode) and "compile" not in self.fell_back

    @property
    def weight_bytes(self) -> int:
        """Memory that its weights take now, with the LoRAs and guides that it holds."""
        offloaded = bool(self.settings.offload) and "offload" not in self.fell_back
        return measured_bytes(self.pipeline, offloaded=offloaded) + held_bytes(self.pipeline)

    @property
    def lora_bytes(self) -> int:
        """How much of it its LoRAs take."""
        return lora_bytes(self.pipeline)


Key = tuple[int, Settings]


class Residency:
    """Pipelines of one process, within a memory budget. Not for use by two threads at once.

    One checkpoint may be there twice, in two ways of running it: for the standard lane and for the
    archive. Other settings are another resident, so a change of them loads anew.
    """

    def __init__(self, *, device: torch.device, budget_gib: float) -> None:
        self.device = device
        self.budget_bytes = int(budget_gib * GIB)
        self._held: OrderedDict[Key, Resident] = OrderedDict()

    @property
    def keys(self) -> list[int]:
        """Keys of the checkpoints in memory."""
        return list(dict.fromkeys(key for key, _settings in self._held))

    @property
    def names(self) -> list[str]:
        """Names of the checkpoints in memory."""
        return list(dict.fromkeys(held.checkpoint.name for held in self._held.values()))

    @property
    def used_bytes(self) -> int:
        """Memory that all weights take now."""
        return sum(held.weight_bytes for held in self._held.values())

    def get(
        self, checkpoint: CheckpointRef, dtype: torch.dtype, *, archive: bool = False
    ) -> Resident:
        """Return a checkpoint in memory, loading it and making room if need be.

        Raises:
            WeightsChanged: its files are not those that were registered.
            EngineError: its files are missing, its family is unknown, or its settings cannot be
                applied.
        """
        settings = settings_of(
            checkpoint.execution, self.device.type, dtype=_name_of(dtype), archive=archive
        )
        key = (checkpoint.key, settings)
        held = self._held.get(key)
        if held is None or held.checkpoint != checkpoint:
            self._forget(checkpoint)
            self._held[key] = held = self._load(checkpoint, settings)
        self._held.move_to_end(key)
        self._trim()
        return held

    def _forget(self, checkpoint: CheckpointRef) -> None:
        """Drop what a checkpoint was before its row was changed."""
        for key, held in list(self._held.items()):
            if key[0] == checkpoint.key and held.checkpoint != checkpoint:
                del self._held[key]

    def _load(self, checkpoint: CheckpointRef, settings: Settings) -> Resident:
        family = family_named(checkpoint.family)
        folder = folder_of(checkpoint)
        found = files_sha256(checkpoint)
        verify(checkpoint.name, found, checkpoint.sha256)
        dtype = dtype_named(settings.dtype)
        self.make_room(needed_bytes(checkpoint, folder, dtype.itemsize))
        file = Path(checkpoint.location) if checkpoint.source == "file" else None
        pipeline = family.load(folder, dtype, file)
        fell_back = tune(pipeline, settings, self.device)
        pipeline.set_progress_bar_config(disable=True)
        resident = Resident(
            checkpoint, family, pipeline, settings, fell_back, found, pipeline.scheduler
        )
        size = resident.weight_bytes / GIB
        logger.info("Loaded %s (%.2f GiB, %s)", checkpoint.name, size, settings)
        return resident

    def make_room(self, needed_bytes: int) -> None:
        """Drop the least recently used checkpoints until `needed_bytes` fit, or all are gone."""
        while self._held and self.used_bytes + needed_bytes > self.budget_bytes:
            self._drop_oldest()
        free_memory()

    def make_room_beside(self, kept: Resident, needed_bytes: int) -> None:
        """Drop others than `kept`, which was used last, until `needed_bytes` more fit."""
        while len(self._held) > 1 and self.used_bytes + needed_bytes > self.budget_bytes:
            self._drop_oldest()
        free_memory()

    def _trim(self) -> None:
        """Drop others than the one used last while the weights, LoRAs included, take too much."""
        dropped = False
        while len(self._held) > 1 and self.used_bytes > self.budget_bytes:
            self._drop_oldest()
            dropped = True
        if dropped:
            free_memory()

    def _drop_oldest(self) -> None:
        _key, dropped = self._held.popitem(last=False)
        logger.info("Dropped %s from memory", dropped.checkpoint.name)


def dtype_named(name: str) -> torch.dtype:
    """Return the precision of a name such as `bfloat16`."""
    dtype: torch.dtype = getattr(torch, name)
    return dtype


def _name_of(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def free_memory() -> None:
    """Give back what no tensor uses any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
