"""Walks the migrations that no release has yet, and asks every rule about each operation."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from genart.migrations_lint import columns, statements, tables_changed
from genart.migrations_lint.exceptions import EXCEPTIONS
from genart.migrations_lint.finding import Finding, Rule, Sight
from genart.migrations_lint.releases import last_release

RULES: tuple[Rule, ...] = (
    columns.added,
    columns.altered,
    columns.removed,
    tables_changed.indexed,
    tables_changed.constrained,
    tables_changed.renamed,
    tables_changed.deleted,
)
Key = tuple[str, str]


class NoServer(Exception):
    """Something wanted to ask the database."""


def lint(loader: MigrationLoader | None = None) -> list[Finding]:
    """Return what somebody would notice of the migrations that are not released.

    Needs no database. Findings of `exceptions.py` are left out.

    Args:
        loader: of the migrations; the project's own where none is given.
    """
    loader = loader or MigrationLoader(None, ignore_no_migrations=True)
    heads = [(app, name) for app, name in last_release()[1].items()]
    released, plan = state_at(loader, heads), unreleased(loader, heads)
    before, after = released.clone(), loader.project_state()
    found: list[Finding] = []
    for key in plan:
        migration = loader.graph.nodes[key]
        found += judge_migration(migration, before, released, after)
        migration.mutate_state(before, preserve=False)
    return [one for one in found if (*one.migration, one.rule) not in EXCEPTIONS]


def state_at(loader: MigrationLoader, heads: list[Key]) -> ProjectState:
    """Return the models as of some migrations and all that these need."""
    state: ProjectState = loader.project_state(heads, at_end=True)
    return state


def unreleased(loader: MigrationLoader, heads: list[Key]) -> list[Key]:
    """Return our own migrations beyond a release, in the order in which they run."""
    done = {key for head in heads for key in loader.graph.forwards_plan(head)}
    plan: list[Key] = []
    for leaf in sorted(loader.graph.leaf_nodes()):
        for key in loader.graph.forwards_plan(leaf):
            if key not in done and key not in plan:
                plan.append(key)
    return [key for key in plan if _is_ours(key[0])]


def judge_migration(
    migration: Migration, before: ProjectState, released: ProjectState, after: ProjectState
) -> list[Finding]:
    """Return what is wrong with one migration, each finding once.

    Args:
        migration: one that is not released.
        before: the models before it.
        released: the models of the newest release.
        after: the models when all migrations ran.
    """
    said = list(_operations(migration, before.clone(), released, after))
    live = any(_touches_live(migration.app_label, one, released) for one in migration.operations)
    said += list(tables_changed.composed(migration, live))
    said += list(_made_by_django(migration, before.clone(), released))
    key = (migration.app_label, migration.name)
    first: dict[str, Finding] = {}
    for rule, sentence in said:
        first.setdefault(f"{rule}{sentence if rule == 'drop-early' else ''}",
                         Finding(rule, key, sentence))  # fmt: skip
    return list(first.values())


def _operations(
    migration: Migration, before: ProjectState, released: ProjectState, after: ProjectState
) -> Iterator[tuple[str, str]]:
    """Ask the rules about each operation; what only the state forgets is asked of another rule."""
    app = migration.app_label
    written = "\n".join(_hand_written(migration.operations))
    for operation in migration.operations:
        if isinstance(operation, SeparateDatabaseAndState):
            for part in operation.database_operations:
                yield from _one(Sight(app, migration, part, before, released, after))
            for part in operation.state_operations:
                yield from columns.forgotten(
                    Sight(app, migration, part, before, released, after), written
                )
        else:
            yield from _one(Sight(app, migration, operation, before, released, after))
        operation.state_forwards(app, before)


def _one(sight: Sight) -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield from rule(sight)
    if isinstance(sight.operation, RunSQL):
        yield from statements.judge(
            statements.sql_of(sight.operation), sight.released, by_hand=True
        )


def _hand_written(operations: Sequence[Operation]) -> Iterator[str]:
    """Yield the SQL that a migration runs by hand."""
    for operation in operations:
        if isinstance(operation, RunSQL):
            yield statements.sql_of(operation)
        elif isinstance(operation, SeparateDatabaseAndState):
            yield from _hand_written(operation.database_operations)


def _made_by_django(
    migration: Migration, before: ProjectState, released: ProjectState
) -> Iterator[tuple[str, str]]:
    """Judge the SQL that Django makes of the operations, as far as it needs no database for it."""
    editor = unconnected().schema_editor(collect_sql=True, atomic=False)
    # It may want to look for the name of a constraint: what it said until then is judged.
    with suppress(NoServer, NotImplementedError), editor:
        migration.apply(before, editor, collect_sql=True)
    lines = [line for line in editor.collected_sql if not line.startswith("--")]
    yield from statements.judge("\n".join(lines), released, by_hand=False)


def unconnected() -> Any:
    """Return a connection that knows PostgreSQL's words and reaches no server."""

    def refuse() -> None:
        raise NoServer

    wrapper: Any = connection.copy()
    wrapper.ensure_connection = refuse
    wrapper.ops.compose_sql = lambda sql, params: str(sql)  # values do not matter here
    return wrapper


def _touches_live(app: str, operation: Operation, released: ProjectState) -> bool:
    """Tell whether an operation may change a table that is in use; Python and SQL may."""
    name = getattr(operation, "model_name", "") or getattr(operation, "name", "")
    has_live = any(label == app for label, _model in released.models)
    return (app, str(name).lower()) in released.models or (not name and has_live)


def _is_ours(app: str) -> bool:
    folder = Path(apps.get_app_config(app).path)
    return settings.BASE_DIR in folder.parents and "site-packages" not in folder.parts
