"""Reads exports of trademark registers, one entry after the other, whatever their size. Pure.

Two forms: the USPTO's Trademark Applications XML (element names as in its DTD documentation 2.0),
and a table with the columns of TMview and its like.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from genart.lib.errors import InvalidInput

DEAD = (range(400, 418), range(600, 615), range(710, 715), range(900, 902))
"""USPTO status codes of what is abandoned, cancelled or expired."""
DESIGN_ONLY = "2"
"""First digit of the drawing code of marks without words."""
COLUMNS = {
    "name": ("trade mark name", "trademark name", "trade mark", "mark", "name", "verbal element"),
    "number": ("application number", "registration number", "trade mark number", "number", "st13"),
    "owner": ("applicant name", "owner", "applicant", "owner name", "holder name"),
    "classes": ("nice class", "nice classes", "nice classification", "classes"),
    "status": ("trade mark status", "status", "trademark status"),
    "kind": ("trade mark type", "type", "mark feature", "trademark type"),
}
"""What a column is for, and the headings under which registers export it, in small letters."""
LIVE_WORDS = ("registered", "filed", "pending", "published", "examin", "accepted", "live", "active")
FIGURATIVE = ("figurative", "3-d", "colour", "color", "sound", "position", "pattern")


@dataclass(frozen=True)
class Entry:
    """One mark of a register; one without words has an empty name."""

    number: str
    name: str
    owner: str
    classes: tuple[int, ...]
    is_live: bool


def entries(path: Path) -> Iterator[Entry]:
    """Yield the entries of a file, in its order.

    Raises:
        InvalidInput: it is neither of the two forms, or breaks off.
    """
    if path.suffix.lower() == ".xml":
        with path.open("rb") as file:
            yield from _from_xml(file)
    else:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from _from_table(file)


def _from_xml(file: IO[bytes]) -> Iterator[Entry]:
    """Yield case files; each is let go of when it was read."""
    # The operator's own file; expat refuses entities that grow without bound.
    try:
        steps = ElementTree.iterparse(file, events=("start", "end"))  # noqa: S314
        _event, root = next(steps)
        if not root.tag.startswith("trademark-applications"):
            raise InvalidInput(f"<{root.tag}> is not an export of trademark applications.")
        for event, element in steps:
            if event == "end" and element.tag == "case-file":
                yield _case(element)
                element.clear()
            elif event == "end" and element.tag in ("file-segments", "action-keys"):
                element.clear()
    except ElementTree.ParseError as error:
        raise InvalidInput(f"The file is not whole XML: {error}.") from error


def _case(element: ElementTree.Element) -> Entry:
    """Read one `case-file`."""
    header = element.find("case-file-header")
    said = {} if header is None else {part.tag: (part.text or "").strip() for part in header}
    status = said.get("status-code", "")
    codes = element.findall("classifications/classification/international-code")
    words = not said.get("mark-drawing-code", "").startswith(DESIGN_ONLY)
    return Entry(
        number=(element.findtext("serial-number") or "").strip(),
        name=said.get("mark-identification", "") if words else "",
        owner=(element.findtext("case-file-owners/case-file-owner/party-name") or "").strip(),
        classes=_classes(" ".join(code.text or "" for code in codes)),
        is_live=not (status.isdecimal() and any(int(status) in codes for codes in DEAD)),
    )


def _from_table(file: IO[str]) -> Iterator[Entry]:
    """Yield the rows of a table, whatever divides its columns."""
    sample = file.read(4096)
    file.seek(0)
    divider = max(",;\t", key=sample.partition("\n")[0].count)
    rows = csv.DictReader(file, delimiter=divider)
    headings = {(heading or "").strip().lower(): heading for heading in rows.fieldnames or ()}
    columns = {
        use: next((headings[name] for name in names if name in headings), None)
        for use, names in COLUMNS.items()
    }
    if columns["name"] is None or columns["number"] is None:
        raise InvalidInput("The table needs a column for the mark and one for its number.")
    for row in rows:
        said = {use: (row.get(column) or "").strip() for use, column in columns.items() if column}
        status = said.get("status", "").lower()
        drawn = any(word in said.get("kind", "").lower() for word in FIGURATIVE)
        yield Entry(
            number=said["number"],
            name="" if drawn and "word" not in said.get("kind", "").lower() else said["name"],
            owner=said.get("owner", ""),
            classes=_classes(said.get("classes", "")),
            is_live=not status or any(word in status for word in LIVE_WORDS),
        )


def _classes(text: str) -> tuple[int, ...]:
    """Return the Nice classes in a text; others than 1 … 45 are left out."""
    found = {int(number) for number in re.findall(r"\d+", text)}
    return tuple(sorted(number for number in found if 1 <= number <= 45))
