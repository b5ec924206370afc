"""A proxy before a server's Unix socket, which drops, delays and swallows what passes through it.

The server need not know: each time it has made its socket, the proxy puts its own in that place and
keeps the server's under another name. So the embedded servers are used just as they are.
"""

import contextlib
import os
import socket
import threading
import time
from pathlib import Path

BLOCK_BYTES = 1 << 16
WATCH_SECONDS = 0.02


class Proxy:
    """Stands before the socket at `path` from `start` to `stop`.

    Attributes:
        delay_seconds: how long each piece of data is held back.
        deaf: whether connections stay open and nothing passes.
        closed: whether new connections are refused at once.
        passed: connections that were let through.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.real = path, path.with_name(f"{path.name}.real")
        self.delay_seconds = 0.0
        self.deaf = self.closed = False
        self.passed = 0
        self._over = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._own: int | None = None
        self._listening: socket.socket | None = None

    def start(self) -> None:
        """Take the socket's place, now and whenever the server makes it anew."""
        threading.Thread(target=self._watch, name="proxy", daemon=True).start()

    def stop(self) -> None:
        """Let everything go."""
        self._over.set()
        self.drop()

    def heal(self) -> None:
        """Let everything pass again."""
        self.delay_seconds, self.deaf, self.closed = 0.0, False, False

    def drop(self) -> int:
        """Cut every connection that is open; return how many were."""
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        return len(ends) // 2

    def _watch(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                if self.path.stat().st_ino != self._own:
                    self._take_place()
            time.sleep(WATCH_SECONDS)
        if self._listening:
            self._listening.close()

    def _take_place(self) -> None:
        """Keep the server's new socket under another name and listen in its place."""
        draft = self.path.with_name(f"{self.path.name}.draft")
        for stale in (self.real, draft):
            stale.unlink(missing_ok=True)
        owner = self.path.stat()
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(draft))
        listening.listen(128)
        os.chown(draft, owner.st_uid, owner.st_gid)
        draft.chmod(owner.st_mode & 0o777)
        self.real.hardlink_to(self.path)
        self._own = draft.stat().st_ino
        draft.replace(self.path)
        if self._listening:
            self._listening.close()
        self._listening = listening
        threading.Thread(target=self._accept, args=[listening], daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _address = listening.accept()
            except OSError:  # another took its place
                return
            if self.closed or self._over.is_set():
                client.close()
                continue
            self._join(client)

    def _join(self, client: socket.socket) -> None:
        """Connect a client with the server, or close it where there is none."""
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(str(self.real))
        except OSError:
            client.close()
            server.close()
            return
        self.passed += 1
        with self._lock:
            self._open |= {client, server}
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=self._carry, args=[source, target], daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        """Carry data one way until one end closes."""
        with contextlib.suppress(OSError):
            while data := source.recv(BLOCK_BYTES):
                if self.delay_seconds:
                    time.sleep(self.delay_seconds)
                while self.deaf and not self._over.is_set():
                    time.sleep(WATCH_SECONDS)
                target.sendall(data)
        with self._lock:
            self._open -= {source, target}
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
