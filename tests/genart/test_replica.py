"""Which reads a replica gets, and what happens where it is not fit."""

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from catalog.models import Artwork
from genart import replica
from genart.replica import LATENESS, STALE_VIEWS, ReplicaRouter, StaleReadsMiddleware, stale_reads


@pytest.fixture
def probe(monkeypatch):
    """A probe that has looked, and found the replica fit."""
    found = replica.Probe()
    found.fit = True
    monkeypatch.setattr(replica, "probe", lambda: found)
    return found


@pytest.fixture
def router(probe):
    return ReplicaRouter()


def test_reads_go_to_the_primary_unless_they_may_be_old(router):
    assert router.db_for_read(Artwork) == "default"
    with stale_reads():
        assert router.db_for_read(Artwork) == "replica"
    assert router.db_for_read(Artwork) == "default"


def test_who_writes_reads_the_primary_from_then_on(router):
    with stale_reads():
        assert router.db_for_write(Artwork) == "default"
        assert router.db_for_read(Artwork) == "default"


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_the_primary_is_read(router):
    with stale_reads(), transaction.atomic():
        assert router.db_for_read(Artwork) == "default"


def test_an_unfit_replica_is_left_alone(router, probe):
    probe.fit = False
    with stale_reads():
        assert router.db_for_read(Artwork) == "default"


def test_only_the_primary_is_migrated(router):
    assert router.allow_migrate("default", "catalog")
    assert not router.allow_migrate("replica", "catalog")


@pytest.mark.parametrize(
    ("method", "path", "cookies", "database"),
    [
        ("get", "/", {}, "replica"),
        ("get", "/browse/", {}, "replica"),
        ("head", "/browse/", {}, "replica"),
        ("post", "/browse/", {}, "default"),
        ("get", "/cart/", {}, "default"),
        ("get", "/studio/sales/", {}, "default"),
        ("get", "/browse/", {"sessionid": "x"}, "default"),
    ],
)
def test_only_visitors_without_a_session_see_old_pages(router, method, path, cookies, database):
    request = getattr(RequestFactory(), method)(path)
    request.COOKIES.update(cookies)
    seen = []

    def view(request):
        request.resolver_match = resolve(path)
        wrapped.process_view(request, None, (), {})
        seen.append(router.db_for_read(Artwork))
        return HttpResponse()

    wrapped = StaleReadsMiddleware(view)
    wrapped(request)
    assert seen == [database]
    assert router.db_for_read(Artwork) == "default"  # nothing is left to the next request


def test_what_the_replica_cannot_finish_is_asked_of_the_primary(router, probe, rf):
    request = rf.get("/licences/")
    request.resolver_match = resolve("/licences/")
    asked = []

    def view(request):
        asked.append(router.db_for_read(Artwork))
        return HttpResponse("whole")

    request.resolver_match.func = view
    wrapped = StaleReadsMiddleware(view)
    wrapped.process_view(request, view, (), {})
    answer = wrapped.process_exception(request, OperationalError("it went away"))
    assert answer is not None and answer.content == b"whole"
    assert asked == ["default"]
    assert not probe.fit
    assert wrapped.process_exception(request, OperationalError("the primary, too")) is None


def test_every_stale_view_exists():
    from catalog.urls import pages, urlpatterns

    routes = [*pages, *urlpatterns]
    assert {f"catalog:{getattr(one, 'name', '')}" for one in routes} >= STALE_VIEWS


@pytest.mark.django_db
def test_a_primary_is_never_late():
    with psycopg.connect(**_known()) as session:
        assert session.execute(LATENESS).fetchone() == (0,)


def _known():
    left_out = ("cursor_factory", "context", "prepare_threshold", "client_encoding")
    return {k: v for k, v in connection.get_connection_params().items() if k not in left_out}
