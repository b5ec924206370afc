"""Each rule finds what it is about, and lets the way pass that it recommends. Needs no database."""

from typing import Any

import pytest
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import F, Q

from genart.migrations_lint.exceptions import EXCEPTIONS
from genart.migrations_lint.linting import judge_migration, lint, state_at
from genart.migrations_lint.releases import RELEASES, last_release


@pytest.fixture(scope="module")
def state() -> Any:
    """The models of the newest release."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    made = state_at(loader, list(last_release()[1].items()))
    assert made.apps  # made once, shared by every copy
    return made


@pytest.fixture
def rules(state):
    """Return what finds the rules that a migration of these operations breaks."""

    def judged(*operations: Any, app: str = "catalog", atomic: bool = True) -> set[str]:
        migration = migrations.Migration("9999_test", app)
        migration.operations, migration.atomic = list(operations), atomic
        after = migration.mutate_state(state, preserve=True)
        return {one.rule for one in judge_migration(migration, state.clone(), state, after)}

    return judged


def column(**fields: Any) -> migrations.AddField:
    kind = fields.pop("kind", models.IntegerField)
    return migrations.AddField(fields.pop("model", "artwork"), "extra", kind(**fields))


def test_the_migrations_of_this_project_pass():
    assert [str(one) for one in lint()] == []


def test_every_exception_is_used_and_reasoned(monkeypatch):
    wanted = dict(EXCEPTIONS)
    monkeypatch.setattr("genart.migrations_lint.linting.EXCEPTIONS", {})
    found = {(*one.migration, one.rule) for one in lint()}
    assert wanted.keys() <= found
    assert all(len(reason) > 20 for reason in wanted.values())


def test_releases_name_migrations_that_are_there():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for heads in RELEASES.values():
        assert all(key in loader.graph.nodes for key in heads.items())


def test_a_new_column_needs_a_default_that_the_database_knows(rules):
    assert rules(column(default=0)) == {"add-needs-default"}
    assert rules(column(default=0, db_default=0)) == set()
    assert rules(column(null=True)) == set()


def test_a_default_that_comes_with_the_next_migration_is_early_enough(rules):
    later = migrations.AlterField("artwork", "extra", models.IntegerField(default=0, db_default=0))
    assert rules(column(default=0), later) == set()


def test_a_column_with_another_value_in_each_row_rewrites_the_table(rules):
    generated = models.GeneratedField(
        expression=F("width_px") + 1, output_field=models.IntegerField(), db_persist=True
    )
    assert rules(migrations.AddField("artwork", "extra", generated)) == {"add-rewrites"}
    assert rules(column(kind=models.UUIDField, db_default=RandomUUID())) == {"add-rewrites"}


def test_an_index_that_comes_with_a_column_is_built_under_a_lock(rules):
    assert rules(column(null=True, db_index=True)) == {"index-locks"}
    assert rules(column(null=True, unique=True)) >= {"index-locks"}
    relation = models.ForeignKey("catalog.collection", models.SET_NULL, null=True)
    assert rules(migrations.AddField("artwork", "extra", relation)) >= {"index-locks"}
    small = migrations.AddField("licence", "extra", models.SlugField(null=True))
    assert rules(small) == set()


def test_a_large_index_is_built_beside_the_work(rules):
    index = models.Index(fields=["title"], name="extra")
    assert rules(migrations.AddIndex("artwork", index)) == {"index-locks"}
    assert rules(AddIndexConcurrently("artwork", index), atomic=False) == set()
    assert "concurrent-needs-atomic-false" in rules(AddIndexConcurrently("artwork", index))
    two = (AddIndexConcurrently("artwork", index), column(null=True))
    assert rules(*two, atomic=False) == {"half-done"}
    small = models.Index(fields=["name"], name="extra")
    assert rules(migrations.AddIndex("licence", small)) == set()


def test_a_change_of_type_rewrites_the_table(rules):
    def title(field: models.Field) -> migrations.AlterField:
        return migrations.AlterField("artwork", "title", field)

    assert "alter-type" in rules(title(models.IntegerField()))
    assert "alter-type" in rules(title(models.CharField(max_length=60)))
    assert rules(title(models.CharField(max_length=500))) == set()
    assert rules(title(models.TextField())) == set()


def test_a_column_that_may_no_longer_be_empty_is_a_matter_of_releases(rules):
    full = migrations.AlterField("artwork", "mark", models.PositiveBigIntegerField(unique=True))
    assert "alter-not-null" in rules(full)


def test_a_constraint_is_added_without_reading_and_validated_apart(rules):
    check = models.CheckConstraint(condition=Q(width_px__gt=0), name="extra")
    assert "constraint-scans" in rules(migrations.AddConstraint("artwork", check))
    assert rules(AddConstraintNotValid("artwork", check)) == set()
    both = (AddConstraintNotValid("artwork", check), ValidateConstraint("artwork", "extra"))
    assert "validate-apart" in rules(*both)
    once = models.UniqueConstraint(fields=["title"], name="extra")
    assert "constraint-scans" in rules(migrations.AddConstraint("artwork", once))


def test_names_stay(rules):
    assert rules(migrations.RenameField("artwork", "title", "name")) == {"rename"}
    assert rules(migrations.RenameModel("Redirect", "Moved")) == {"rename"}
    assert rules(migrations.AlterModelTable("redirect", "moved")) == {"rename"}


def test_nothing_is_dropped_that_the_running_release_reads(rules):
    assert rules(migrations.RemoveField("artwork", "description")) == {"drop-early"}
    assert rules(migrations.DeleteModel("Redirect")) == {"drop-early"}
    by_hand = migrations.RunSQL("ALTER TABLE catalog_artwork DROP COLUMN description")
    assert rules(by_hand) == {"drop-early"}
    assert rules(migrations.RunSQL("DROP TABLE catalog_redirect")) == {"drop-early"}
    of_nobody = migrations.RunSQL("ALTER TABLE catalog_artwork DROP COLUMN forgotten_long_ago")
    assert rules(of_nobody) == set()


def test_the_models_forget_first_and_the_database_lets_them(rules):
    def forget(*sql: migrations.RunSQL) -> migrations.SeparateDatabaseAndState:
        return migrations.SeparateDatabaseAndState(
            database_operations=list(sql),
            state_operations=[migrations.RemoveField("artwork", "description")],
        )

    assert rules(forget()) == {"forget-needs-default"}
    relaxed = "ALTER TABLE catalog_artwork ALTER COLUMN description DROP NOT NULL"
    assert rules(forget(migrations.RunSQL(relaxed))) == set()


def test_rows_are_moved_apart_and_in_batches(rules):
    move = migrations.RunPython(migrations.RunPython.noop)
    assert rules(move, column(null=True)) == {"data-with-schema", "data-at-once"}
    assert rules(move) == {"data-at-once"}
    assert rules(move, atomic=False) == set()
    assert rules(migrations.RunSQL("UPDATE catalog_artwork SET title = ''")) == {"data-at-once"}
    assert rules(migrations.RunSQL("UPDATE catalog_licence SET name = ''")) == set()


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("CREATE INDEX extra ON catalog_artwork (title)", "index-locks"),
        ('create unique index extra on "catalog_artwork" (title)', "index-locks"),
        ("ALTER TABLE catalog_artwork ALTER COLUMN title TYPE text", "alter-type"),
        ("ALTER TABLE catalog_artwork ALTER title SET NOT NULL", "alter-not-null"),
        ("ALTER TABLE catalog_artwork ADD CONSTRAINT x CHECK (width_px > 0)", "constraint-scans"),
        ("ALTER TABLE catalog_artwork ADD x int GENERATED ALWAYS AS (1) STORED", "add-rewrites"),
        ("TRUNCATE catalog_artwork", "empties"),
        ("LOCK TABLE catalog_redirect", "locks-all"),
        ("VACUUM FULL", "locks-all"),
        ("REINDEX TABLE catalog_redirect", "locks-all"),
        ("SET lock_timeout = 0", "lock-timeout"),
    ],
)
def test_statements_by_hand_are_read(rules, sql, rule):
    assert rules(migrations.RunSQL(sql)) == {rule}
    assert rules(migrations.RunSQL([f"SELECT 1; -- and\n{sql}"])) == {rule}


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX CONCURRENTLY extra ON catalog_artwork (title)",
        "ALTER TABLE catalog_artwork ADD CONSTRAINT x CHECK (width_px > 0) NOT VALID",
        "ALTER TABLE catalog_artwork VALIDATE CONSTRAINT x",
        "REINDEX INDEX CONCURRENTLY extra",
        "CREATE INDEX extra ON catalog_redirect (old_path)",
        "-- LOCK TABLE catalog_artwork",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE catalog_artwork SET x = 1; $$",
        "SELECT 1",
    ],
)
def test_harmless_statements_pass(rules, sql):
    assert rules(migrations.RunSQL(sql)) == set()


def test_a_table_that_no_release_knows_may_do_anything(rules):
    made = migrations.CreateModel(
        "New", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]
    )
    index = migrations.AddIndex("new", models.Index(fields=["name"], name="extra"))
    assert rules(made, index, column(model="new", default=0)) == set()
    assert rules(made, migrations.RemoveField("new", "name")) == set()
