"""Every kind of rows about a person, over all apps. `tests/privacy/test_inventory.py` counts them.

account.py    what proves who somebody is, and what he asked about his data
purchases.py  orders, rights, papers, credits
keeping.py    carts, lightboxes, searches, wishes
work.py       what somebody did who works here
"""

from genart.privacy.holdings import Holding
from genart.privacy.inventory import account, keeping, purchases, work

NOT_PERSONAL = {
    "catalog.DemandEvent.visitor": "a keyed hash whose key is deleted after two days",
    "catalog.SearchRecord.visitor": "a keyed hash whose key is deleted after two days",
    "curation.RightsClaim.claimant": "who claims a right, named by the studio as evidence",
    "curation.Mark.owner": "from a public register of marks",
    "curation.ProtectedWork.holder": "who holds a right, named by the studio",
    "catalog.Invoice.facts": "goes with its order, see `purchases.py`",
    "catalog.Invoice.correction": "goes with its order, see `purchases.py`",
    "catalog.PaymentEvent.payload": "goes with its order, see `purchases.py`",
    "accounts.SignInTry.name_digest": "a keyed digest, forgotten after some days",
}
"""Columns that look like a person's and are not, or go with another, each with the reason."""


def holdings() -> tuple[Holding, ...]:
    """Return every holding; those that a person made himself come first."""
    return (*account.HOLDINGS, *purchases.HOLDINGS, *keeping.HOLDINGS, *work.HOLDINGS)
