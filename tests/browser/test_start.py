"""The browser reaches the application."""

from playwright.sync_api import Page


def test_the_browser_reaches_the_application(page: Page):
    answer = page.goto("/healthz")
    assert answer is not None
    assert answer.status == 200
    assert page.inner_text("body") == "ok"
