"""Browsers that have signed in by the form, and people with factors."""

import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from django.test import Client

from genart.accounts.services.authenticators import add_authenticator, new_secret
from tests.accounts.soft_key import SoftKey


@pytest.fixture(autouse=True)
def own_site(settings: Any) -> None:
    """The address that the soft keys are for."""
    settings.SITE_URL = "http://localhost:8000"


@pytest.fixture
def enter() -> Callable[..., Any]:
    """Sign in by the form; return the answer."""

    def post(client: Client, name: str, password: str = "password", **more: Any) -> Any:
        sent = {"username": name, "password": password}
        return client.post("/accounts/login/", sent | more.pop("data", {}), **more)

    return post


@pytest.fixture
def json_post() -> Callable[..., Any]:
    """Send JSON as the script of the pages does."""

    def post(client: Client, path: str, sent: Any) -> Any:
        return client.post(path, sent, content_type="application/json")

    return post


@pytest.fixture
def secret_of() -> Callable[[Any], str]:
    """Give a person an authenticator app; return its secret. The code of now stays unused."""

    def give(user: Any) -> str:
        secret = new_secret()
        earlier = pyotp.TOTP(secret).at(time.time() - 30)
        add_authenticator(user=user, secret=secret, code=earlier)
        return secret

    return give


@pytest.fixture
def add_key(json_post: Any) -> Callable[[Client], SoftKey]:
    """Let the person of a browser add a passkey; return it."""

    def add(client: Client) -> SoftKey:
        key = SoftKey()
        options = json_post(client, "/accounts/security/passkeys/new/", {}).json()
        sent = {"answer": key.create(options), "name": "Phone"}
        assert json_post(client, "/accounts/security/passkeys/add/", sent).status_code == 200
        return key

    return add
