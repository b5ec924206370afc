"""Features that can be switched: for everybody, for a share, for some."""

import pytest
from django.contrib.admin.sites import site
from django.test import Client

from genart import flags
from genart.audit.models import AuditEntry
from genart.flags import services, snapshot
from genart.flags.declared import FLAGS
from genart.flags.models import Flag
from genart.lib.errors import InvalidInput
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
NAME = "wishes"


class Person:
    def __init__(self, pk: int) -> None:
        self.pk = pk


def test_without_a_row_the_declared_default_holds() -> None:
    assert all(flags.is_on(name) is FLAGS[name].default for name in FLAGS)


def test_a_flag_that_nobody_declared_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="declare it"):
        flags.is_on("teleport")
    with pytest.raises(InvalidInput, match="No flag is called"):
        services.switch(name="teleport", state="on")


def test_on_and_off_hold_for_everybody() -> None:
    services.switch(name=NAME, state="off")
    assert not flags.is_on(NAME)
    assert not flags.is_on(NAME, Person(1))
    services.switch(name=NAME, state="on")
    assert flags.is_on(NAME)


def test_a_share_is_always_the_same_people_and_about_as_many() -> None:
    services.switch(name=NAME, state="partly", percent=30)
    first = {number for number in range(2000) if flags.is_on(NAME, Person(number))}
    again = {number for number in range(2000) if flags.is_on(NAME, Person(number))}
    assert first == again
    assert 0.26 < len(first) / 2000 < 0.34
    assert not flags.is_on(NAME), "whoever is not signed in is in no share"
    services.switch(name=NAME, state="partly", percent=60)
    wider = {number for number in range(2000) if flags.is_on(NAME, Person(number))}
    assert first < wider, "whoever had it keeps it as the share grows"


def test_another_flag_has_another_share() -> None:
    places = [snapshot.place_of(name, 7) for name in FLAGS]
    assert len(set(places)) == len(FLAGS)


def test_some_have_it_whatever_the_share() -> None:
    chosen, other = make_user("chosen"), make_user("other")
    services.switch(name=NAME, state="partly", persons=[chosen.pk])
    assert flags.is_on(NAME, chosen)
    assert not flags.is_on(NAME, other)


def test_switching_twice_leaves_one_row_and_says_who_did_it(admin_user: object) -> None:
    services.switch(name=NAME, state="off", by=admin_user, note="too many mails")
    services.switch(name=NAME, state="off", by=admin_user, note="too many mails")
    assert Flag.objects.count() == 1
    noted = AuditEntry.objects.filter(verb="flag.switched")
    assert noted.exists()


def test_left_to_its_default_it_is_as_before() -> None:
    services.switch(name=NAME, state="off")
    services.leave_to_default(name=NAME)
    services.leave_to_default(name=NAME)
    assert flags.is_on(NAME)
    assert not Flag.objects.exists()


def test_what_is_known_holds_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    services.switch(name=NAME, state="off")
    assert not flags.is_on(NAME)
    snapshot.forget()

    def away(self: object) -> None:
        raise OperationalError("no server")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", away)
    assert not flags.is_on(NAME)


def test_reading_costs_two_queries_and_then_none(django_assert_num_queries: object) -> None:
    snapshot.forget()
    with django_assert_num_queries(2):  # type: ignore[operator]
        flags.is_on(NAME)
        flags.is_on("live-previews")


def test_an_admin_switches_with_a_form(admin_client: Client, buyer: object) -> None:
    assert site.is_registered(Flag)
    page = admin_client.get("/admin/flags/flag/add/")
    assert FLAGS[NAME].sentence in page.content.decode().replace("&#x27;", "'")
    form = {"name": NAME, "state": "partly", "percent": "0", "persons": [buyer.pk], "note": "try"}  # type: ignore[attr-defined]
    answer = admin_client.post("/admin/flags/flag/add/", form)
    assert answer.status_code == 302, answer.content.decode()
    assert flags.is_on(NAME, buyer)
    row = Flag.objects.get()
    admin_client.post(f"/admin/flags/flag/{row.pk}/change/", {"state": "off", "percent": "0"})
    assert not flags.is_on(NAME, buyer)
    admin_client.post(f"/admin/flags/flag/{row.pk}/delete/", {"post": "yes"})
    assert flags.is_on(NAME, buyer)


def test_the_admin_lists_what_nobody_has_touched_too(admin_client: Client) -> None:
    services.switch(name=NAME, state="off")
    page = admin_client.get("/admin/flags/flag/").content.decode()
    others = [name for name in FLAGS if name != NAME]
    for name in others:
        assert f'href="/admin/flags/flag/add/?name={name}"' in page
    assert f"?name={NAME}" not in page
    form = admin_client.get(f"/admin/flags/flag/add/?name={others[0]}").context["adminform"].form
    assert (form["name"].value(), form["state"].value()) == (others[0], "off")
