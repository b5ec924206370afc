"""Errors of the world around some work: they put it off, however often, and never count against it.

A database that restarts, a disk that is full or a store that does not answer says nothing about
what was asked. A picture in hand goes back on the queue as it was, and its worker rests, longer
each time, so as not to render in vain what it cannot store; a visitor is told to come again.
"""

import errno
import threading

from django.db import InterfaceError, OperationalError

OF_THE_WORLD = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE,
    errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ETIMEDOUT,
    errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN,
}  # fmt: skip
"""Numbers of system errors that pass; a file that is missing or unreadable is not among them."""
FIRST_SECONDS, LONGEST_SECONDS = 0.5, 15.0


def is_outage(error: BaseException) -> bool:
    """Tell whether an error is of the database, the disk or a store, and not of what was made."""
    if isinstance(error, OperationalError | InterfaceError | ConnectionError | TimeoutError):
        return True
    if isinstance(error, OSError):
        return error.errno in OF_THE_WORLD
    return type(error).__module__.startswith(("botocore.", "redis."))


class Rest:
    """How long a worker waits before it takes up work again: not at all while nothing fails."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def lengthen(self) -> None:
        """Note an outage."""
        self.seconds = min(max(2 * self.seconds, FIRST_SECONDS), LONGEST_SECONDS)

    def end(self) -> None:
        """Note that work succeeds again."""
        self.seconds = 0.0

    def take(self, over: threading.Event) -> None:
        """Rest, or less where the process is about to end."""
        if self.seconds:
            over.wait(self.seconds)
