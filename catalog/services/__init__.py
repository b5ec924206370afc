"""Every write of the shop: one verb for each thing that can happen. Views and others call these.

Listings are in `publishing.py`, carts in `cart.py`, counters in `counters.py`, terms in
`licences.py`. Money: `orders.py` makes an order, `payments.py` talks to the gateway about it,
`settlement.py` acts on what the gateway says, `refunds.py` gives back. Reads are in
`catalog/queries.py`.
"""

from catalog.services.cart import add_to_cart, change_licence, merge_carts, remove_from_cart
from catalog.services.counters import record_sale, record_view
from catalog.services.credits import balance_of, give_credits
from catalog.services.library import allow_more, make_link
from catalog.services.licences import TERMS, revise_licence
from catalog.services.orders import PriceChanged, start_order, start_pack_order
from catalog.services.payments import open_payment
from catalog.services.pricing import offers, price_of, refresh_prices
from catalog.services.promotions import drop_code, use_code
from catalog.services.publishing import publish_artwork, restore_artwork, withdraw_artwork
from catalog.services.quotes import quote_cart, quote_pack
from catalog.services.refunds import refund_order
from catalog.services.settlement import settle_payment
from catalog.services.texts import edit_artwork, revert_texts

__all__ = [
    "TERMS",
    "PriceChanged",
    "add_to_cart",
    "allow_more",
    "balance_of",
    "change_licence",
    "drop_code",
    "edit_artwork",
    "give_credits",
    "make_link",
    "merge_carts",
    "offers",
    "open_payment",
    "price_of",
    "publish_artwork",
    "quote_cart",
    "quote_pack",
    "record_sale",
    "record_view",
    "refresh_prices",
    "refund_order",
    "remove_from_cart",
    "restore_artwork",
    "revert_texts",
    "revise_licence",
    "settle_payment",
    "start_order",
    "start_pack_order",
    "use_code",
    "withdraw_artwork",
]
