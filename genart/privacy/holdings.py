"""What a holding is: some rows about a person, why they are there, and what becomes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db.models import Model, Q, QuerySet

from genart.privacy.subject import Subject

Find = Callable[[Subject], QuerySet[Any]]


class Fate(Enum):
    """What an erasure does to rows; the value is how people are told."""

    DELETE = "deleted"
    BLANK = "kept without what says whose it is"
    NUMBER = "kept under a number that leads to nobody"
    LAW = "kept as long as the tax law asks, then emptied"


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of rows about a person.

    Attributes:
        name: of its file in the archive.
        table: the model.
        find: the rows of a person.
        title: how people are told what it is.
        why: why it is held.
        fate: what an erasure does.
        columns: columns that say whose a row is; a test compares them with every model.
        blanks: what an erasure writes, by column.
        hides: columns that no archive shows: secrets, and vectors that mean nothing to people.
        files: columns that name a file in `originals`, which goes with a deleted row.
    """

    name: str
    table: type[Model]
    find: Find
    title: str
    why: str
    fate: Fate
    columns: tuple[str, ...]
    blanks: Mapping[str, Any] = field(default_factory=dict)
    hides: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def of_account(table: type[Model], *paths: str) -> Find:
    """Return what finds the rows that refer to an account by any of these lookups; no guest's."""

    def find(subject: Subject) -> QuerySet[Any]:
        rows = table._base_manager.all()
        if subject.user is None:
            return rows.none()
        wanted = Q()
        for path in paths:
            wanted |= Q(**{path: subject.user})
        return rows.filter(wanted).order_by("pk")

    return find


def own(
    table: type[Model], column: str, title: str, why: str, *,
    name: str = "", hides: tuple[str, ...] = (), files: tuple[str, ...] = (),
) -> Holding:  # fmt: skip
    """Return rows that are the person's alone: they go with him."""
    return Holding(
        name or _name(table), table, of_account(table, column), title, why, Fate.DELETE,
        (column,), hides=hides, files=files,
    )  # fmt: skip


def acts(
    table: type[Model], *columns: str, title: str, name: str = "", hides: tuple[str, ...] = ()
) -> Holding:
    """Return what somebody did who works here: it stays, by a number that leads to nobody."""
    why = "as the studio's own record of its work"
    return Holding(
        name or _name(table), table, of_account(table, *columns), title, why,
        Fate.NUMBER, columns, hides=hides,
    )  # fmt: skip


def _name(table: type[Model]) -> str:
    return str(table._meta.verbose_name_plural).replace(" ", "-")
