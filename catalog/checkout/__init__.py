"""Payment gateways: one file each, all alike to the shop. Which one is used is a setting.

`gateway.py` says what the shop asks of one, `test.py` is the embedded one. Nothing here grants a
right: that is `catalog/services/orders.py: settle_payment`.
"""

from django.conf import settings

from catalog.checkout.gateway import Gateway
from catalog.checkout.test import TestGateway

GATEWAYS: dict[str, type[Gateway]] = {"test": TestGateway}


def gateway(name: str = "") -> Gateway:
    """Return the named gateway, or the one of `PAYMENT_GATEWAY`."""
    return GATEWAYS[name or settings.PAYMENT_GATEWAY]()
