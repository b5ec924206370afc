"""A person adds a passkey in Chromium, whose own authenticator is played, and signs in with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from genart.accounts.models import Authenticator, Passkey
from tests.conftest import make_user

pytestmark = pytest.mark.slow
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def shop(settings: Any, base_url: str) -> str:
    """The shop's address by name: keys do not know numbers."""
    address = base_url.replace("127.0.0.1", "localhost")
    settings.SITE_URL = address
    return address


@pytest.fixture
def key(page: Page) -> Iterator[CDPSession]:
    """A key in the browser, which agrees to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield session
    session.detach()


def sign_in_by_form(page: Page, shop: str, name: str) -> None:
    page.goto(f"{shop}/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill("password")
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_from_the_first_to_the_last(page: Page, shop: str, key: CDPSession) -> None:
    make_user("curator", "studio", "curators")
    sign_in_by_form(page, shop, "curator")
    page.goto(f"{shop}/accounts/security/")
    expect(page.get_by_text("with nothing but a password")).to_be_visible()
    page.get_by_label("Name of the new one").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    assert Passkey.objects.get().name == "Laptop"
    page.get_by_role("button", name="Make new codes").click()
    expect(page.locator(".codes li")).to_have_count(10)

    page.goto(f"{shop}/accounts/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{shop}/accounts/login/?next=/review/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{shop}/review/")

    page.goto(f"{shop}/accounts/security/")
    page.get_by_role("link", name="Set one up").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_the_second_step_takes_the_key(page: Page, shop: str, key: CDPSession) -> None:
    make_user("curator", "studio", "curators")
    sign_in_by_form(page, shop, "curator")
    page.goto(f"{shop}/accounts/security/")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.context.clear_cookies()
    sign_in_by_form(page, shop, "curator")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{shop}/")
    expect(page.get_by_role("link", name="curator")).to_be_visible()
