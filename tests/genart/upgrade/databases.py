"""A database of its own for a moment, on the run's server, and how Django works with it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg import sql

from genart.backup.saving import parameters_of_connection


@contextmanager
def other_database(name: str) -> Iterator[None]:
    """Let Django work with an empty database within the block; it is dropped afterwards."""
    before = connection.settings_dict["NAME"]
    _admin(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)
    _admin(sql.SQL("CREATE DATABASE {}"), name)
    _switch(name)
    try:
        yield
    finally:
        _switch(before)
        _admin(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)


def _switch(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _admin(statement: sql.SQL, name: str) -> None:
    parameters = parameters_of_connection() | {"dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as session:
        session.execute(statement.format(sql.Identifier(name)))
