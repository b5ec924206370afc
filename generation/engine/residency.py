"""Which checkpoints a process holds in memory: loaded once, the least used leave first."""

import gc
import logging
from collections import OrderedDict
from dataclasses import dataclass

import torch
from diffusers import DiffusionPipeline

from generation.engine.families import Family, family_named
from generation.engine.types import CheckpointRef
from generation.engine.weights import folder_bytes, folder_of, verify, weights_sha256

logger = logging.getLogger(__name__)

GIB = 2**30


@dataclass(slots=True)
class Resident:
    """A pipeline in memory.

    Attributes:
        checkpoint: what it is.
        family: how it is driven.
        pipeline: the pipeline, on its device.
        dtype: precision of its weights.
        sha256: hash of its files, as found.
        weight_bytes: memory that its weights need.
        scheduler: the scheduler it came with; each pass gets a fresh copy.
    """

    checkpoint: CheckpointRef
    family: Family
    pipeline: DiffusionPipeline
    dtype: torch.dtype
    sha256: str
    weight_bytes: int
    scheduler: object


class Residency:
    """Pipelines of one process, within a memory budget. Not for use by two threads at once."""

    def __init__(self, *, device: torch.device, budget_gib: float) -> None:
        self.device = device
        self.budget_bytes = int(budget_gib * GIB)
        self._held: OrderedDict[tuple[int, torch.dtype], Resident] = OrderedDict()

    @property
    def keys(self) -> list[int]:
        """Keys of the checkpoints in memory."""
        return list(dict.fromkeys(key for key, _dtype in self._held))

    @property
    def names(self) -> list[str]:
        """Names of the checkpoints in memory."""
        return list(dict.fromkeys(held.checkpoint.name for held in self._held.values()))

    def get(self, checkpoint: CheckpointRef, dtype: torch.dtype) -> Resident:
        """Return a checkpoint in memory, loading it and making room if need be.

        Raises:
            WeightsChanged: its files are not those that were registered.
            EngineError: its files are missing or its family is unknown.
        """
        key = (checkpoint.key, dtype)
        held = self._held.get(key)
        if held is not None and held.checkpoint == checkpoint:
            self._held.move_to_end(key)
            return held
        self._held.pop(key, None)
        self._held[key] = self._load(checkpoint, dtype)
        return self._held[key]

    def _load(self, checkpoint: CheckpointRef, dtype: torch.dtype) -> Resident:
        family = family_named(checkpoint.family)
        folder = folder_of(checkpoint)
        found = weights_sha256(folder)
        verify(checkpoint.name, found, checkpoint.sha256)
        weight_bytes = folder_bytes(folder)
        self.make_room(weight_bytes)
        pipeline = family.load(folder, dtype)
        pipeline.to(self.device)
        pipeline.set_progress_bar_config(disable=True)
        logger.info("Loaded %s (%.2f GiB, %s)", checkpoint.name, weight_bytes / GIB, dtype)
        return Resident(
            checkpoint, family, pipeline, dtype, found, weight_bytes, pipeline.scheduler
        )

    def make_room(self, needed_bytes: int) -> None:
        """Drop the least recently used checkpoints until `needed_bytes` fit, or all are gone."""
        while self._held and self._used_bytes() + needed_bytes > self.budget_bytes:
            _key, dropped = self._held.popitem(last=False)
            logger.info("Dropped %s from memory", dropped.checkpoint.name)
            del dropped
        free_memory()

    def _used_bytes(self) -> int:
        return sum(held.weight_bytes for held in self._held.values())


def free_memory() -> None:
    """Give back what no tensor uses any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
