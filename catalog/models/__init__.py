"""Rows of the last tier: what is on sale, under which terms, who bought it, and the proof.

Listings are in `works.py`, terms in `terms.py`, orders and rights in `orders.py`, money in
`payments.py`, invoices in `papers.py`, texts in `texts.py`, searches and lightboxes in
`finding.py`, what visitors do and miss in `demand.py`, what is counted and searched in
`shelving.py`, signed files, bundles for outlets and moved addresses in `evidence.py`; what the
autopilot may do in `autopilot_rules.py`, what it did in `autopilot.py`. Verbs are in
`catalog/services` and beside their subjects.
"""

from catalog.models.autopilot import (
    AutopilotAlarm,
    AutopilotCycle,
    AutopilotEntry,
    AutopilotProposal,
)
from catalog.models.autopilot_rules import AutopilotRules
from catalog.models.demand import (
    DemandCursor,
    DemandDay,
    DemandEvent,
    DemandFold,
    DemandGap,
    DemandSalt,
    GapPhrase,
    PageKind,
    PositionCurve,
    SignalKind,
    Wish,
)
from catalog.models.evidence import OutletExport, OutletItem, Redirect, SignedFile
from catalog.models.finding import Lightbox, LightboxItem, SavedSearch, SearchRecord
from catalog.models.orders import Cart, CartItem, Grant, Order, OrderLine
from catalog.models.papers import Invoice, InvoiceCounter, SentMail
from catalog.models.payments import CreditEntry, PaymentEvent, Refund, TestCheckout
from catalog.models.shelving import (
    FacetBits,
    FacetChange,
    ShelfChunk,
    ShelfEntry,
    ShelfNumbers,
    ShelfWord,
)
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
    "AutopilotAlarm",
    "AutopilotCycle",
    "AutopilotEntry",
    "AutopilotProposal",
    "AutopilotRules",
    "Cart",
    "CartItem",
    "Collection",
    "CollectionPick",
    "CreditEntry",
    "CreditPack",
    "DemandCursor",
    "DemandDay",
    "DemandEvent",
    "DemandFold",
    "DemandGap",
    "DemandSalt",
    "FacetBits",
    "FacetChange",
    "GapPhrase",
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
    "PageKind",
    "PaymentEvent",
    "PositionCurve",
    "Price",
    "PriceRule",
    "Promotion",
    "Redirect",
    "Refund",
    "SavedSearch",
    "SearchRecord",
    "SearchWord",
    "SentMail",
    "ShelfChunk",
    "ShelfEntry",
    "ShelfNumbers",
    "ShelfWord",
    "SignalKind",
    "SignedFile",
    "TestCheckout",
    "TextCall",
    "TextRevision",
    "Wish",
]
