"""Buy something by way of every page, as a browser would."""

from typing import Any

from django.test import Client

from catalog.models import Artwork

WHO = {"email": "ada@example.com", "country": "DE", "agree": "on", "do": "pay"}


def buy(client: Client, work: Artwork, licence: str = "personal", **asked: Any) -> str:
    """Put a work in the cart, pay it at the test gateway, and return where one lands."""
    client.post("/cart/add/", {"artwork": work.pk, "licence": licence})
    answer = client.post("/checkout/", WHO | asked)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    back = client.post(answer.url, {"answer": "pay"}).url
    landed = client.get(back)
    return landed.url if landed.status_code == 302 else back
