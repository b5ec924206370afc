import pytest

from genart.accounts.models import ApiToken, User
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
NEW = {
    "username": "ada",
    "email": "ada@example.com",
    "password1": "a long walk home",
    "password2": "a long walk home",
}


def test_signing_up_makes_a_plain_buyer_and_signs_in(client):
    answer = client.post("/accounts/signup/", NEW | {"next": "/cart/"})
    assert answer.url == "/cart/"
    user = User.objects.get()
    assert (user.is_staff, user.get_all_permissions()) == (False, set())
    assert client.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [({"username": "BOB"}, "username"), ({"username": "a b"}, "username"),
     ({"email": "nobody"}, "email"), ({"email": ""}, "email"),
     ({"password2": "another one"}, "password2"),
     ({"password1": "too short", "password2": "too short"}, "password"),
     ({"password1": "abcabcabcabcabc", "password2": "abcabcabcabcabc"}, "password"),
     ({"password1": "Genart-123456!", "password2": "Genart-123456!"}, "password"),
     ({"password1": "x" * 129, "password2": "x" * 129}, "password")],
)  # fmt: skip
def test_a_fault_is_told_at_its_field_and_nothing_is_made(client, change, field):
    make_user("bob")
    answer = client.post("/accounts/signup/", NEW | change)
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.context["form"].errors)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert User.objects.count() == 1


def test_signing_in_and_out(client):
    make_user("ada")
    answer = client.post("/accounts/login/", {"username": "ada", "password": "password"})
    assert answer.url == "/"
    assert client.post("/accounts/logout/").url == "/"
    assert client.get("/accounts/").status_code == 302


def test_a_wrong_password_is_422_with_a_reason(client, settings):
    make_user("ada")
    assert settings.SITE_NAME in client.get("/accounts/login/").content.decode()
    answer = client.post("/accounts/login/", {"username": "ada", "password": "wrong"})
    assert answer.status_code == 422
    assert "do not belong together" in answer.content.decode()


def test_many_wrong_tries_have_to_wait_even_with_the_right_one(client):
    make_user("ada")
    for _ in range(10):
        client.post("/accounts/login/", {"username": "ada", "password": "wrong"})
    answer = client.post("/accounts/login/", {"username": "ada", "password": "password"})
    assert (answer.status_code, client.get("/accounts/").status_code) == (429, 302)
    assert "Too many tries" in answer.content.decode()


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/signup/"])
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_next_never_leads_elsewhere(client, page, elsewhere):
    make_user("bob")
    given = NEW if "signup" in page else {"username": "bob", "password": "password"}
    assert client.post(page, given | {"next": elsewhere}).url == "/"


def test_a_person_changes_only_himself(buyer, buyer_client):
    sent = {"first_name": "Ada", "last_name": "L", "email": buyer.email, "is_staff": "on",
            "username": "root"}  # fmt: skip
    assert buyer_client.post("/accounts/", sent).url == "/accounts/"
    buyer.refresh_from_db()
    assert (buyer.first_name, buyer.is_staff, buyer.username) == ("Ada", False, "buyer")
    assert buyer_client.post("/accounts/", {"email": "x"}).status_code == 422


def test_a_token_made_in_the_admin_shows_its_secret_once(admin_client, admin_user):
    sent = {"user": admin_user.pk, "name": "robot", "scopes": ["jobs:read"]}
    page = admin_client.post("/admin/accounts/apitoken/add/", sent, follow=True).content.decode()
    secret = page.split("The secret is ")[1].split(" ")[0]
    token = ApiToken.objects.get()
    assert token.sha256 == ApiToken.digest(secret)
    again = admin_client.get(f"/admin/accounts/apitoken/{token.pk}/change/").content.decode()
    assert secret not in again
    chosen = {"action": "revoke", "_selected_action": [token.pk]}
    admin_client.post("/admin/accounts/apitoken/", chosen)
    token.refresh_from_db()
    assert token.revoked_at is not None
