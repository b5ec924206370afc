"""Other outlets: what each takes, by its published rules, and how a work is told to it. Pure.

    work ─► entry ─► rules ─► held with reasons, or a row of the outlet's table

One file per outlet; rules are data with source, version and day. A new outlet is a file here and a
line below. Bundles are made in `catalog/services/outlets.py`.
"""

from catalog.outlets.adobe_stock import ADOBE_STOCK
from catalog.outlets.contract import Outlet, Page, Piece, Rule
from catalog.outlets.etsy import ETSY
from catalog.outlets.google_merchant import GOOGLE_MERCHANT
from catalog.outlets.pinterest import PINTEREST
from catalog.outlets.refusing import GETTY_IMAGES, SHUTTERSTOCK
from genart.lib.errors import InvalidInput

OUTLETS: dict[str, Outlet] = {
    outlet.slug: outlet
    for outlet in (ADOBE_STOCK, GOOGLE_MERCHANT, ETSY, PINTEREST, SHUTTERSTOCK, GETTY_IMAGES)
}
CHOICES = [(slug, outlet.name) for slug, outlet in OUTLETS.items()]
__all__ = ["CHOICES", "OUTLETS", "Outlet", "Page", "Piece", "Rule", "outlet_of"]


def outlet_of(slug: str) -> Outlet:
    """Return an outlet by its slug.

    Raises:
        InvalidInput: there is none of this name.
    """
    if slug not in OUTLETS:
        raise InvalidInput(f"Choose one of {', '.join(OUTLETS)}.", where="outlet")
    return OUTLETS[slug]
