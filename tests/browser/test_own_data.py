"""The page of one's own data in a browser: legible on a phone, and every button does its work."""

import pytest

from genart.privacy.models import DataRequest
from genart.privacy.services import requests
from genart.privacy.subject import Subject
from tests.browser.test_checkout import found_by_axe, shoot
from tests.privacy.conftest import work, zoe  # noqa: F401  (fixtures)

pytestmark = pytest.mark.slow


def test_a_person_takes_a_copy_and_ends_the_account(page, sign_in, zoe, broker):  # noqa: F811
    sign_in(zoe)
    done = requests.ask_export(subject=Subject(user=zoe))
    requests.fulfil(request_id=done.pk)

    page.goto("/accounts/data/")
    shoot(page, "D-own-data")
    assert found_by_axe(page) == ""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")

    page.get_by_role("button", name="Make a copy").click()
    page.get_by_text("being made").wait_for()
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Erase my account").click()
    page.get_by_text("That is not your password").wait_for()
    page.get_by_label("Your password").fill("password")
    page.get_by_label("I know that this cannot be undone").check()
    page.get_by_role("button", name="Erase my account").click()
    page.get_by_role("heading", name="Your account ends on").wait_for()
    shoot(page, "D-ending")
    assert found_by_axe(page) == ""
    page.get_by_role("button", name="Keep my account").click()
    page.get_by_text("Your account stays").wait_for()
    assert DataRequest.objects.get(kind="erasure").state == "cancelled"
