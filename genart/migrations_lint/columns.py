"""Rules over columns: added, changed, taken away."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import connection, models
from django.db.migrations.operations import AddField, AlterField, RemoveField
from django.db.models import NOT_PROVIDED
from django.db.models.functions import Random

from genart.migrations_lint.finding import Sight

Said = Iterator[tuple[str, str]]
VOLATILE = (RandomUUID, Random)
VARCHAR = re.compile(r"varchar\((\d+)\)")


def added(sight: Sight) -> Said:
    """Say what is wrong with a new column of a table that is in use."""
    operation = sight.operation
    if not isinstance(operation, AddField) or not sight.is_live(operation.model_name):
        return
    field, column = operation.field, f"{operation.model_name}.{operation.name}"
    if isinstance(field, models.ManyToManyField):
        return
    is_generated = isinstance(field, models.GeneratedField)
    last = _last(sight, operation)
    if not last.null and not is_generated and last.db_default is NOT_PROVIDED:
        yield (
            "add-needs-default",
            (
                f"{column} may not be empty and the database knows no default, so the running "
                "release can add no row: give it db_default, or null=True."
            ),
        )
    if not sight.is_large(operation.model_name):
        return
    if is_generated or isinstance(field.db_default, VOLATILE):
        yield (
            "add-rewrites",
            (
                f"{column} has another value in each row, so the whole table is rewritten under a "
                "lock: add it empty, fill it in batches."
            ),
        )
    if _has_index(field):
        yield (
            "index-locks",
            (
                f"{column} brings an index, built while nobody may write: say db_index=False and "
                "add the index with AddIndexConcurrently."
            ),
        )


def altered(sight: Sight) -> Said:
    """Say what is wrong with a change of a column that is in use."""
    operation = sight.operation
    if not isinstance(operation, AlterField) or not sight.is_live(operation.model_name):
        return
    old = sight.field(operation.model_name, operation.name)
    new, column = operation.field, f"{operation.model_name}.{operation.name}"
    if not _fits(_type(old), _type(new)):
        yield (
            "alter-type",
            (
                f"{column} becomes {_type(new)}: the table is rewritten, and the running release "
                "expects the old type. Add a column beside it, copy in batches, change over later."
            ),
        )
    if old.null and not new.null:
        yield (
            "alter-not-null",
            (
                f"{column} may no longer be empty: every row is read under a lock, and the "
                "running release may still leave it empty. Add a check with "
                "AddConstraintNotValid, validate it in the next migration, and let a later "
                "release say null=False."
            ),
        )
    if sight.is_large(operation.model_name) and _has_index(new) and not _has_index(old):
        yield (
            "index-locks",
            (f"{column} gets an index, built while nobody may write: use AddIndexConcurrently."),
        )


def removed(sight: Sight) -> Said:
    """Say what is wrong with a column that is dropped while the running release reads it."""
    operation = sight.operation
    if isinstance(operation, RemoveField) and _is_released(sight, operation):
        yield (
            "drop-early",
            (
                f"{operation.model_name}.{operation.name} is still read by the running release: "
                "take it out of the models first (SeparateDatabaseAndState with the state "
                "alone), and drop the column by SQL in the release after."
            ),
        )


def forgotten(sight: Sight, statements: str) -> Said:
    """Say what is wrong with a column that only the models forget.

    Args:
        sight: of the operation on the state.
        statements: SQL that runs in the same migration.
    """
    operation = sight.operation
    if not isinstance(operation, RemoveField) or not _is_released(sight, operation):
        return
    field = sight.field(operation.model_name, operation.name)
    if isinstance(field, models.ManyToManyField) or field.null:
        return
    relaxed = re.search(rf'"?{field.column}"?\s+(DROP NOT NULL|SET DEFAULT)', statements, re.I)
    if field.db_default is NOT_PROVIDED and not relaxed:
        yield (
            "forget-needs-default",
            (
                f"{operation.model_name}.{operation.name} stays in the table and may not be "
                "empty, so new code can add no row: drop NOT NULL in the same migration."
            ),
        )


def _last(sight: Sight, operation: AddField) -> Any:
    """Return a new column as the last migration leaves it: they run one right after the other."""
    model = sight.after.models.get((sight.app, operation.model_name.lower()))
    return model.fields.get(operation.name, operation.field) if model else operation.field


def _is_released(sight: Sight, operation: RemoveField) -> bool:
    """Tell whether the newest release knows the column."""
    known = sight.released.models.get((sight.app, operation.model_name.lower()))
    return known is not None and operation.name in known.fields


def _has_index(field: Any) -> bool:
    return bool(field.unique or field.db_index or field.primary_key)


def _type(field: Any) -> str:
    """Return the type of a column in PostgreSQL; a relation has its target's."""
    if isinstance(field, models.ForeignKey) and field.remote_field.model == "self":
        return "bigint"
    try:
        return str(field.db_type(connection))
    except (AttributeError, ValueError, TypeError):  # a relation to a name, not to a model
        return "relation"


def _fits(old: str, new: str) -> bool:
    """Tell whether a change of type rewrites nothing and no running code trips over it."""
    if old == new or "relation" in (old, new):
        return True
    was, becomes = VARCHAR.fullmatch(old), VARCHAR.fullmatch(new)
    if was and becomes:
        return int(becomes[1]) >= int(was[1])
    return bool(was) and new == "text"
