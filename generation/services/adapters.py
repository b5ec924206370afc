"""Verb: add an adapter. Its files are small enough to be looked at at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from genart.lib.errors import InvalidInput, StateConflict
from generation.engine.errors import EngineError
from generation.engine.guide_files import guide_bytes, guide_sha256
from generation.engine.layout import PICKLES
from generation.engine.tensors import tensors_in, tensors_sha256
from generation.licence_table import Freedom, freedom_of
from generation.model_card import card_in
from generation.models import Adapter, Checkpoint

Kind = Adapter.Kind
FOLDERS = (Kind.CONTROLNET, Kind.IP_ADAPTER)
"""Kinds that may be folders; the others are one file."""


def check_files(*, kind: str, location: str) -> Path:
    """Return the path of an adapter after looking at its files.

    Raises:
        InvalidInput: at `location`.
    """
    path = Path(location)
    if not path.is_absolute():
        raise InvalidInput("Give the full path.", where="location")
    if path.is_dir() and kind not in FOLDERS:
        raise InvalidInput("Give the path of a .safetensors file on this machine.",
                           where="location")  # fmt: skip
    files = sorted(path.rglob("*.safetensors")) if path.is_dir() else [path]
    if path.suffix in PICKLES:
        raise InvalidInput(
            f"A {path.suffix} file may run code when it is read: convert it to safetensors.",
            where="location",
        )
    if not files or any(file.suffix != ".safetensors" or not file.is_file() for file in files):
        raise InvalidInput("Give the path of a .safetensors file on this machine, or of a folder "
                           "with such files for a ControlNet or IP-Adapter.",
                           where="location")  # fmt: skip
    if kind == Kind.CONTROLNET and not (path / "config.json").is_file():
        raise InvalidInput("A ControlNet is a folder with a config.json.", where="location")
    try:
        for file in files:
            tensors_in(file)
    except EngineError as error:
        raise InvalidInput(error.message, where="location") from None
    return path


def add_adapter(
    *, slug: str, version: str, kind: str, checkpoint: Checkpoint, location: str, **facts: Any
) -> Adapter:
    """Add an adapter at one version. The same files under the same name give the same row.

    Args:
        slug: of the adapter.
        version: of it, for example `1.2`.
        kind: of `Adapter.Kind`.
        checkpoint: that it fits.
        location: full path of its file or folder.
        facts: further fields; licence and data statement are read from a model card beside the
            files where they are left out.

    Raises:
        InvalidInput: its files cannot be used.
        StateConflict: this version has other files.
    """
    path = check_files(kind=kind, location=location)
    values = _looked_at(path) | _told(facts, path)
    try:
        with transaction.atomic():
            adapter = Adapter.objects.create(
                slug=slug, version=version, kind=kind, checkpoint=checkpoint,
                location=str(path), **values,
            )  # fmt: skip
    except IntegrityError:
        adapter = Adapter.objects.get(slug=slug, version=version)
        if adapter.sha256 != values["sha256"]:
            raise StateConflict(
                f"{adapter} has other files: give these another version.", where="version"
            ) from None
    return adapter


def _looked_at(path: Path) -> dict[str, Any]:
    """Return the hashes and the size of files."""
    files = sorted(path.rglob("*.safetensors")) if path.is_dir() else [path]
    parts = {
        file: file.parent.relative_to(path).as_posix() if path.is_dir() else "" for file in files
    }
    return {
        "sha256": guide_sha256(path),
        "tensor_sha256": tensors_sha256(parts),
        "size_bytes": guide_bytes(path),
    }


def _told(facts: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the facts that were given, completed by a model card."""
    card = card_in(path if path.is_dir() else path.parent)
    licence = facts.get("licence") or card.licence
    known = freedom_of(licence) >= Freedom.RESTRICTED
    return dict(facts) | {
        "name": facts.get("name") or path.stem,
        "licence": licence,
        "allows_commercial_use": facts.get("allows_commercial_use", known),
        "data_statement": facts.get("data_statement") or card.data_statement,
    }
