"""From a cart to an order that waits for its payment. What follows is in `settlement.py`.

Locks are taken in one order everywhere, so that nobody waits in a circle: cart, orders, account,
code, works. Nobody holds one while a gateway or VIES is asked.
"""

import re
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from catalog.checkout.gateway import GatewayEvent
from catalog.models import Cart, CreditPack, Order, OrderLine, Promotion
from catalog.services import bells, credits, exclusive, promotions
from catalog.services.buyer import Buyer
from catalog.services.pricing import is_sold
from catalog.services.quotes import Quote, quote_cart, quote_pack
from catalog.services.settlement import NOTHING_DUE, settle_payment
from catalog.tax import Assessment, assess
from genart.lib.errors import InvalidInput, StateConflict
from genart.lib.figures import decimal
from genart.lib.languages import language_now


class PriceChanged(StateConflict):
    """The sum is not the one that the buyer was shown; nothing was written."""

    code = "price_changed"


def start_order(
    *,
    cart: Cart,
    buyer: Buyer,
    expected_cents: int | None = None,
    use_credits: bool = False,
) -> Order:
    """Make a pending order of a cart at the prices of this moment.

    An order of the same that still waits for payment is used again; other orders of this cart that
    wait are closed, so that nobody pays for one work twice. Where nothing is left to pay, the order
    is paid at once.

    Args:
        cart: whose.
        buyer: who buys.
        expected_cents: what the buyer was shown to be due; another sum is refused.
        use_credits: pay by the account's credits as far as they go.

    Raises:
        InvalidInput: the cart is empty, or what is said of the buyer is wrong, with its field.
        PriceChanged: the sum is another than the expected one.
        StateConflict: a work cannot be bought now. Nothing was written in any case.
    """
    _check_buyer(buyer)
    assessment = assess(country=buyer.country, vat_id=buyer.vat_id, evidence=buyer.evidence)
    with transaction.atomic():
        return _start(cart, buyer, assessment, expected_cents, use_credits)


@transaction.atomic
def start_pack_order(*, pack: CreditPack, buyer: Buyer) -> Order:
    """Make a pending order of a pack of credits. Only accounts have credits.

    Raises:
        InvalidInput: there is no account.
        StateConflict: the pack is no longer sold.
    """
    _check_buyer(buyer)
    if buyer.user is None:
        raise InvalidInput("Sign in first: credits belong to an account.", where="user")
    if not pack.is_active:
        raise StateConflict(gettext("%(pack)s is no longer sold.") % {"pack": pack.name})
    credits.lock_account(buyer.user)  # two clicks at once make one order
    waiting = Order.objects.filter(
        buyer=buyer.user,
        state=Order.State.PENDING,
        lines__credit_pack=pack,
        total_cents=pack.price_cents,
        expires_at__gt=timezone.now(),
    )
    return waiting.first() or _write(quote_pack(pack), buyer)


def _start(
    cart: Cart, buyer: Buyer, assessment: Assessment, expected: int | None, use_credits: bool
) -> Order:
    """Do what `start_order` says, in one transaction."""
    cart = Cart.objects.select_for_update(no_key=True, of=["self"]).get(pk=cart.pk)
    earlier = _waiting(cart)
    promotion = _locked_code(cart, buyer, earlier, use_credits)
    held = sum(credits.held_by(order) for order in earlier)
    funds = credits.balance_of(buyer.user) + held if use_credits else 0
    quote = quote_cart(cart, assessment=assessment, credits_cents=funds)
    _check_quote(quote, expected)
    _check_exclusive(quote, earlier)
    for order in earlier:
        if _is_same(order, quote, buyer, promotion):
            return order
    for order in earlier:
        _supersede(order)
    order = _write(quote, buyer, cart_id=cart.pk, promotion=promotion)
    if not credits.spend_on(order):
        raise StateConflict("Your credits have just been spent elsewhere. Try again.")
    return order if order.due_cents else _paid_without_money(order)


def _waiting(cart: Cart) -> list[Order]:
    """Return the orders of a cart that wait for payment, locked."""
    rows = Order.objects.select_for_update(no_key=True, of=["self"])
    return list(rows.filter(cart_id=cart.pk, state=Order.State.PENDING).order_by("pk"))


def _locked_code(
    cart: Cart, buyer: Buyer, earlier: list[Order], use_credits: bool
) -> Promotion | None:
    """Hold the account, where its credits are used, and the code; return the code if it counts."""
    if use_credits and buyer.user is not None:
        credits.lock_account(buyer.user)
    if cart.promotion_id is None:
        return None
    promotion = Promotion.objects.select_for_update(no_key=True).get(pk=cart.promotion_id)
    promotions.check_uses(promotion, buyer, instead_of=earlier)
    return promotion


def _check_buyer(buyer: Buyer) -> None:
    """Raise `InvalidInput` where an order could not be delivered or taxed."""
    try:
        validate_email(buyer.address)
    except ValidationError:
        raise InvalidInput(
            "Write your address of e-mail, as in ada@example.com: files and receipt go there.",
            where="email",
        ) from None
    if not re.fullmatch(r"[A-Z]{2}", buyer.country):
        raise InvalidInput("Choose your country: VAT follows from it.", where="country")


def _check_quote(quote: Quote, expected: int | None) -> None:
    """Raise where a cart cannot be bought as it is, or not for what was shown."""
    if not quote.lines:
        raise InvalidInput("Your cart is empty: choose a work first.", where="cart")
    for line in quote.lines:
        if not line.on_sale:
            what = (
                gettext("take it out of the cart")
                if not line.choices
                else gettext("choose another licence")
            )
            raise StateConflict(
                gettext("“%(line)s” is no longer sold like this: %(what)s.")
                % {"line": line.title, "what": what}
            )
    if quote.promotion_problem:
        raise InvalidInput(quote.promotion_problem, where=promotions.FIELD)
    if expected is not None and expected != quote.due_cents:
        raise PriceChanged(
            gettext(
                "The sum has changed from %(expected)s to %(due_cents)s %(currency)s since you "
                "were shown it. Look it over, then go on."
            )
            % {
                "expected": decimal(expected),
                "due_cents": decimal(quote.due_cents),
                "currency": settings.CURRENCY,
            }
        )


def _check_exclusive(quote: Quote, earlier: list[Order]) -> None:
    """Hold the works that are wanted exclusively; raise where somebody else is buying one so."""
    works = [line.artwork.pk for line in quote.lines if line.artwork]
    alone = [
        line.artwork.pk
        for line in quote.lines
        if line.artwork and line.licence and line.licence.is_exclusive
    ]
    held = exclusive.lock_works(alone)
    for work in held.values():  # looked at again under the lock
        if work.withdrawn_at is not None or is_sold(work):
            raise StateConflict(
                gettext("Somebody was faster: “%(work)s” has just been sold.")
                % {"work": work.title}
            )
    exclusive.check_reserved(works, instead_of=earlier)


def _is_same(order: Order, quote: Quote, buyer: Buyer, promotion: Promotion | None) -> bool:
    """Tell whether a waiting order is what is asked for now."""
    if order.expires_at is None or order.expires_at <= timezone.now():
        return False
    now = (
        buyer.user.pk if buyer.user else None,
        buyer.address,
        buyer.bill_to.strip(),
        quote.assessment.country if quote.assessment else "",
        quote.assessment.vat_id if quote.assessment else "",
        promotion.pk if promotion else None,
        quote.total_cents,
        quote.credits_cents,
    )
    then = (
        order.buyer_id, order.email, order.bill_to, order.country, order.vat_id,
        order.promotion_id, order.total_cents, order.credits_cents,
    )  # fmt: skip
    wanted = {
        (line.artwork.pk, line.licence.pk, line.price_cents)
        for line in quote.lines
        if line.artwork and line.licence
    }
    held = set(order.lines.values_list("artwork_id", "licence_id", "price_cents"))
    return now == then and wanted == held


def _supersede(order: Order) -> None:
    """Close an order that another takes the place of; the caller holds its lock."""
    order.state = Order.State.CANCELLED
    order.save(update_fields=["state"])
    credits.return_from(order)
    bells.close_page(order.pk)


def _write(
    quote: Quote,
    buyer: Buyer,
    *,
    cart_id: UUID | None = None,
    promotion: Promotion | None = None,
) -> Order:
    """Write an order with its lines."""
    tax, now = quote.assessment, timezone.now()
    order = Order.objects.create(
        buyer=buyer.user,
        email=buyer.address,
        cart_id=cart_id,
        subtotal_cents=quote.subtotal_cents,
        discount_cents=quote.discount_cents,
        net_cents=quote.net_cents,
        vat_cents=quote.vat_cents,
        vat_rate_bp=tax.rate_bp if tax else 0,
        vat_scheme=tax.scheme if tax else Order.VatScheme.NONE,
        total_cents=quote.total_cents,
        credits_cents=quote.credits_cents,
        currency=settings.CURRENCY,
        language=language_now(),
        promotion=promotion,
        country=tax.country if tax else buyer.country,
        country_evidence=dict(tax.evidence) if tax else {},
        bill_to=buyer.bill_to.strip(),
        vat_id=tax.vat_id if tax else "",
        vat_id_check=dict(tax.vat_id_check) if tax else {},
        waived_at=now if buyer.waiver else None,
        waiver_text=buyer.waiver,
        gateway=settings.PAYMENT_GATEWAY,
        expires_at=now + timedelta(minutes=settings.PAYMENT_PAGE_MINUTES),
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            artwork=line.artwork,
            licence=line.licence,
            credit_pack=line.pack,
            list_cents=line.list_cents,
            price_cents=line.price_cents,
        )
        for line in quote.lines
    )
    return order


def _paid_without_money(order: Order) -> Order:
    """Settle an order of which nothing is due."""
    return settle_payment(
        event=GatewayEvent(
            gateway=NOTHING_DUE,
            event_id=f"nothing-due:{order.pk}",
            kind=GatewayEvent.Kind.PAID,
            order_id=order.pk,
            amount_cents=0,
            currency=order.currency,
            payload={"credits_cents": order.credits_cents},
        )
    )
