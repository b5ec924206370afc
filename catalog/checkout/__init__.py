"""Payment gateways: one file each, all alike to the shop. Which one is used is a setting.

`gateway.py` says what the shop asks of one, `events.py` reads what both say, `test.py` is the
embedded one, `stripe.py` the one that moves money. Nothing here grants a right: that is
`catalog/services/settlement.py`.
"""

from django.conf import settings

from catalog.checkout.gateway import Gateway
from catalog.checkout.stripe import StripeGateway
from catalog.checkout.test import TestGateway

GATEWAYS: dict[str, type[Gateway]] = {"test": TestGateway, "stripe": StripeGateway}


def gateway(name: str = "") -> Gateway:
    """Return the named gateway, or the one of `PAYMENT_GATEWAY`."""
    return GATEWAYS[name or settings.PAYMENT_GATEWAY]()
