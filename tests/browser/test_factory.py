"""The main job from end to end, in a real browser: make, judge, publish, buy, download."""

import hashlib
import json
import re
import time

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from catalog import defaults as catalog_defaults
from catalog.models import Artwork, Grant, SignedFile
from curation import defaults as curation_defaults
from generation import defaults as generation_defaults
from generation import services as generation
from tests.browser.elsewhere import elsewhere
from tests.conftest import make_user
from tests.factories import SMALL_WORDS
from tests.test_workflow import SPEC

FINDABLE_SECONDS = 2


@pytest.fixture
def people(transactional_db):
    for app in (generation_defaults, curation_defaults, catalog_defaults):
        elsewhere(app.load)
    return {
        "curator": make_user("curator", "studio", "curators"),
        "buyer": make_user("buyer"),
        "stranger": make_user("stranger"),
    }


def commission(page: Page, title: str) -> None:
    """Send a spec through the studio's form for JSON."""
    page.goto("/studio/jobs/new/?as=json")
    page.locator("textarea[name=spec]").fill(json.dumps(SPEC | {"title": title}))
    page.locator("textarea[name=spec]").locator("xpath=ancestor::form").locator(
        "button[type=submit]"
    ).first.click()
    page.wait_for_url(re.compile(r"/studio/jobs/[0-9a-f-]{36}/"))


def test_from_spec_to_download(page: Page, sign_in, people, worker, settings):
    sign_in(people["curator"])
    commission(page, "Two quiet mornings")
    page.evaluate("window.notReloaded = true")
    expect(page.locator(".tile[data-state=rendered]")).to_have_count(2, timeout=90_000)
    expect(page.locator("#job-head progress")).to_have_attribute("value", "2", timeout=90_000)
    expect(page.locator(".tile .badge").first).to_contain_text(
        re.compile("review", re.IGNORECASE), timeout=90_000
    )
    assert page.evaluate("window.notReloaded"), "the page moved by reloading itself"

    page.goto("/review/")
    expect(page.locator(".review-picture")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#review-counter")).to_contain_text("1 waits")
    approved = time.monotonic()
    while not Artwork.objects.exists():
        assert time.monotonic() - approved < 30, "the approved work was not published"
        time.sleep(0.05)
    artwork = Artwork.objects.get()
    words = set(re.findall(r"[a-z]{4,}", artwork.title.lower())) - SMALL_WORDS
    word = max(sorted(words), key=len)
    page.goto(f"/browse/?q={word}")
    expect(page.get_by_role("link", name=artwork.title).first).to_be_visible()
    page.goto("/browse/")
    expect(page.get_by_role("link", name=artwork.title).first).to_be_visible()

    page.context.clear_cookies()
    sign_in(people["buyer"])
    page.goto(artwork.get_absolute_url())
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Go to the cart").click()
    page.get_by_role("link", name="Go to checkout").click()
    page.get_by_label("Country").select_option("FR")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("^Pay")).click()
    page.wait_for_url("**/pay/**")
    page.get_by_role("button", name=re.compile("^Pay €")).click()
    page.goto("/library/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Download PNG")).click()
    content = waiting.value.path().read_bytes()
    assert hashlib.sha256(content).hexdigest() == SignedFile.objects.get(kind="delivery").sha256

    grant = Grant.objects.get()
    assert grant.buyer == people["buyer"]
    path = f"/library/{grant.pk}/download/"
    assert Client().get(path).status_code == 404
    other = Client()
    other.force_login(people["stranger"])
    assert other.get(path).status_code == 404


def test_a_job_cancelled_in_the_browser_makes_nothing(page: Page, sign_in, people):
    job, _created = elsewhere(generation.submit_job, spec=SPEC, owner=people["curator"])
    sign_in(people["curator"])
    page.goto(job.get_absolute_url())
    page.get_by_role("button", name="Cancel what is left").click()
    expect(page.locator(".tile[data-state=cancelled]")).to_have_count(2)
