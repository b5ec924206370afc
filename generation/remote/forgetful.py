"""What clients share whose protocol keeps nothing: one call, one picture, no second look."""

from typing import Any

from generation.models import Provider
from generation.remote.types import Made, Order, Running, Unknown


class ForgetfulClient:
    """A client that waits for its picture; an answer that was lost cannot be asked for."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.options: dict[str, Any] = provider.options or {}

    def expected_id(self, order: Order) -> str:
        """Return nothing: an answer that was lost cannot be asked for."""
        return ""

    def poll(self, order: Order, remote_id: str) -> Running | Made:
        """Fail: the protocol keeps nothing."""
        raise Unknown(f"{self.provider.name} cannot be asked for a picture again.")

    def cancel(self, remote_id: str) -> None:
        """Do nothing: the protocol has no word for it."""
