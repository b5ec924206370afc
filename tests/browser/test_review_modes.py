"""Stacks, grid, touch, grace and accessibility of the review pages, in a real Chromium."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from curation import services
from curation.models import Brand, Candidate, Decision, Flag
from tests.browser.elsewhere import elsewhere
from tests.conftest import make_user
from tests.curation.conftest import UNDECIDED, arches, make_gate
from tests.factories import COLORS, make_job, make_render, make_style

State = Candidate.State
PAGES = (
    "/review/",
    "/review/stack/",
    "/review/grid/",
    "/review/history/",
    "/review/gates/",
    "/review/dashboard/",
    "/review/brands/",
    "/review/claims/",
)


@pytest.fixture
def curator(transactional_db):
    return make_user("curator", "studio", "curators", "senior curators")


@pytest.fixture
def candidates(transactional_db):
    """Two series of three pictures that wait for a person."""
    brand = Brand.objects.create(slug="house", name="House", criteria="One clear idea.")
    gate, style = make_gate(brand, UNDECIDED), make_style()
    for title in ("Desert mornings", "Quiet harbour"):
        job = make_job(title=title)
        for index in range(3):
            shift = 8 * index - 12
            picture = arches(shift=shift, colors=(COLORS[0], *COLORS[1 + index :], *COLORS[1:]))
            render = make_render(picture=picture, job=job, style=style, index=index)
            Candidate.objects.create(
                render=render,
                brand=brand,
                tier="commodity",
                state=State.REVIEW,
                doubt=0.9 - 0.1 * index if title.startswith("Desert") else 0.2 - 0.01 * index,
                reasons=["It is soft: sharpness 0.38 is under 0.60."],
            )
    first = Candidate.objects.order_by("-doubt").first()
    Flag.objects.create(
        candidate=first,
        kind="wordmark",
        detector="reading",
        severity="hold",
        message="Reads like “Nike”.",
        score=0.93,
        box=[0.3, 0.3, 0.3, 0.1],
    )
    assert gate.is_active
    return list(Candidate.objects.order_by("-doubt"))


def state_of(candidate):
    return Candidate.objects.get(pk=candidate.pk).state


def shows(page: Page, candidate: Candidate):
    picture = page.locator(".review-picture")
    expect(picture).to_have_attribute("src", f"/review/{candidate.pk}/image/")
    expect(page.locator("#card")).not_to_have_attribute("aria-busy", "true")


class TestStack:
    def test_one_key_picks_the_best_and_rejects_the_rest(self, page, sign_in, curator, candidates):
        sign_in(curator)
        page.goto("/review/stack/")
        expect(page.locator("[data-tile]")).to_have_count(3)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("p")
        expect(page.locator("#card-title")).to_contain_text("Quiet harbour")
        assert [state_of(row) for row in candidates[:3]] == ["rejected", "approved", "rejected"]
        assert candidates[1].won.count() == 2
        page.keyboard.press("u")
        expect(page.locator("#card-title")).to_contain_text("Desert mornings")
        assert [state_of(row) for row in candidates[:3]] == ["review"] * 3

    def test_several_of_a_stack_by_pointer(self, page, sign_in, curator, candidates):
        sign_in(curator)
        page.goto("/review/stack/")
        for index in (0, 2):
            page.locator("[data-tile] label").nth(index).click()
        expect(page.locator("[data-picked]")).to_have_text("2 selected")
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("[data-tile]")).to_have_count(1)
        assert state_of(candidates[0]) == state_of(candidates[2]) == "approved"


class TestGrid:
    def test_select_by_key_and_range_then_reject(self, page, sign_in, curator, candidates):
        sign_in(curator)
        page.goto("/review/grid/?tier=commodity")
        expect(page.locator("[data-tile]")).to_have_count(6)
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("Shift+X")
        expect(page.locator("[data-picked]")).to_have_text("3 selected")
        page.keyboard.press("r")
        page.keyboard.press("3")
        expect(page.locator("[data-tile]")).to_have_count(3)
        made = Decision.objects.filter(user=curator)
        assert {row.reason for row in made} == {"colour"}
        assert {row.input for row in made} == {"bulk"}
        page.keyboard.press("o")
        expect(page).to_have_url(re.compile(r"/review/\?tier=commodity$"))

    def test_each_conflict_is_shown_and_the_rest_done(self, page, sign_in, curator, candidates):
        ada = make_user("ada", "curators")
        sign_in(curator)
        page.goto("/review/grid/")
        taken = candidates[1]
        elsewhere(services.release, candidate_id=taken.pk, user=curator)
        elsewhere(services.decide, candidate_id=taken.pk, user=ada, verdict="approve")
        page.keyboard.press("c")
        expect(page.locator("[data-picked]")).to_have_text("6 selected")
        page.keyboard.press("a")
        expect(page.get_by_role("alert")).to_contain_text("ada approved this picture already")
        assert Decision.objects.filter(user=curator, verdict="approve").count() == 5

    def test_moving_zooming_and_opening(self, page, sign_in, curator, candidates):
        sign_in(curator)
        page.goto("/review/grid/")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("z")
        image = page.locator("[data-zoom-picture]")
        expect(image).to_have_attribute("src", re.compile(f"{candidates[1].pk}/image/"))
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        shows(page, candidates[1])
        assert not Decision.objects.filter(user=curator).exists()


class TestOne:
    @pytest.fixture
    def review(self, page, sign_in, curator, candidates):
        sign_in(curator)
        page.goto("/review/")
        shows(page, candidates[0])
        return page

    def test_how_it_was_decided_is_kept(self, review, candidates):
        review.keyboard.press("a")
        shows(review, candidates[1])
        review.get_by_role("button", name="Approve").click()
        shows(review, candidates[2])
        first, second = Decision.objects.filter(verdict="approve").order_by("pk")
        assert (first.input, second.input) == ("key", "pointer")
        assert first.took_ms is not None
        assert first.evidence["gate"]["version"] == 1
        assert first.evidence["mode"] == "single"
        assert first.evidence["flags"][0]["kind"] == "wordmark"

    def test_hand_up_with_a_note(self, review, candidates):
        review.keyboard.press("e")
        review.get_by_label("What should a senior").fill("Is this a logo?")
        review.keyboard.press("Enter")
        shows(review, candidates[1])
        expect(review.locator("#review-last")).to_contain_text("Handed up Desert mornings #1.")
        review.goto("/review/?escalated=1")
        expect(review.locator(".review-note")).to_contain_text("Is this a logo?")

    def test_zoom_and_boxes(self, review):
        review.keyboard.press("z")
        expect(review.locator("[data-frame]")).to_have_attribute("data-zoomed", "")
        review.keyboard.press("z")
        expect(review.locator("[data-frame]")).not_to_have_attribute("data-zoomed", "")
        boxes = review.locator("[data-boxes]")
        expect(boxes).to_be_visible()
        review.keyboard.press("b")
        expect(boxes).to_be_hidden()

    def test_the_rest_of_the_rail_comes_after_the_picture(self, review, candidates):
        review.keyboard.press("a")
        shows(review, candidates[1])
        expect(review.locator("#h-siblings")).to_be_visible()

    def test_undo_walks_back_one_by_one(self, review, candidates):
        for candidate in candidates[1:4]:
            review.keyboard.press("a")
            shows(review, candidate)
        for candidate in reversed(candidates[:3]):
            review.keyboard.press("u")
            shows(review, candidate)

    def test_the_seconds_of_grace_are_counted(self, review, candidates, settings):
        settings.REVIEW_GRACE_SECONDS = 30
        review.keyboard.press("a")
        line = review.locator("#review-last")
        expect(line).to_contain_text(re.compile(r"Goes on sale in \d+ s"))
        assert Candidate.objects.get(pk=candidates[0].pk).publish_at is not None
        line.get_by_role("button", name="Undo").click()
        shows(review, candidates[0])
        assert Candidate.objects.get(pk=candidates[0].pk).publish_at is None

    def test_swiping(self, browser, base_url, context, review, candidates):
        phone = browser.new_context(
            base_url=base_url, has_touch=True, viewport={"width": 390, "height": 844}
        )
        phone.add_cookies(context.cookies())
        page = phone.new_page()
        page.goto("/review/")
        shows(page, candidates[0])
        swipe(page, 60)  # too short to mean it
        assert state_of(candidates[0]) == "review"
        swipe(page, -200)
        expect(page.locator("[data-reject]").first).to_have_attribute("open", "")
        page.keyboard.press("Escape")
        swipe(page, 200)
        shows(page, candidates[1])
        assert state_of(candidates[0]) == "approved"
        phone.close()


def swipe(page: Page, far: int):
    """Draw a finger over the picture, to the right if `far` is positive."""
    place = page.locator("[data-frame]").bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + 100
    touch = page.context.new_cdp_session(page)

    def send(kind, at):
        points = [] if at is None else [{"x": at, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", x)
    for step in range(1, 9):
        send("touchMove", x + far * step / 8)
    send("touchEnd", None)


def test_without_javascript(browser, base_url, curator, candidates, sign_in, context):
    sign_in(curator)
    plain = browser.new_context(java_script_enabled=False, base_url=base_url)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto("/review/grid/")
    for index in (0, 1):
        page.locator("[name=candidate]").nth(index).check()
    page.locator("summary", has_text="Reject").click()
    page.get_by_role("button", name="Weak composition").click()
    expect(page.locator(".toast").first).to_contain_text("2 rejected.")
    expect(page.locator("[data-tile]")).to_have_count(4)
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("[data-tile]")).to_have_count(6)
    page.goto("/review/stack/")
    page.locator("[name=candidate]").nth(1).check()
    page.get_by_role("button", name="Best: reject the rest").click()
    expect(page.locator(".toast").first).to_contain_text("1 approved, 2 rejected.")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Tier").select_option("premium")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("tier=premium"))
    plain.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, base_url, context, sign_in, scheme):
    brand = Brand.objects.create(slug="house", name="House", criteria="One clear idea.")
    make_gate(brand, UNDECIDED)
    senior = make_user("head", is_staff=True, is_superuser=True)
    style, job = make_style(), make_job(title="Desert mornings")
    for index in range(3):
        candidate = Candidate.objects.create(
            render=make_render(job=job, style=style, index=index),
            brand=brand,
            tier="commodity",
            state=State.REVIEW,
            reasons=["It is soft."],
        )
    elsewhere(services.decide, candidate_id=candidate.pk, user=senior, verdict="approve")
    sign_in(senior)
    found = []
    for width in (1440, 390):
        place = browser.new_context(
            base_url=base_url, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        place.add_cookies(context.cookies())
        page = place.new_page()
        for path in PAGES:
            if page.goto(path).status != 200:
                continue
            results = Axe().run(page).response["violations"]
            found += [(path, width, one["id"], one["nodes"][0]["html"][:120]) for one in results]
        place.close()
    assert found == []
