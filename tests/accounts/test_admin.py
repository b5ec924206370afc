"""The admin lets nobody give himself more than he has."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from genart.accounts.models import User
from genart.accounts.services.tries import begin_try
from tests.conftest import make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db):
    """Staff who may change people, and no superuser."""
    user = make_user("clerk", is_staff=True)
    names = ["view_user", "change_user", "add_user", "add_apitoken", "view_apitoken"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def test_the_admins_own_sign_in_is_the_shops(client, buyer_client, admin_client):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert client.post("/admin/login/", {"username": "a"}).status_code == 405
    assert buyer_client.get("/admin/", follow=True).status_code == 403
    assert admin_client.get("/admin/login/").url == "/admin/"


def test_a_clerk_gives_nobody_powers(clerk, buyer):
    sent = {"username": "buyer", "email": "buyer@example.com", "is_active": "on",
            "is_superuser": "on", "is_staff": "on"}  # fmt: skip
    answer = signed_in(clerk).post(f"/admin/accounts/user/{buyer.pk}/change/", sent)
    assert answer.status_code == 302
    buyer.refresh_from_db()
    assert (buyer.is_superuser, buyer.is_staff) == (False, False)


def test_a_clerk_changes_neither_staff_nor_himself(clerk, admin_user, curator):
    client = signed_in(clerk)
    for user in (admin_user, curator, clerk):
        path = f"/admin/accounts/user/{user.pk}"
        assert client.post(f"{path}/change/", {"username": "taken"}).status_code == 403
        new = {"password1": "quite a long one now", "password2": "quite a long one now"}
        assert client.post(f"{path}/password/", new).status_code == 403
    for action in ("sign_out", "take_factors", "forgive_tries"):
        sent = {"action": action, "_selected_action": [admin_user.pk]}
        client.post("/admin/accounts/user/", sent)
    admin_user.refresh_from_db()
    assert admin_user.session_epoch == 0


def test_a_clerk_makes_tokens_for_himself_only(clerk, admin_user):
    from genart.accounts.models import ApiToken

    sent = {"user": admin_user.pk, "name": "x", "scopes": ["jobs:read"]}
    signed_in(clerk).post("/admin/accounts/apitoken/add/", sent)
    assert not ApiToken.objects.exists()
    signed_in(clerk).post("/admin/accounts/apitoken/add/", sent | {"user": clerk.pk})
    assert ApiToken.objects.get().user == clerk


def test_the_last_superuser_stays_and_nobody_is_deleted(admin_client, admin_user):
    sent = {"username": "admin", "email": "a@example.com", "is_active": "on", "is_staff": "on"}
    path = f"/admin/accounts/user/{admin_user.pk}"
    page = admin_client.post(f"{path}/change/", sent)
    assert "last superuser" in page.content.decode()
    assert admin_client.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.get(pk=admin_user.pk).is_superuser


def test_first_aid(admin_client, curator, curator_client, secret_of, enter):
    secret_of(curator)
    for _ in range(12):
        begin_try(kind="password", name="curator")
    assert enter(Client(), "curator").status_code == 429
    for action in ("forgive_tries", "take_factors"):
        sent = {"action": action, "_selected_action": [curator.pk]}
        assert admin_client.post("/admin/accounts/user/", sent).status_code == 302
    assert curator_client.get("/accounts/").status_code == 302
    assert enter(Client(), "curator").url == "/"


def test_pages_of_people_and_tries_open(admin_client, admin_user):
    begin_try(kind="password", name="x", address="192.0.2.1")
    for path in ("user/", f"user/{admin_user.pk}/change/", "signintry/", "apitoken/"):
        assert admin_client.get(f"/admin/accounts/{path}").status_code == 200
    assert "password alone opens all" in admin_client.get("/admin/").content.decode()
