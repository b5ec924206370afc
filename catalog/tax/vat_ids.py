"""Check a buyer's VAT number: its form first, then VIES, and what is done where VIES is silent."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext

from catalog.tax.territories import EU, TREATED_AS
from catalog.tax.vies import Answer, ask_vies
from genart.lib.errors import InvalidInput

KEEP_SECONDS = 24 * 3600
KEEP_SILENCE_SECONDS = 60
"""A VIES that is away is asked again soon, yet not by every click."""


@dataclass(frozen=True, slots=True)
class Check:
    """What is known of a VAT number.

    Attributes:
        vat_id: in its compact form, with the country's letters.
        country: ISO 3166.
        status: `valid` by VIES, or `unverified` where it did not answer.
        frees: whether the buyer accounts for VAT himself, if he is of another member state.
        answer: what VIES said.
        checked_at: ISO time.
    """

    vat_id: str = ""
    country: str = ""
    status: str = ""
    frees: bool = False
    answer: Answer | None = None
    checked_at: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return what `Order.vat_id_check` keeps; empty where no number was given."""
        if not self.vat_id:
            return {}
        kept = {"status": self.status, "frees": self.frees, "checked_at": self.checked_at}
        return kept | (self.answer.as_dict() if self.answer else {})


def check_vat_id(vat_id: str) -> Check:
    """Return what is known of a VAT number; ask VIES unless it answered within a day.

    Raises:
        InvalidInput: it is not a number of a member state, or VIES says that it is not in use.
    """
    compact = _compact(vat_id)
    letters, country = compact[:2], TREATED_AS.get(compact[:2], compact[:2])
    answer = _answer(compact)
    if answer.valid is False:
        raise InvalidInput(
            gettext(
                "VIES, the register of the EU, does not know %(compact)s as a number in use. "
                "Check it, or leave the field empty to buy as a private person."
            )
            % {"compact": compact},
            where="vat_id",
        )
    verified = answer.valid is True
    return Check(
        vat_id=letters + compact[2:],
        country=country,
        status="valid" if verified else "unverified",
        frees=verified or settings.VAT_ID_UNVERIFIED == "accept",
        answer=answer,
        checked_at=timezone.now().isoformat(timespec="seconds"),
    )


def _compact(vat_id: str) -> str:
    """Return a VAT number without spaces and dots, in capitals, if its check digits are right."""
    from stdnum.eu import vat  # loads a module for each country: not at the start
    from stdnum.exceptions import ValidationError

    typed = vat_id.strip().upper()
    if typed.startswith("GR"):  # ISO writes GR, VAT numbers write EL
        typed = f"EL{typed[2:]}"
    if typed.startswith(("XI", "GB")):
        raise InvalidInput(
            "Numbers of the United Kingdom do not count for services in EU VAT, and those of "
            "Northern Ireland are for goods only. Leave the field empty.",
            where="vat_id",
        )
    try:
        compact: str = vat.validate(typed)
    except ValidationError:
        compact = ""
    if not compact or TREATED_AS.get(compact[:2], compact[:2]) not in EU:
        raise InvalidInput(
            "This is not a VAT number of an EU member state. Write it with the letters of its "
            "country, as in DE136695976.",
            where="vat_id",
        )
    return compact


def _answer(compact: str) -> Answer:
    """Return what VIES says, or said within a day."""
    key = f"vies:{compact}"
    kept = cache.get(key)
    if isinstance(kept, Answer):
        return kept
    answer = ask_vies(compact[:2], compact[2:])
    cache.set(key, answer, KEEP_SILENCE_SECONDS if answer.valid is None else KEEP_SECONDS)
    return answer
