"""What calls about carts, orders and credits take and answer."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from genart.api.bodies import Flag


class ItemIn(Schema):
    """A licence for a work."""

    licence: str = Field(max_length=50, description="Slug of a licence on sale.")


class CodeIn(Schema):
    """A promotion code; empty takes the one there off."""

    code: str = Field("", max_length=30)


class BuyerIn(Schema):
    """Who buys, as VAT and papers need it."""

    country: str = Field(min_length=2, max_length=2, description="ISO 3166, as in DE.")
    vat_id: str = Field("", max_length=20)
    bill_to: str = Field("", max_length=500, description="Name and address, in lines.")
    use_credits: Flag = False


class OrderIn(BuyerIn):
    """An order of the cart."""

    expected_cents: int | None = Field(
        None, ge=0, description="What is expected to be due: another sum is refused with 409."
    )
    agree: Flag = Field(
        description="Accepts the licence terms, and delivery at once, which ends withdrawal."
    )


class LineOut(Schema):
    """One line, in cents: `list_cents` with VAT inside, `price_cents` as paid."""

    artwork_id: UUID | None
    title: str
    licence: str | None
    on_sale: bool
    list_cents: int
    discount_cents: int
    price_cents: int


class QuoteOut(Schema):
    """What the cart costs, in cents; `due_cents` is what is left to pay at the gateway."""

    lines: list[LineOut]
    code: str
    problem: str
    currency: str
    subtotal_cents: int
    discount_cents: int
    net_cents: int
    vat_cents: int
    vat_rate_bp: int
    vat_scheme: str
    total_cents: int
    credits_cents: int
    due_cents: int


class RefundOut(Schema):
    """Money that goes back, or went."""

    amount_cents: int
    credit_cents: int
    state: str
    reason: str


class OrderLineOut(Schema):
    """What was bought."""

    artwork_id: UUID | None
    title: str
    licence: str | None
    price_cents: int
    refunded_cents: int
    serial: str | None


class OrderOut(Schema):
    """An order. `pay_url` is where a person pays, while it waits for that."""

    id: UUID
    state: str
    currency: str
    total_cents: int
    vat_cents: int
    credits_cents: int
    due_cents: int
    refunded_cents: int
    created_at: datetime
    paid_at: datetime | None
    expires_at: datetime | None
    lines: list[OrderLineOut]
    refunds: list[RefundOut]
    pay_url: str | None


class OrderPage(Schema):
    """Orders of an account, newest first."""

    items: list[OrderOut]
    next: str | None


class OrdersQuery(Schema):
    """Where a page begins, and how long it is."""

    after: str = Field("", max_length=80, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class CreditsOut(Schema):
    """The account's credits, in cents."""

    balance_cents: int
