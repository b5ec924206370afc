"""Verbs: add a checkpoint. What is asked is checked at once; the files are looked at by an actor.

`add_checkpoint` writes the row as `adding`; `adding.py` fetches, checks, hashes and inspects, and
makes it `ready` or `failed`, with a sentence. The first
version of a line is used as soon as it is ready; a later one waits for its golden prompts
(`generation/golden/`). A version that is ready never changes its files: others are the next one.
"""

from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.text import slugify

from genart.accounts.models import User
from genart.lib.errors import InvalidInput, StateConflict
from genart.lib.queue import send_on_commit
from generation.engine.errors import EngineError
from generation.engine.execution import faults
from generation.engine.layout import PICKLES
from generation.engine.tensors import tensors_in
from generation.engine.weights import COMMIT
from generation.models import Checkpoint

State, Source = Checkpoint.State, Checkpoint.Source
LOCK = 0x67656E05


def add_checkpoint(
    *,
    name: str,
    source: str,
    location: str,
    slug: str = "",
    line: str = "",
    revision: str = "",
    config: str = "",
    licence: str = "",
    allows_commercial_use: bool = False,
    data_statement: str = "",
    execution: dict[str, Any] | None = None,
    by: User | None = None,
) -> Checkpoint:
    """Take a checkpoint on as the next version of its line, and have its files looked at.

    Asking again for the same files under the same slug gives the same row; one that had failed is
    tried again.

    Args:
        name: for people.
        source: `hub`, `folder`, `file`, or `remote` for what only other people's compute has.
        location: repository, folder or .safetensors file.
        slug: left out: line and number.
        line: whose next version it is; left out: made of the name.
        revision: commit of the hub repository, 40 hexadecimal digits.
        config: of a single file: a folder with model_index.json and the parts' configurations.
        licence: left out: what the model card says.
        allows_commercial_use: a person has read the licence, and it allows sale.
        data_statement: left out: what the model card says.
        execution: see `generation/engine/execution.py`.
        by: whose golden prompts are rendered, and who is told.

    Raises:
        InvalidInput: it cannot be added as it is described, with the field.
        StateConflict: the slug belongs to another checkpoint.
    """
    check_source(source=source, location=location, revision=revision, config=config)
    wrong = faults(execution or {})
    if wrong:
        raise InvalidInput(wrong[0], where="execution")
    line = slugify(line or name)[:50]
    if not line:
        raise InvalidInput("Give it a name of letters or digits.", where="name")
    told = {
        "name": name, "line": line, "source": source, "location": location,
        "revision": revision, "config": config, "licence": licence,
        "allows_commercial_use": allows_commercial_use, "data_statement": data_statement,
        "execution": execution or {}, "added_by": by,
    }  # fmt: skip
    earlier = Checkpoint.objects.filter(slug=slug).first() if slug else None
    return _again(earlier, told) if earlier else _written(slug, told)


def check_source(*, source: str, location: str, revision: str = "", config: str = "") -> None:
    """Refuse at once what cannot be added.

    Raises:
        InvalidInput: with the field.
    """
    if source == Source.HUB:
        if location.count("/") != 1 or not all(location.split("/")):
            raise InvalidInput("Write a repository as owner/name.", where="location")
        if not COMMIT.fullmatch(revision):
            raise InvalidInput("Pin the commit: 40 hexadecimal digits.", where="revision")
    elif source == Source.FOLDER:
        _check_folder(Path(location), "location")
    elif source == Source.FILE:
        _check_file(Path(location))
        _check_folder(Path(config), "config")
    elif source != Source.REMOTE:
        raise InvalidInput("Choose hub, folder, file or remote.", where="source")


def _check_folder(folder: Path, field: str) -> None:
    if not (folder.is_absolute() and (folder / "model_index.json").is_file()):
        raise InvalidInput(
            "This folder holds no diffusers pipeline (model_index.json): give the full path of "
            "one that does.",
            where=field,
        )


def _check_file(path: Path) -> None:
    if path.suffix in PICKLES:
        raise InvalidInput(
            f"A {path.suffix} file may run code when it is read: convert it to safetensors.",
            where="location",
        )
    if path.suffix != ".safetensors" or not path.is_absolute() or not path.is_file():
        raise InvalidInput(
            "Give the full path of a .safetensors file on this machine.", where="location"
        )
    try:
        tensors_in(path)
    except EngineError as error:
        raise InvalidInput(error.message, where="location") from None


def _again(earlier: Checkpoint, told: dict[str, Any]) -> Checkpoint:
    """Return an earlier row for the same files; look at them again if that had failed.

    Raises:
        StateConflict: the files are others.
    """
    same = ("source", "location", "revision", "config")
    if any(getattr(earlier, name) != told[name] for name in same):
        raise StateConflict(
            f"{earlier.slug} is another checkpoint already: take another slug, and the line "
            f"{earlier.line or earlier.slug} if this is its next version.",
            where="slug",
        )
    try_again(checkpoint_id=earlier.pk)
    earlier.refresh_from_db()
    return earlier


@transaction.atomic
def try_again(*, checkpoint_id: int) -> bool:
    """Have the files of a checkpoint that could not be added looked at again; return whether so.

    Safe to repeat.
    """
    failed = Checkpoint.objects.filter(pk=checkpoint_id, state=State.FAILED)
    if not failed.update(state=State.ADDING, state_note="Waits for its turn"):
        return False
    _ring(checkpoint_id)
    return True


@transaction.atomic
def _written(slug: str, told: dict[str, Any]) -> Checkpoint:
    """Write the next version of a line; others that add to it wait meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, told["line"]])
    versions = Checkpoint.objects.filter(line=told["line"])
    number = (versions.aggregate(Max("number"))["number__max"] or 0) + 1
    row = Checkpoint(
        slug=slug or _free_slug(f"{told['line'][:40]}-{number}"),
        number=number, family="", is_current=False, is_active=False,
        state=State.ADDING, state_note="Waits for its turn", **told,
    )  # fmt: skip
    if row.source == Source.REMOTE:
        row.family, row.state, row.state_note = "remote", State.READY, ""
        row.is_current = row.is_active = number == 1
    row.save(force_insert=True)
    if row.state == State.ADDING:
        _ring(row.pk)
    return row


def _free_slug(wanted: str) -> str:
    """Return the wanted slug, or one like it that nobody has."""
    taken = set(Checkpoint.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    others = (f"{wanted}-{count}" for count in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *others) if slug not in taken)


def _ring(checkpoint_id: int) -> None:
    from generation.tasks_checkpoints import look_at_files

    send_on_commit(look_at_files, checkpoint_id)
