"""The next picture, shown before its card: held, right, and decided on only once it was seen."""

import os
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from curation import services
from curation.models import Assignment, Candidate, Decision
from tests.browser.elsewhere import elsewhere
from tests.conftest import make_user
from tests.curation.conftest import make_waiting

State = Candidate.State
SLIP_MS = 200
"""Longer than a press that comes twice takes."""


@contextmanager
def held_back(page: Page, path: str = "**/decide/"):
    """Keep the first request to a path from the server, within the block; let it go at its end."""
    kept: list = []

    def handle(route):
        if kept:
            route.continue_()
        else:
            kept.append(route)

    page.route(path, handle)
    yield
    assert len(kept) == 1
    kept[0].continue_()


@pytest.fixture
def curator(transactional_db):
    return make_user("curator", "studio", "curators")


@pytest.fixture
def candidates(transactional_db):
    """Four pictures of one series that wait for a person."""
    return elsewhere(make_waiting, count=4)


@pytest.fixture
def review(page, sign_in, curator, candidates):
    """The open review page, with the next picture fetched and decoded."""
    sign_in(curator)
    page.goto("/review/")
    shows(page, candidates[0])
    fetched(page)
    return page


def fetched(page: Page):
    """Wait until the next picture is there."""
    names = "performance.getEntriesByType('resource').map(entry => new URL(entry.name).pathname)"
    following = "document.querySelector('#card').dataset.next"
    page.wait_for_function(f"!{following} || {names}.includes({following})")
    page.wait_for_timeout(100)


def shows(page: Page, candidate: Candidate):
    """Wait until a picture and its card are there."""
    picture = page.locator(".review-picture")
    expect(picture).to_have_attribute("src", f"/review/{candidate.pk}/image/")
    expect(page.locator("#card")).not_to_have_attribute("aria-busy", "true")


def shows_ahead(page: Page, candidate: Candidate):
    """Wait until a picture is shown whose card is not there yet."""
    picture = page.locator(".review-picture")
    expect(picture).to_have_attribute("src", f"/review/{candidate.pk}/image/")
    expect(page.locator("#card")).to_have_attribute("aria-busy", "true")


def states(rows):
    return [Candidate.objects.get(pk=row.pk).state for row in rows]


def test_the_next_picture_is_there_before_its_card(review, candidates):
    first, second, _third, _fourth = candidates
    with held_back(review):
        review.keyboard.press("a")
        shows_ahead(review, second)
        decoded = "document.querySelector('.review-picture').decode().then(() => true)"
        assert review.evaluate(decoded)
        assert review.locator("#card-title").is_hidden()
        assert states([first]) == [State.REVIEW]
    shows(review, second)
    assert states(candidates[:2]) == [State.APPROVED, State.REVIEW]
    expect(review.locator("#card-title")).to_be_visible()
    assert review.locator(".review-picture").get_attribute("alt") != "The next picture"


def test_keys_that_come_early_count_for_the_picture_that_is_shown(review, candidates):
    started = time.monotonic()
    with held_back(review):
        review.keyboard.press("a")
        shows_ahead(review, candidates[1])
        review.wait_for_timeout(SLIP_MS)
        review.keyboard.press("r")
        review.keyboard.press("2")
        pressed_ms = 1000 * (time.monotonic() - started)
        review.wait_for_timeout(1_000)
    shows(review, candidates[2])
    assert states(candidates) == [State.APPROVED, State.REJECTED, State.REVIEW, State.REVIEW]
    decision = Decision.objects.get(candidate=candidates[1], user__isnull=False)
    assert (decision.reason, decision.input) == ("artefacts", "key")
    assert SLIP_MS <= decision.took_ms <= pressed_ms  # till the key, not till its card came


def test_no_key_goes_further_than_its_picture(review, candidates):
    """Three presses while the second is shown: one for it, none for what nobody has seen."""
    with held_back(review):
        review.keyboard.press("a")
        shows_ahead(review, candidates[1])
        review.wait_for_timeout(SLIP_MS)
        for _ in range(3):
            review.keyboard.press("a")
    shows(review, candidates[2])
    review.wait_for_timeout(500)
    assert states(candidates) == [State.APPROVED, State.APPROVED, State.REVIEW, State.REVIEW]


def test_a_press_that_comes_twice_is_one(review, candidates):
    press = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', bubbles: true}))"
    with held_back(review):
        review.evaluate(f"{press}; {press}")
        shows_ahead(review, candidates[1])
    shows(review, candidates[1])
    review.wait_for_timeout(300)
    assert states(candidates[:2]) == [State.APPROVED, State.REVIEW]


@pytest.mark.parametrize("key", ["a", "s", "e"])
def test_keys_for_a_picture_that_does_not_come_are_not_used(review, candidates, key):
    with held_back(review):
        review.keyboard.press("a")
        shows_ahead(review, candidates[1])
        review.wait_for_timeout(SLIP_MS)
        review.keyboard.press(key)
        gone = Candidate.objects.filter(pk=candidates[1].pk)
        elsewhere(gone.update, state=State.WITHDRAWN, leased_by=None, lease_expires_at=None)
    shows(review, candidates[2])
    review.wait_for_timeout(300)
    assert states(candidates) == [State.APPROVED, State.WITHDRAWN, State.REVIEW, State.REVIEW]
    sentence = "Another picture came; your key was not used."
    expect(review.locator("#review-said")).to_contain_text(sentence)
    expect(review.locator(".review-rail > .notice")).to_have_text(sentence)
    assert Decision.objects.filter(user__isnull=False).count() == 1


def test_a_decision_that_does_not_arrive_brings_its_picture_back(review, candidates):
    review.route("**/decide/", lambda route: route.abort())
    review.keyboard.press("a")
    expect(review.locator(".review-rail > .notice")).to_contain_text("did not answer")
    shows(review, candidates[0])
    review.unroute("**/decide/")
    review.wait_for_timeout(SLIP_MS)
    review.keyboard.press("a")
    shows(review, candidates[1])
    assert states(candidates[:2]) == [State.APPROVED, State.REVIEW]


def test_a_server_that_fails_brings_its_picture_back(review, candidates):
    review.route("**/decide/", lambda route: route.fulfill(status=500, body="no"))
    review.keyboard.press("a")
    expect(review.locator(".review-rail > .notice")).to_contain_text("did not answer")
    shows(review, candidates[0])
    assert states(candidates[:1]) == [State.REVIEW]


def test_what_another_decided_brings_its_own_card(review, candidates, curator):
    first = candidates[0]
    ada = make_user("ada", "curators")
    with held_back(review):
        review.keyboard.press("a")
        shows_ahead(review, candidates[1])
        review.wait_for_timeout(SLIP_MS)
        review.keyboard.press("a")
        elsewhere(services.release, candidate_id=first.pk, user=curator)
        elsewhere(
            services.decide, candidate_id=first.pk, user=ada, verdict="reject", reason="taste"
        )
    shows(review, first)
    expect(review.get_by_role("alert")).to_contain_text("ada rejected this picture already")
    review.wait_for_timeout(300)
    assert states(candidates[:2]) == [State.REJECTED, State.REVIEW]


def test_buttons_of_the_old_card_do_nothing(review, candidates):
    with held_back(review):
        review.keyboard.press("a")
        shows_ahead(review, candidates[1])
        review.wait_for_timeout(SLIP_MS)
        review.get_by_role("button", name="Approve").click()
        review.locator("summary", has_text="Reject").click()
        assert review.locator("[data-reject][open]").count() == 0
    shows(review, candidates[1])
    review.wait_for_timeout(300)
    assert states(candidates[:2]) == [State.APPROVED, State.REVIEW]
    review.get_by_role("button", name="Approve").click()
    shows(review, candidates[2])


def test_skip_shows_ahead_too_and_undo_goes_back(review, candidates):
    with held_back(review, "**/skip/"):
        review.keyboard.press("s")
        shows_ahead(review, candidates[1])
    shows(review, candidates[1])
    fetched(review)
    with held_back(review):
        review.keyboard.press("a")
        shows_ahead(review, candidates[2])
        review.wait_for_timeout(SLIP_MS)
        review.keyboard.press("u")
    shows(review, candidates[1])
    assert states(candidates) == [State.REVIEW] * 4


def test_a_letter_of_a_note_is_no_key(review, candidates):
    """After `e` one writes: what comes early is no decision."""
    with held_back(review):
        review.keyboard.press("a")
        shows_ahead(review, candidates[1])
        review.wait_for_timeout(SLIP_MS)
        review.keyboard.press("e")
        review.keyboard.press("a")
    shows(review, candidates[1])
    expect(review.get_by_label("What should a senior curator look at?")).to_be_focused()
    review.wait_for_timeout(300)
    assert states(candidates[:2]) == [State.APPROVED, State.REVIEW]


def test_a_blind_opinion_is_shown_ahead_like_any_other(review, candidates, curator, settings):
    settings.BLIND_SHARE = 1.0
    ada = make_user("ada", "curators")
    known = candidates[3]
    elsewhere(services.decide, candidate_id=known.pk, user=ada, verdict="approve")
    elsewhere(services.assign, candidate=known, purpose="second", propensity=0.05)
    elsewhere(services.release, candidate_id=candidates[1].pk, user=curator)
    review.reload()
    shows(review, candidates[0])
    fetched(review)
    with held_back(review):
        review.keyboard.press("a")
        shows_ahead(review, known)
        review.wait_for_timeout(SLIP_MS)
        review.keyboard.press("a")
    shows(review, candidates[1])
    assert Assignment.objects.get(candidate=known).state == "done"


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_how_it_looks(page, sign_in, curator, candidates, base_url, context, width, theme):
    """The facts of the picture before are gone; the picture stands where it stood."""
    sign_in(curator)
    context.add_cookies([{"name": "theme", "value": theme, "url": base_url}])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/review/")
    shows(page, candidates[0])
    fetched(page)
    before = page.locator(".review-picture").bounding_box()
    with held_back(page):
        page.keyboard.press("a")
        shows_ahead(page, candidates[1])
        shot(page, f"review-ahead-{width}-{theme}")
        assert page.locator(".review-picture").bounding_box() == before
        assert page.locator("#card-title").is_hidden()
    shows(page, candidates[1])
    assert page.locator(".review-picture").bounding_box() == before
    shot(page, f"review-{width}-{theme}")


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page in the folder `SHOTS`, where that is set."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"Q-{name}.png")
