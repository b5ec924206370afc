"""What a cart would cost a buyer now: prices, discount, VAT, credits. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalog.models import Artwork, Cart, CreditPack, Licence
from catalog.services.pricing import Offer, offers
from catalog.services.promotions import check_time, discounts
from catalog.tax import Assessment, split_lines
from genart.lib.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line. `offer` is `None` where the work is not sold so any more; `choices` are what is.

    `list_cents` is the price, VAT inside; `price_cents` what is paid of it: less the discount, less
    VAT where none is owed; `net_cents` of that without VAT.
    """

    artwork: Artwork | None
    licence: Licence | None
    offer: Offer | None = None
    choices: Sequence[Offer] = ()
    pack: CreditPack | None = None
    list_cents: int = 0
    discount_cents: int = 0
    price_cents: int = 0
    net_cents: int = 0

    @property
    def on_sale(self) -> bool:
        """Tell whether it can be bought."""
        return self.offer is not None or self.pack is not None

    @property
    def title(self) -> str:
        """Return what the line is called."""
        return self.artwork.title if self.artwork is not None else str(self.pack)


@dataclass(frozen=True, slots=True)
class Quote:
    """What is bought and what it comes to, in cents.

    `subtotal - discount` is the sum with VAT inside; `total` is what is paid; `vat_removed` is what
    came off for a buyer who owes no VAT here; `credits` of the total are paid by credits.
    """

    lines: Sequence[QuoteLine] = field(default_factory=list)
    assessment: Assessment | None = None
    credits_cents: int = 0
    promotion_problem: str = ""

    @property
    def subtotal_cents(self) -> int:
        """Return the sum of the prices."""
        return sum(line.list_cents for line in self.lines)

    @property
    def discount_cents(self) -> int:
        """Return what the code takes off."""
        return sum(line.discount_cents for line in self.lines)

    @property
    def total_cents(self) -> int:
        """Return what is paid."""
        return sum(line.price_cents for line in self.lines)

    @property
    def net_cents(self) -> int:
        """Return what is paid, without VAT."""
        return sum(line.net_cents for line in self.lines)

    @property
    def vat_cents(self) -> int:
        """Return the VAT in what is paid."""
        return self.total_cents - self.net_cents

    @property
    def vat_percent(self) -> str:
        """Return the rate of VAT as people read it, as in `19 %`."""
        return f"{(self.assessment.rate_bp if self.assessment else 0) / 100:g} %"

    @property
    def vat_removed_cents(self) -> int:
        """Return the VAT that came off, for a buyer who owes none here."""
        return self.subtotal_cents - self.discount_cents - self.total_cents

    @property
    def due_cents(self) -> int:
        """Return what is left to pay at the gateway."""
        return self.total_cents - self.credits_cents

    @property
    def payable(self) -> bool:
        """Tell whether there is something, and all of it can be bought."""
        return bool(self.lines) and all(line.on_sale for line in self.lines)


def quote_cart(
    cart: Cart | None, *, assessment: Assessment | None = None, credits_cents: int = 0
) -> Quote:
    """Return what a cart costs.

    A code that does not count is left out, with the reason in `promotion_problem`.

    Args:
        cart: `None` is an empty one.
        assessment: of the buyer's country; without one, prices are as listed.
        credits_cents: how much may be paid by credits.
    """
    items = cart.items.select_related("artwork", "licence") if cart is not None else []
    lines = [_line(item.artwork, item.licence) for item in items]
    lines, problem = _discounted(cart, lines)
    lines = _taxed(lines, assessment)
    total = sum(line.price_cents for line in lines)
    return Quote(lines, assessment, min(total, max(0, credits_cents)), problem)


def quote_pack(pack: CreditPack) -> Quote:
    """Return what a pack of credits costs: no discount, and VAT only when it is spent."""
    cents = pack.price_cents
    line = QuoteLine(None, None, pack=pack, list_cents=cents, price_cents=cents, net_cents=cents)
    return Quote([line])


def _line(artwork: Artwork, licence: Licence) -> QuoteLine:
    choices = offers(artwork)
    offer = next((each for each in choices if each.licence.pk == licence.pk), None)
    return QuoteLine(artwork, licence, offer, choices, list_cents=offer.cents if offer else 0)


def _discounted(cart: Cart | None, lines: list[QuoteLine]) -> tuple[list[QuoteLine], str]:
    """Return the lines with the cart's code taken off, or why it was not."""
    promotion = cart.promotion if cart is not None else None
    wanted = [(line.artwork, line.offer) for line in lines if line.artwork and line.offer]
    if promotion is None or len(wanted) < len(lines) or not lines:
        return lines, ""
    try:
        check_time(promotion)
        off = discounts(promotion, wanted)
    except InvalidInput as error:
        return lines, error.message
    return [replace(line, discount_cents=cents) for line, cents in zip(lines, off, strict=True)], ""


def _taxed(lines: list[QuoteLine], assessment: Assessment | None) -> list[QuoteLine]:
    """Return the lines with what is paid and what of it is net."""
    gross = [line.list_cents - line.discount_cents for line in lines]
    if assessment is None:
        return [
            replace(line, price_cents=cents, net_cents=cents)
            for line, cents in zip(lines, gross, strict=True)
        ]
    return [
        replace(line, price_cents=part.total_cents, net_cents=part.net_cents)
        for line, part in zip(lines, split_lines(gross, assessment), strict=True)
    ]
