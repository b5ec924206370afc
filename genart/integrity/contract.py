"""What a rule is, and what it says of something that breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

Broken = tuple[str, str]
"""The subject, as in `render 3f…`, and a sentence about it."""
Look = Callable[[datetime], Iterator[Broken]]
"""Takes a moment; what happened after it may still be on its way and is left out."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that is not as it must be.

    Attributes:
        rule: its name, as in `render.stuck`.
        subject: what it is about, as in `render 3f…`.
        sentence: what is wrong, and what to do where a person must.
    """

    rule: str
    subject: str
    sentence: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.rule}: {self.subject}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must hold.

    Attributes:
        name: subject and fault, as in `render.stuck`.
        look: yields what breaks it.
        reads_files: whether it asks the storages which files are there.
        is_deep: whether it reads every file to its end.
    """

    name: str
    look: Look
    reads_files: bool = False
    is_deep: bool = False
