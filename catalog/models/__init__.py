"""Rows of the last tier: what is on sale, under which terms, who bought it, and the proof.

Listings are in `works.py`, terms in `terms.py`, orders and rights in `orders.py`, money in
`payments.py`, invoices in `papers.py`, texts in `texts.py`, searches and lightboxes in
`finding.py`, what is counted and searched in `shelving.py`, signed files, bundles for outlets and
moved addresses in `evidence.py`. Verbs are in `catalog/services`.
"""

from catalog.models.evidence import OutletExport, OutletItem, Redirect, SignedFile
from catalog.models.finding import Lightbox, LightboxItem, SavedSearch, SearchRecord
from catalog.models.orders import Cart, CartItem, Grant, Order, OrderLine
from catalog.models.papers import Invoice, InvoiceCounter, SentMail
from catalog.models.payments import CreditEntry, PaymentEvent, Refund, TestCheckout
from catalog.models.shelving import FacetBits, FacetChange, ShelfEntry
from catalog.models.terms import CreditPack, Licence, Price, PriceRule, Promotion
from catalog.models.texts import TextCall, TextRevision
from catalog.models.works import (
    Artwork,
    ArtworkEmbedding,
    ArtworkStats,
    Collection,
    CollectionPick,
    SearchWord,
)

__all__ = [
    "Artwork",
    "ArtworkEmbedding",
    "ArtworkStats",
    "Cart",
    "CartItem",
    "Collection",
    "CollectionPick",
    "CreditEntry",
    "CreditPack",
    "FacetBits",
    "FacetChange",
    "Grant",
    "Invoice",
    "InvoiceCounter",
    "Licence",
    "Lightbox",
    "LightboxItem",
    "Order",
    "OrderLine",
    "OutletExport",
    "OutletItem",
    "PaymentEvent",
    "Price",
    "PriceRule",
    "Promotion",
    "Redirect",
    "Refund",
    "SavedSearch",
    "SearchRecord",
    "SearchWord",
    "SentMail",
    "ShelfEntry",
    "SignedFile",
    "TestCheckout",
    "TextCall",
    "TextRevision",
]
