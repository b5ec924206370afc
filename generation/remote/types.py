"""What the remote loop, the router and the providers' clients say to one another.

A client knows a protocol and no rows; the loop (`loop.py`) knows rows and no protocol; the router
(`router.py`) chooses who gets what. Errors tell what happened to the money, not which code came.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from generation.models import Offer, Provider, Render


@dataclass(frozen=True, slots=True)
class Assignment:
    """A render that is to be made by a provider, claimed under a lease."""

    token: UUID
    render: Render
    offer: Offer

    @property
    def provider(self) -> Provider:
        """Who is to make it."""
        return self.offer.provider


@dataclass(frozen=True, slots=True)
class Order:
    """One image asked of a provider, in words that every protocol can use.

    Attributes:
        call_id: of the ledger's row; the idempotency key where the protocol has one.
        model: the checkpoint's name at the provider.
        work: the whole render as our own worker takes it (`generation/serve/`); JSON.
    """

    call_id: UUID
    model: str
    prompt: str
    negative_prompt: str
    seed: int
    width_px: int
    height_px: int
    steps: int
    guidance: float
    work: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return (self.width_px, self.height_px)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a provider is: the step (0: unknown) and a half-done image, encoded, or none."""

    step: int = 0
    preview: bytes = b""


@dataclass(frozen=True, slots=True)
class Running:
    """The provider took the order on; ask again by its id."""

    remote_id: str
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The provider's answer, not yet verified.

    Attributes:
        image: encoded, as received.
        remote_id: the provider's name for it; empty where it has none.
        seed: the seed the provider says it used, or `None`.
        exact: whether its size must be the one asked for, to the pixel.
        cost_cents: what it says it costs, or `None`: the offer's price.
        fingerprint: what it says of how it was made.
    """

    image: bytes
    remote_id: str = ""
    seed: int | None = None
    exact: bool = False
    cost_cents: float | None = None
    fingerprint: Mapping[str, Any] = field(default_factory=dict)


OnProgress = Callable[[Progress], None]


class ProviderClient(Protocol):
    """Speaks one provider's protocol. Every method may raise the errors below, and no others."""

    def expected_id(self, order: Order) -> str:
        """Return the id under which the order can be asked for, if known before it is sent."""
        ...

    def submit(self, order: Order, on_progress: OnProgress) -> Running | Made:
        """Send an order, once; return its result, or the id to ask for it by."""
        ...

    def poll(self, order: Order, remote_id: str) -> Running | Made:
        """Ask for an order that was taken on. Costs nothing and may be repeated."""
        ...

    def cancel(self, remote_id: str) -> None:
        """Ask the provider to stop; in vain where the protocol has no word for it."""
        ...


class RemoteError(Exception):
    """An order did not end in a picture.

    Args:
        message: a sentence for the studio, free of keys.
        charged: whether the provider takes its price all the same. `Spoilt` always is; `Unknown`
            is booked as if it were.
        cost_cents: how much that is, where the provider says it; else the offer's price.
    """

    def __init__(
        self, message: str, *, charged: bool = False, cost_cents: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.charged = charged
        self.cost_cents = cost_cents


class Refused(RemoteError):
    """The provider will not make this picture, however often it is asked."""


class RateLimited(RemoteError):
    """Too many orders at once: nothing was made or charged; ask again after a while."""

    def __init__(self, message: str, *, retry_after_seconds: float) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(RemoteError):
    """The provider is not well, or does not let us in: nothing was made or charged."""


class Failed(RemoteError):
    """The provider took this order on and could not make it."""


class Spoilt(RemoteError):
    """An answer came and is charged, but it is not the picture asked for."""

    def __init__(self, message: str) -> None:
        super().__init__(message, charged=True)


class Unknown(RemoteError):
    """Sent, and no answer came: nobody can say yet whether it was made."""


class Gone(Unknown):
    """The provider does not know the order any more, and will not: asking again is in vain."""
