"""`manage.py migrate` lets others through: it waits a moment for a lock, gives up, tries again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from genart.backup.saving import parameters_of_connection
from genart.management.commands import migrate
from tests.genart.upgrade.databases import other_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def small(monkeypatch) -> Iterator[None]:
    """A database with one app's tables; tries come quickly."""
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0.5)
    monkeypatch.setattr(migrate, "TRIES", 4)
    with other_database("migrate_locks"):
        call_command("migrate", "retention", verbosity=0)
        yield


@contextmanager
def held() -> Iterator[psycopg.Connection]:
    """Let somebody else read a table in a transaction that stays open."""
    with psycopg.connect(**parameters_of_connection()) as session:
        session.execute("SELECT count(*) FROM retention_leftover")
        yield session


def tables() -> set[str]:
    return set(connection.introspection.table_names())


def undo(**options) -> StringIO:
    said = StringIO()
    call_command(
        "migrate", "retention", "zero", verbosity=0, lock_seconds=0.2, stderr=said, **options
    )
    return said


def test_it_gives_up_whole_and_says_what_to_do(small):
    with held(), pytest.raises(CommandError, match="pg_stat_activity"):
        undo()
    assert {"retention_leftover", "retention_forgotten"} <= tables()


def test_it_goes_on_when_the_others_are_done(small):
    with held() as session:
        threading.Timer(1.0, session.rollback).start()
        said = undo()
    assert "trying again" in said.getvalue()
    assert "retention_leftover" not in tables()


def test_it_leaves_no_limit_behind(small):
    undo()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
