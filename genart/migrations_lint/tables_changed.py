"""Rules over tables, indexes, constraints and whole migrations."""

from collections.abc import Iterator

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddIndex,
    AlterModelTable,
    AlterUniqueTogether,
    DeleteModel,
    RenameField,
    RenameModel,
    RunPython,
)
from django.db.migrations.operations.base import Operation

from genart.migrations_lint.finding import Sight

Said = Iterator[tuple[str, str]]
CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently)


def indexed(sight: Sight) -> Said:
    """Say where an index of a large table is built while nobody may write."""
    operation = sight.operation
    if (
        isinstance(operation, AddIndex)
        and not isinstance(operation, AddIndexConcurrently)
        and sight.is_large(operation.model_name)
    ):
        yield (
            "index-locks",
            (
                f"{operation.index.name} is built while nobody may write to "
                f"{operation.model_name}: use AddIndexConcurrently in a migration of its own with "
                "atomic = False."
            ),
        )


def constrained(sight: Sight) -> Said:
    """Say where a constraint reads a large table under a lock."""
    operation = sight.operation
    name = getattr(operation, "model_name", "") or getattr(operation, "name", "")
    if isinstance(operation, AddConstraintNotValid) or not name or not sight.is_large(name):
        return
    if isinstance(operation, AddConstraint):
        yield (
            "constraint-scans",
            (
                f"{operation.constraint.name} reads all of {name} under a lock: a check by "
                "AddConstraintNotValid and then ValidateConstraint, uniqueness by a unique index "
                "that is built concurrently."
            ),
        )
    if isinstance(operation, AlterUniqueTogether) and operation.option_value:
        yield "constraint-scans", f"{name}: build a unique index concurrently instead."


def renamed(sight: Sight) -> Said:
    """Say where the running release would look for a name that is gone."""
    operation = sight.operation
    if isinstance(operation, RenameField) and sight.is_live(operation.model_name):
        what = f"{operation.model_name}.{operation.old_name}"
    elif isinstance(operation, RenameModel) and sight.is_live(operation.old_name):
        what = operation.old_name
    elif isinstance(operation, AlterModelTable) and sight.is_live(operation.name):
        what = operation.name
    else:
        return
    yield (
        "rename",
        (
            f"{what} is gone for the running release. Keep the name in the database (db_column, "
            "db_table), or add the new one beside it, copy, and drop the old one two releases "
            "later."
        ),
    )


def deleted(sight: Sight) -> Said:
    """Say where a table is dropped that the running release reads."""
    operation = sight.operation
    if isinstance(operation, DeleteModel) and sight.is_live(operation.name):
        yield (
            "drop-early",
            (
                f"{operation.name} is still read by the running release: take it out of the models "
                "first (SeparateDatabaseAndState), and drop the table in the release after."
            ),
        )


def composed(migration: Migration, live: bool) -> Said:
    """Say what is wrong with a migration as a whole.

    Args:
        migration: all its operations.
        live: whether any of them changes a table that is in use.
    """
    operations = list(migration.operations)
    concurrent = [one for one in operations if isinstance(one, CONCURRENT)]
    if concurrent and migration.atomic:
        yield "concurrent-needs-atomic-false", "Say atomic = False: PostgreSQL refuses it else."
    if not migration.atomic and len(operations) > 1:
        yield (
            "half-done",
            (
                "Without a transaction a failure leaves a part of it behind: one operation a "
                "migration."
            ),
        )
    if {AddConstraintNotValid, ValidateConstraint} <= {type(one) for one in operations}:
        yield (
            "validate-apart",
            (
                "Validated in the same transaction, the lock is held over the reading of all rows: "
                "validate in a migration of its own."
            ),
        )
    data = [one for one in operations if isinstance(one, RunPython)]
    if data and live and any(not _is_data(one) for one in operations):
        yield (
            "data-with-schema",
            (
                "The locks of the changed tables are held while rows are moved: move rows in a "
                "migration of its own."
            ),
        )
    if data and migration.atomic and live:
        yield (
            "data-at-once",
            (
                "All rows are changed in one transaction, and locked so long: say atomic = False "
                "and work in batches that may be repeated."
            ),
        )


def _is_data(operation: Operation) -> bool:
    return isinstance(operation, RunPython)
