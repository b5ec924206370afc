"""Features that can be switched without a release, and the maintenance of the whole shop.

Ask `is_on("name", user)`; `declared.py` says which flags there are. `maintenance.py` closes the
shop for writing. Both are read from rows, at most every few seconds in each process.
"""

from typing import Any

from genart.lib.errors import NotFound


def is_on(name: str, user: Any = None) -> bool:
    """Tell whether a feature is on: for a person, or for everybody where none is given.

    A feature that is on for a share of people is on for the same ones each time, and off for
    whoever is not signed in.

    Raises:
        LookupError: no flag of this name is declared.
    """
    from genart.flags.snapshot import present

    return present().is_on(name, user)


def mark() -> str:
    """Return what tells apart the pages that guests get under different switches."""
    from genart.flags.snapshot import present

    return present().mark()


def require(name: str, user: Any = None, *, sentence: str) -> None:
    """Go on where a feature is on.

    Raises:
        NotFound: it is off; `sentence` says what to do instead.
    """
    if not is_on(name, user):
        raise NotFound(sentence)
