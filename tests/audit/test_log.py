"""The audit log: what is noted, by whom, and that it stays."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import IntegrityError, InternalError, connection, transaction

from catalog.models import PriceRule
from genart.accounts.models import User
from genart.accounts.services import ensure_roles
from genart.audit import note
from genart.audit.models import AuditEntry
from genart.audit.watched import WATCHED
from genart.lib.audit import HIDDEN
from genart.ownership import LOG_TABLES
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
RULE = {"name": "Summer", "factor_percent": 80, "position": 1}


def entries(verb: str):
    return AuditEntry.objects.filter(verb=verb)


@pytest.mark.parametrize("change", ["UPDATE audit_auditentry SET verb = 'x'",
                                    "DELETE FROM audit_auditentry"])  # fmt: skip
def test_the_database_refuses_to_rewrite_the_log(change):
    note(verb="thing.done")
    refused = pytest.raises((IntegrityError, InternalError), match="kept for ever")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert entries("thing.done").count() == 1


def test_the_applications_role_is_kept_from_the_log():
    assert "audit_auditentry" in LOG_TABLES


def test_a_form_of_the_admin_is_noted_with_its_person_and_both_values(admin_client, admin_user):
    rule = PriceRule.objects.create(**RULE)
    path = f"/admin/catalog/pricerule/{rule.pk}/change/"
    page = admin_client.get(path)
    sent = {name: "" if value is None else value
            for name, value in page.context["adminform"].form.initial.items()}  # fmt: skip
    answer = admin_client.post(path, sent | {"factor_percent": 70})
    assert answer.status_code == 302
    entry = entries("price_rule.changed").get()
    assert (entry.actor_id, entry.via) == (admin_user.pk, "web")
    assert entry.before["factor_percent"] == 80
    assert entry.after["factor_percent"] == 70
    assert "name" not in entry.after
    assert (entry.subject_type, entry.subject_id) == ("catalog.pricerule", str(rule.pk))


def test_what_was_not_changed_is_not_noted():
    rule = PriceRule.objects.create(**RULE)
    rule.save()
    assert not entries("price_rule.changed").exists()
    rule.delete()
    assert entries("price_rule.removed").get().before["name"] == "Summer"


def test_a_change_that_is_taken_back_leaves_no_note():
    class Back(Exception):
        pass

    with pytest.raises(Back), transaction.atomic():
        PriceRule.objects.create(**RULE)
        raise Back
    assert not entries("price_rule.added").exists()


def test_the_log_holds_no_names_and_no_secrets_of_people(admin_client, buyer):
    buyer.email, buyer.first_name = "new@example.com", "Ada"
    buyer.set_password("quite a long one")
    buyer.is_staff = True
    buyer.save()
    entry = entries("person.changed").get()
    assert entry.after == {"email": HIDDEN, "first_name": HIDDEN, "password": HIDDEN,
                           "is_staff": True}  # fmt: skip
    rows = " ".join(str(row) for row in AuditEntry.objects.values_list())
    for secret in ("example.com", "Ada", "buyer", buyer.password):
        assert secret not in rows


def test_signing_in_does_not_note_a_changed_person(client, buyer):
    client.post("/accounts/login/", {"username": "buyer", "password": "password"})
    assert not entries("person.changed").exists()
    assert entries("session.begun").get().actor_id == buyer.pk


def test_roles_are_noted_from_both_sides(buyer):
    ensure_roles()
    curators = Group.objects.get(name="curators")
    buyer.groups.add(curators)
    assert entries("person.groups").first().after == {"groups": ["curators"]}
    curators.user_set.remove(buyer)
    assert entries("person.groups").first().before == {"groups (as members)": [str(buyer.pk)]}
    buyer.groups.set([curators])
    buyer.groups.clear()
    assert entries("person.groups").first().before == {"groups": ["curators"]}


def test_a_call_of_the_api_is_noted_with_the_tokens_person(curator, client):
    from genart.accounts.services import create_token

    _token, secret = create_token(user=curator, scopes=["jobs:read"])
    assert entries("token.added").get().after.get("sha256") is None
    headers = {"Authorization": f"Bearer {secret}"}
    client.get("/api/v1/jobs/00000000-0000-0000-0000-000000000001", headers=headers)
    assert not entries("token.changed").exists()


def test_a_command_is_noted_as_one(monkeypatch):
    monkeypatch.setattr("sys.argv", ["manage.py", "reset_factors", "ada"])
    make_user("ada")
    call_command("reset_factors", "ada")
    entry = entries("factors.reset").get()
    assert (entry.actor_id, entry.via) == (None, "command reset_factors")


def test_every_watched_field_exists():
    from django.apps import apps

    for label, watched in WATCHED.items():
        model = apps.get_model(label)
        for name in (*watched.masked, *watched.left_out, *watched.lists):
            model._meta.get_field(name)


def test_the_page_shows_names_of_now_and_finds_by_them(admin_client, admin_user, buyer):
    note(verb="thing.done", actor=buyer, before={"size": 1}, after={"size": "<b>2</b>"})
    note(verb="other.done", actor=admin_user)
    page = admin_client.get("/admin/audit/auditentry/?q=buyer").content.decode()
    assert "thing.done" in page
    assert "other.done" not in page.split("changelist-filter")[0].split("<tbody>")[1]
    assert "size: 1 → &lt;b&gt;2&lt;/b&gt;" in page
    entry = entries("thing.done").get()
    one = admin_client.get(f"/admin/audit/auditentry/{entry.pk}/change/").content.decode()
    assert "&lt;b&gt;2&lt;/b&gt;" in one
    User.objects.filter(pk=buyer.pk).update(username="renamed")
    assert "renamed" in admin_client.get("/admin/audit/auditentry/").content.decode()


def test_nobody_writes_the_log_by_hand(admin_client):
    note(verb="thing.done")
    path = f"/admin/audit/auditentry/{entries('thing.done').get().pk}"
    assert admin_client.post(f"{path}/change/", {"verb": "x"}).status_code == 403
    assert admin_client.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get("/admin/audit/auditentry/add/").status_code == 403


def test_the_log_can_be_taken_along(admin_client):
    note(verb="thing.done", after={"price_cents": 1200})
    chosen = list(entries("thing.done").values_list("pk", flat=True))
    sent = {"action": "take_along", "_selected_action": chosen}
    answer = admin_client.post("/admin/audit/auditentry/", sent)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 1
    assert '"price_cents": 1200' in lines[0]
