"""Every write of the shop: one verb for each thing that can happen. Views and others call these.

Listings are in `publishing.py`, carts in `cart.py`, money and rights in `orders.py`, counters in
`counters.py`, terms in `licences.py`. Reads are in `catalog/queries.py`.
"""

from catalog.services.cart import add_to_cart, change_licence, merge_carts, remove_from_cart
from catalog.services.counters import record_sale, record_view
from catalog.services.licences import TERMS, revise_licence
from catalog.services.orders import open_download, settle_payment, start_order
from catalog.services.publishing import (
    edit_artwork,
    publish_artwork,
    restore_artwork,
    withdraw_artwork,
)

__all__ = [
    "TERMS",
    "add_to_cart",
    "change_licence",
    "edit_artwork",
    "merge_carts",
    "open_download",
    "publish_artwork",
    "record_sale",
    "record_view",
    "remove_from_cart",
    "restore_artwork",
    "revise_licence",
    "settle_payment",
    "start_order",
    "withdraw_artwork",
]
