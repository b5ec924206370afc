"""What may not be said: apps below ask, the app that knows registers itself.

`generation` and `catalog` take in words and know no register of names; `genart/workflow.py` gives
them one here. Without a screen every text passes.
"""

from collections.abc import Callable

Screen = Callable[[str], str | None]
"""Takes a text; returns a sentence that says what it names and what to do, or `None`."""
SCREENS: list[Screen] = []


def objection(text: str) -> str | None:
    """Return what the first screen holds against a text, if one does."""
    for screen in SCREENS if text.strip() else ():
        found = screen(text)
        if found:
            return found
    return None
