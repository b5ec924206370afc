"""The adapters that ship with the house model, as rows: LoRAs of families, an embedding of a word.

For: `defaults.py`, at every start. Not for: training them (`generation/house/training/adapter.py`).
Imports no torch.
"""

from pathlib import Path

from generation.engine.tensors import tensors_in
from generation.house import FAMILIES, WEIGHTS
from generation.house.integrity import sha256_of
from generation.models import Adapter, Checkpoint
from generation.services.adapters import add_adapter

FOLDER = WEIGHTS / "adapters"


def load_adapters(checkpoint: Checkpoint, folder: Path = FOLDER) -> list[Adapter]:
    """Make the rows of shipped adapters for the house checkpoint that is current. Safe to repeat.

    A file that came with an update is a new version; older ones, whose files are gone, rest.
    """
    return [_loaded(checkpoint, path) for path in sorted(folder.glob("*/*.safetensors"))]


def _loaded(checkpoint: Checkpoint, path: Path) -> Adapter:
    """Return the row of one file."""
    family, slug, version = FAMILIES.get(path.stem), f"house-{path.stem}", sha256_of(path)[:8]
    is_lora = any("lora" in tensor.name for tensor in tensors_in(path))
    older = Adapter.objects.filter(slug=slug).exclude(version=version)
    older.filter(location=str(path)).update(is_active=False)
    return add_adapter(
        slug=slug,
        version=version,
        kind=Adapter.Kind.LORA if is_lora else Adapter.Kind.EMBEDDING,
        checkpoint=checkpoint,
        location=str(path),
        name=family.name if family else path.stem.capitalize(),
        trigger_words=family.phrases[0] if family else path.stem,
        allows_commercial_use=True,
    )
