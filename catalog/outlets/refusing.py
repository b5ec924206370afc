"""Outlets that take nothing made by a model: every work is held with their reason.

They are listed so that the question is answered once, with its source, and not tried again.

Shutterstock's was read on its page, Getty's in a report of its announcement.
"""

from datetime import date

from catalog.outlets.contract import Outlet, Page

SHUTTERSTOCK = Outlet(
    slug="shutterstock",
    name="Shutterstock",
    version="2026-11-24",
    read_on=date(2026, 11, 24),
    pages=(
        Page(
            "Content Policy Updates: AI-generated Content",
            "https://submit.shutterstock.com/help/en/articles/10594622",
        ),
    ),
    refuses="Shutterstock takes no AI-generated content from contributors.",
    licenses=True,
)
GETTY_IMAGES = Outlet(
    slug="getty-images",
    name="Getty Images and iStock",
    version="2026-11-24",
    read_on=date(2026, 11, 24),
    pages=(
        Page(
            "Getty Images & Shutterstock will not accept AI image submissions (report)",
            "https://www.stockphotosecrets.com/news/getty-images-shutterstock-ai-submission.html",
        ),
        Page("Contributor guidelines on generative AI", "https://contributors.gettyimages.com/"),
    ),
    refuses="Getty Images and iStock take no files made by generative models.",
    licenses=True,
)
