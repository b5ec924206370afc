"""A model hub on this machine: the endpoints by which huggingface_hub finds and fetches files."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass
class Hub:
    """Repositories as folders, each at one commit; what was fetched of them."""

    url: str = ""
    repositories: dict[tuple[str, str], Path] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    broken: bool = False

    def publish(self, repository: str, folder: Path) -> str:
        """Offer a folder as a repository; return its commit."""
        commit = hashlib.sha1(f"{repository} {folder}".encode()).hexdigest()
        self.repositories[repository, commit] = folder
        return commit


@contextmanager
def hub_server() -> Iterator[Hub]:
    """Serve a hub until the block ends."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            self.answer()

        def do_HEAD(self) -> None:
            self.answer()

        def answer(self) -> None:
            if hub.broken:
                return self.reply(503, b"{}")
            parts = unquote(urlsplit(self.path).path).strip("/").split("/")
            if parts[:2] == ["api", "models"] and len(parts) >= 6:
                return self.about("/".join(parts[2:4]), parts[4], parts[5])
            if len(parts) > 4 and parts[2] == "resolve":
                return self.file("/".join(parts[:2]), parts[3], "/".join(parts[4:]))
            return self.missing("RepoNotFound")

        def about(self, repository: str, what: str, commit: str) -> None:
            folder = self.folder(repository, commit)
            if folder is None:
                return None
            names = sorted(path for path in folder.rglob("*") if path.is_file())
            if what == "tree":
                entries: Any = [
                    {"type": "file", "path": path.relative_to(folder).as_posix(),
                     "size": path.stat().st_size, "oid": etag(path)}
                    for path in names
                ]  # fmt: skip
                return self.reply(200, json.dumps(entries).encode())
            siblings = [
                {"rfilename": path.relative_to(folder).as_posix(), "size": path.stat().st_size}
                for path in names
            ]
            told = {"id": repository, "modelId": repository, "sha": commit, "private": False,
                    "siblings": siblings, "tags": [], "downloads": 0}  # fmt: skip
            return self.reply(200, json.dumps(told).encode())

        def file(self, repository: str, commit: str, name: str) -> None:
            folder = self.folder(repository, commit)
            if folder is None:
                return None
            path = folder / name
            if not path.is_file():
                return self.missing("EntryNotFound")
            if self.command == "GET":
                hub.fetched.append(name)
            headers = {"ETag": f'"{etag(path)}"', "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
            return self.reply(200, path.read_bytes(), headers)

        def folder(self, repository: str, commit: str) -> Path | None:
            found = hub.repositories.get((repository, commit))
            if found is None:
                known = any(name == repository for name, _commit in hub.repositories)
                self.missing("RevisionNotFound" if known else "RepoNotFound")
            return found

        def missing(self, code: str) -> None:
            self.reply(404, b"{}", {"X-Error-Code": code, "X-Error-Message": "not found"})

        def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


def etag(path: Path) -> str:
    """Return the tag of a file, as git would name it."""
    return hashlib.sha1(path.read_bytes()).hexdigest()
