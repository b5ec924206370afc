"""What a writer of texts is given and gives, and how it says that it cannot write."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from PIL import Image

from catalog.texts.facts import Facts, Texts


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer cost."""

    tokens_in: int = 0
    tokens_out: int = 0


class Ledger(Protocol):
    """Where questions that cost money are noted; the database's is in `catalog/services`."""

    def asked(self, writer: str, language: str) -> int:
        """Note a question before it is asked and return its number.

        Raises:
            CannotWrite: a limit on calls or money is reached; nothing may be asked.
        """

    def answered(self, number: int, usage: Usage) -> None:
        """Note that an answer came and what it cost."""

    def failed(self, number: int, reason: str, usage: Usage) -> None:
        """Note that no usable answer came."""


class NoLedger:
    """Notes nothing and limits nothing."""

    def asked(self, writer: str, language: str) -> int:
        """Allow it."""
        return 0

    def answered(self, number: int, usage: Usage) -> None:
        """Forget it."""

    def failed(self, number: int, reason: str, usage: Usage) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a writer is asked.

    Attributes:
        facts: what is known of the picture.
        picture: the picture itself, or `None` where only facts are to hand.
        language: BCP 47: the language to write in.
        ledger: where a call that costs money is noted first.
        screened: whether the register of names is asked about the facts.
    """

    facts: Facts
    picture: Image.Image | None
    language: str
    ledger: Ledger = field(default_factory=NoLedger)
    screened: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer gave: texts, other titles in case the first is taken, and its own remarks."""

    texts: Texts
    titles: Iterator[str] | None = None
    remarks: tuple[str, ...] = ()


class CannotWrite(Exception):
    """A writer cannot write this now; the next of the chain is asked. The text says why."""


class Writer(Protocol):
    """One way to write texts.

    Attributes:
        name: as in the setting `TEXT_WRITERS`.
        is_quick: writes in milliseconds, without network and without a model.
    """

    name: str
    is_quick: bool

    @property
    def signature(self) -> str:
        """Name and version, as kept beside each text."""

    def write(self, question: Question) -> Written:
        """Write texts.

        Raises:
            CannotWrite: with a sentence that says why.
        """
