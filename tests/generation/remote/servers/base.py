"""What the servers have in common: sockets, faults, charges, pictures."""

import io
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from PIL import Image

from tests.factories import make_picture

SLOW_SECONDS = 0.4
TOO_SLOW_SECONDS = 3.0
RETRY_AFTER_SECONDS = 7
HTML = b"<!doctype html><title>Login</title><p>Please log in to the portal."
KEY = "sk-test-0123456789abcdef"


class Request(BaseHTTPRequestHandler):
    """One request; the server's `answer` does the rest."""

    protocol_version = "HTTP/1.1"
    server: "FaultServer"

    def handle_any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        self.body = self.rfile.read(length)
        self.server.seen.append(f"{self.command} {self.path}")
        try:
            self.server.answer(self)
        except ConnectionAbortedError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def log_message(self, *arguments: Any) -> None:
        """Keep quiet."""

    def reply(
        self, status: int, body: bytes, kind: str = "application/json", **headers: str
    ) -> None:
        """Send a whole answer; underscores in names of headers become hyphens."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def reply_json(self, status: int, content: Any, **headers: str) -> None:
        self.reply(status, json.dumps(content).encode(), **headers)

    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    def die(self, part: bytes = b"") -> None:
        """Close the socket, perhaps in the middle of an answer."""
        if part:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(2 * len(part)))
            self.end_headers()
            self.wfile.write(part)
            self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError


class FaultServer(ThreadingHTTPServer):
    """A provider.

    Args:
        fault: what goes wrong; `happy`: nothing.
        times: how often it goes wrong.
    """

    daemon_threads = True
    kind: ClassVar[str]
    options: ClassVar[dict[str, Any]] = {}

    def __init__(self, fault: str = "happy", times: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.faults = [fault] * times
        """What goes wrong next, in order."""
        self.charges: list[str] = []
        self.seen: list[str] = []
        self.lock = threading.Lock()
        self.hold = threading.Event()
        """Where set, what is asked for stays unfinished until it is cleared."""
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        """The provider's `base_url`."""
        return self.host

    def provider_options(self) -> dict[str, Any]:
        return dict(self.options)

    def answer(self, request: Request) -> None:
        raise NotImplementedError

    def fails(self, *faults: str) -> bool:
        """Return whether one of these faults happens now."""
        with self.lock:
            if not self.faults or self.faults[0] not in faults:
                return False
            self.faults.pop(0)
            return True

    def charge(self, what: str) -> None:
        self.charges.append(what)

    def wait(self) -> None:
        """Take the time of a picture."""
        while self.hold.is_set():
            time.sleep(0.02)
        if self.fails("slow"):
            time.sleep(SLOW_SECONDS)
        elif self.fails("too_slow"):
            time.sleep(TOO_SLOW_SECONDS)

    def png(self, size: tuple[int, int], seed: int) -> bytes:
        """Return the picture of a seed, or what a fault makes of it."""
        if self.fails("wrong_size"):
            size = (size[0] // 2, size[1])
        content = png_of(size, seed)
        if self.fails("truncated"):
            return content[: len(content) // 2]
        return content

    def close(self) -> None:
        self.hold.clear()
        self.shutdown()
        self.server_close()


def png_of(size: tuple[int, int], seed: int) -> bytes:
    """Return the picture that a good server makes of a seed."""
    buffer = io.BytesIO()
    picture: Image.Image = make_picture(*size, seed=seed % 2**32)
    picture.save(buffer, "PNG")
    return buffer.getvalue()
