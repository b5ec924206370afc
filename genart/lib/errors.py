"""The one root of errors that genart raises on purpose.

Raised early, caught at three edges: the API handler (`genart/api.py`), the HTML middleware
(`genart/middleware.py`) and the actor wrapper of each app's `tasks.py`.
"""

import sys
from typing import Any

NUL = "Leave out the NUL character (U+0000): no text may hold it."


class GenartError(Exception):
    """Something a person or a program asked for cannot be done; nothing was written.

    Args:
        message: a sentence its reader can act on.
        where: the place of the fault, a dotted path such as `palette.colors.0.weight`.
    """

    code = "error"
    status = 400
    retry = False

    def __init__(self, message: str, *, where: str = "") -> None:
        message = in_language_of_reader(message)
        super().__init__(message)
        self.message = message
        self.where = where

    def as_dict(self) -> dict[str, Any]:
        """Return the error as the API shows it."""
        return {
            "code": self.code,
            "detail": [{"loc": self.where.split(".") if self.where else [], "msg": self.message}],
        }


def in_language_of_reader(message: str) -> str:
    """Return a sentence in the language of the page that is being made; programs read English.

    Only whole sentences are found: one with values in it is translated where it is written. On a
    machine that renders for others there is no Django, and no page.
    """
    if "django.utils.translation" not in sys.modules:
        return message
    from django.utils.translation import get_language, gettext

    return gettext(message) if message and get_language() not in (None, "en") else message


class InvalidInput(GenartError):
    """The request is understood but its content is wrong: answered 422.

    Args:
        message: the first fault, as a sentence.
        where: its place.
        details: every fault as `{"loc": [...], "msg": sentence}`, when there are several.
    """

    code = "invalid"
    status = 422

    def __init__(
        self, message: str, *, where: str = "", details: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(message, where=where)
        self.details = details

    def as_dict(self) -> dict[str, Any]:
        """Return every fault with its place."""
        return {"code": self.code, "detail": self.details or super().as_dict()["detail"]}


class NotAllowed(GenartError):
    """The caller may not do this: answered 403."""

    code = "not_allowed"
    status = 403


class NotFound(GenartError):
    """There is no such thing, or the caller may not know of it: answered 404."""

    code = "not_found"
    status = 404


class StateConflict(GenartError):
    """Somebody was faster, or the thing is no longer in a state that allows this: answered 409."""

    code = "conflict"
    status = 409


class Unavailable(GenartError):
    """A part that is needed does not answer now; the same call may succeed later: answered 503."""

    code = "unavailable"
    status = 503
    retry = True
