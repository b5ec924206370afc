"""Locks that belong to a session of the database, and the way around a pooler."""

import threading

import pytest
from django.db import connection, connections

from genart.lib import session as module
from genart.lib.session import lock, session

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(number: int) -> bool:
    """Tell whether another session gets the lock."""
    got = []

    def ask() -> None:
        with lock(number) as is_ours:
            got.append(is_ours)
        session().close()
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join()
    return got[0]


def test_one_of_two_sessions_has_a_lock_until_it_is_given_back():
    with lock(4711) as is_ours:
        assert is_ours
        assert not elsewhere(4711)
    assert elsewhere(4711)


def test_a_lock_ends_with_its_session():
    assert module.take_lock(4712)
    session().close()
    assert elsewhere(4712)
    module.free_lock(4712)  # it is free already: no error


def test_behind_a_pooler_a_lock_is_taken_of_the_server_itself(monkeypatch):
    monkeypatch.setitem(connections.settings, "direct", connection.settings_dict)
    connections["direct"] = connection.copy()
    try:
        assert session() is connections["direct"]
        with lock(4713) as is_ours, connection.cursor() as cursor:
            assert is_ours
            cursor.execute("SELECT pg_try_advisory_lock(4713)")
            assert cursor.fetchone() == (False,)
    finally:
        connections["direct"].close()
        del connections["direct"]
