"""Who buys: what an order must know of a person before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from genart.accounts.models import User


@dataclass(frozen=True, slots=True)
class Buyer:
    """A person, or a firm, at the checkout.

    Attributes:
        user: the account; `None` for a guest, who is known by `email` alone.
        email: where receipt and files go; empty with an account: the account's own.
        country: ISO 3166, two capitals, as the buyer stated it.
        vat_id: with its country's letters, as in DE123456789; empty for a private person.
        bill_to: name and address on the invoice; empty: the address of e-mail.
        waiver: the sentence by which the right of withdrawal was given up; empty: it was not.
        evidence: what else pointed to a country, as `{"ip": "DE", "card": "DE"}`.
    """

    user: User | None = None
    email: str = ""
    country: str = ""
    vat_id: str = ""
    bill_to: str = ""
    waiver: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return the address of e-mail, in lower case."""
        return (self.email or (self.user.email if self.user else "")).strip().lower()

    @property
    def first_line(self) -> str:
        """Return the name on the invoice and the certificate; empty where none was given."""
        return self.bill_to.strip().partition("\n")[0].strip()[:200]
