"""Write to a stream without waiting for its answer; answers are read before the next writing.

The bytes of an entry lie in the kernel's socket buffer when `add` returns, and reach Redis though
this process is killed the next moment; a page pays for one system call and no turn of another
process. What was not answered yet is remembered, and handed back when the connection breaks.
"""

from collections import deque
from threading import Lock
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.retry import Retry

ANSWER_SECONDS = 0.25
MOST_UNANSWERED = 32
"""So many entries may be on their way; then one waits for the first answers."""


class Broken(Exception):
    """The connection is gone.

    Args:
        unanswered: what was on its way, with what is being written: it may have arrived or not.
    """

    def __init__(self, why: Exception, unanswered: list[Any]) -> None:
        super().__init__(str(why))
        self.unanswered = unanswered


class Pipe:
    """One connection of this process to one stream, shared by its threads.

    Args:
        url: of Redis.
        stream: its key.
        field: name of the one field of an entry.
    """

    def __init__(self, url: str, stream: str, field: bytes) -> None:
        self.stream, self.field = stream, field
        pool = ConnectionPool.from_url(
            url,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._connection: Any = pool.make_connection()
        self._waiting: deque[Any] = deque()
        self._lock = Lock()

    def add(self, what: Any, data: bytes) -> None:
        """Write an entry.

        Args:
            what: handed back where the connection breaks before the answer was read.
            data: the entry's content.

        Raises:
            Broken: nothing more can be said of what is in it.
        """
        with self._lock:
            try:
                self._read(at_least=len(self._waiting) - MOST_UNANSWERED + 1)
                self._connection.send_command("XADD", self.stream, "*", self.field, data)
            except (redis.RedisError, OSError) as error:
                lost = [*self._waiting, what]
                self._waiting.clear()
                self._connection.disconnect()
                raise Broken(error, lost) from error
            self._waiting.append(what)

    def settle(self) -> None:
        """Wait until everything written is answered, as tests and measurements need."""
        with self._lock:
            self._read(at_least=len(self._waiting))

    def _read(self, *, at_least: int) -> None:
        """Read the answers that are there, and wait for some more."""
        while self._waiting and (at_least > 0 or self._connection.can_read(timeout=0)):
            self._connection.read_response()
            self._waiting.popleft()
            at_least -= 1
