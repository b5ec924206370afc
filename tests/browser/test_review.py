"""A curator at the keyboard, in a real Chromium: one key, one decision, the next picture."""

import re

import pytest
from playwright.sync_api import Page, expect

from curation import services
from curation.models import Brand, Candidate, Decision
from tests.browser.elsewhere import elsewhere
from tests.conftest import make_user
from tests.curation.conftest import UNDECIDED, arches, make_gate
from tests.factories import COLORS, make_job, make_render, make_style

State = Candidate.State


@pytest.fixture
def curator(transactional_db):
    return make_user("curator", "studio", "curators")


@pytest.fixture
def candidates(transactional_db):
    """Four pictures of one series that wait for a person."""
    brand = Brand.objects.create(slug="house", name="House", criteria="One clear idea.")
    make_gate(brand, UNDECIDED)
    job, style = make_job(title="Desert mornings"), make_style()
    for index in range(4):
        colors = (COLORS[0], *COLORS[1 + index : 5], *COLORS[1 : 1 + index])
        picture = arches(shift=8 * index - 12, colors=colors)
        render = make_render(picture=picture, job=job, style=style, index=index)
        elsewhere(services.admit_render, render_id=render.pk)
    elsewhere(services.score_pending)
    return list(Candidate.objects.order_by("-doubt", "created_at", "pk"))


@pytest.fixture
def review(page: Page, sign_in, curator, candidates):
    """The open review page."""
    sign_in(curator)
    page.goto("/review/")
    shows(page, candidates[0])
    return page


def shows(page: Page, candidate: Candidate):
    """Wait until the card shows a candidate."""
    picture = page.locator(".review-picture")
    expect(picture).to_have_attribute("src", f"/review/{candidate.pk}/image/")
    expect(page.locator("#card")).not_to_have_attribute("aria-busy", "true")


def test_one_key_decides_and_moves_on(review, candidates):
    _first, second, third, fourth = candidates
    review.keyboard.press("a")
    shows(review, second)
    expect(review.locator("#review-counter")).to_contain_text("3 wait")
    assert review.evaluate("document.activeElement.id") == "card"

    review.keyboard.press("r")
    expect(review.locator("[data-reject]").first).to_have_attribute("open", "")
    review.keyboard.press("Escape")
    expect(review.locator("[data-reject]").first).not_to_have_attribute("open", "")
    review.keyboard.press("r")
    review.keyboard.press("2")
    shows(review, third)

    review.keyboard.press("s")
    shows(review, fourth)
    review.keyboard.press("a")
    shows(review, third)  # what was skipped comes last
    review.keyboard.press("a")
    expect(review.locator("#card-title")).to_have_text("Nothing waits for you")

    states = [Candidate.objects.get(pk=candidate.pk).state for candidate in candidates]
    assert states == [State.APPROVED, State.REJECTED, State.APPROVED, State.APPROVED]
    assert Decision.objects.get(candidate=second, user__isnull=False).reason == "artefacts"


def test_undo_brings_the_picture_back(review, candidates):
    first, second = candidates[:2]
    review.keyboard.press("a")
    shows(review, second)
    review.keyboard.press("u")
    shows(review, first)
    assert Candidate.objects.get(pk=first.pk).state == State.REVIEW
    expect(review).to_have_url(re.compile(str(first.pk)))
    review.keyboard.press("u")
    expect(review.get_by_role("alert")).to_contain_text("no decision left")


def test_arrows_move_and_help_shows_the_keys(review, candidates):
    first, second = candidates[:2]
    review.keyboard.press("ArrowRight")
    shows(review, second)
    review.keyboard.press("ArrowLeft")
    shows(review, first)
    review.keyboard.press("?")
    expect(review.get_by_role("dialog")).to_be_visible()
    review.keyboard.press("a")  # decides nothing while the help is open
    review.keyboard.press("Escape")
    expect(review.get_by_role("dialog")).to_be_hidden()
    shows(review, first)
    assert not Decision.objects.filter(user__isnull=False).exists()


def test_typing_a_note_decides_nothing(review, candidates):
    review.keyboard.press("r")
    review.get_by_label("Note, if you like").fill("")
    review.get_by_label("Note, if you like").press_sequentially("a rusty 1")
    shows(review, candidates[0])
    review.get_by_role("button", name="Colours are off").click()
    shows(review, candidates[1])
    decision = Decision.objects.get(user__isnull=False)
    assert (decision.reason, decision.note) == ("colour", "a rusty 1")


def test_the_next_picture_is_fetched_early(review, candidates):
    early = [f"/review/{candidate.pk}/image/" for candidate in candidates[1:]]
    fetched = "performance.getEntriesByType('resource').map(e => new URL(e.name).pathname)"
    review.wait_for_function(f"early => early.every(path => {fetched}.includes(path))", arg=early)


def test_others_see_who_holds_it_at_once(review, candidates, curator):
    ada = make_user("ada", "curators")
    first = candidates[0]
    elsewhere(services.release, candidate_id=first.pk, user=curator)
    elsewhere(services.claim, candidate_id=first.pk, user=ada)
    expect(review.locator(".review-holder")).to_contain_text("Taken by ada")
    elsewhere(services.decide, candidate_id=first.pk, user=ada, verdict="approve")
    expect(review.locator("#review-counter")).to_contain_text("3 wait")
    review.keyboard.press("a")
    expect(review.get_by_role("alert")).to_contain_text("ada approved this picture already")


def test_without_javascript(browser, base_url, curator, candidates, sign_in, context):
    sign_in(curator)
    plain = browser.new_context(java_script_enabled=False, base_url=base_url)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto("/review/")
    shows(page, candidates[0])
    page.get_by_role("button", name="Approve").click()
    shows(page, candidates[1])
    page.locator("summary", has_text="Reject").click()
    page.get_by_role("button", name="Weak composition").click()
    shows(page, candidates[2])
    plain.close()
