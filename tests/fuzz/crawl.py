"""Find what a site offers by following it as a browser would: its addresses and its forms."""

import re
from collections import deque
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client

BASE = "http://localhost"
ENDS_SESSION = ("/accounts/logout/", "/admin/logout/")
"""Not followed: they would end the visit."""
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,}|\d+|[\w-]+-\d+")


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page.

    Attributes:
        action: the path it is sent to.
        method: `get` or `post`.
        fields: name and value of each field as the page has it.
        files: names of fields that take a file.
    """

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]


class Page(HTMLParser):
    """Collects links and forms of one page."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.open: dict[str, object] | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a link, a form, or a field."""
        got = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get", "src"):
            if got.get(name) and tag in ("a", "button", "div", "img", "input", "form", "section"):
                self.links.append(got[name])
        if got.get("hx-post"):
            self.forms.append(Form(self._path(got["hx-post"]), "post", (), ()))
        if tag == "form":
            self.fields: list[tuple[str, str]] = []
            self.files: list[str] = []
            method = got.get("method", "get").lower()
            self.open = {"action": self._path(got.get("action", "")), "method": method}
        elif self.open is not None and tag in ("input", "textarea", "select", "button"):
            self._field(tag, got)
        elif self.open is not None and tag == "option" and self.select and "selected" in got:
            self.fields.append((self.select, got.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Close a form or a list of choices."""
        if tag == "select":
            self.select = ""
        if tag == "form" and self.open is not None:
            whole = tuple(self.fields), tuple(self.files)
            self.forms.append(Form(str(self.open["action"]), str(self.open["method"]), *whole))
            self.open = None

    def _field(self, tag: str, got: dict[str, str]) -> None:
        name = got.get("name", "")
        if not name:
            return
        if got.get("type") == "file":
            self.files.append(name)
        elif tag == "select":
            self.select = name
            self.fields.append((name, ""))
        else:
            self.fields.append((name, got.get("value", "")))

    def _path(self, address: str) -> str:
        whole = urlsplit(urljoin(BASE + self.address, address))
        return whole.path + (f"?{whole.query}" if whole.query else "")


def shape(address: str) -> str:
    """Return an address without what differs between pages of one kind."""
    parts = urlsplit(address)
    names = ",".join(sorted({name for name, _value in parse_qsl(parts.query)}))
    return f"{IDS.sub('*', parts.path)}?{names}"


def follow(client: Client, starts: list[str], most: int) -> tuple[list[str], list[Form]]:
    """Visit up to `most` pages, two of each kind; return their addresses and forms."""
    waiting, addresses = deque(starts), []
    forms: dict[tuple[str, tuple[str, ...]], Form] = {}
    seen: dict[str, int] = {}
    while waiting and len(addresses) < most:
        address = waiting.popleft()
        kind = shape(address)
        if seen.get(kind, 0) >= 2 or address.startswith(ENDS_SESSION):
            continue
        seen[kind] = seen.get(kind, 0) + 1
        answer = client.get(address)
        addresses.append(address)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            page = Page(address)
            page.feed(answer.content.decode())
            waiting.extend(filter(None, (local(address, link) for link in page.links)))
            for form in page.forms:
                names = tuple(sorted({name for name, _value in form.fields}))
                forms.setdefault((shape(form.action), names), form)
        elif answer.status_code in (301, 302) and local(address, answer["Location"]):
            waiting.append(local(address, answer["Location"]))
        answer.close()
    return addresses, [form for form in forms.values() if not form.action.startswith(ENDS_SESSION)]


def local(address: str, link: str) -> str:
    """Return the path of a link of this site; empty for every other."""
    whole = urlsplit(urljoin(BASE + address, link))
    if whole.netloc != "localhost" or whole.scheme != "http" or whole.path.startswith("/static/"):
        return ""
    return whole.path + (f"?{whole.query}" if whole.query else "")
