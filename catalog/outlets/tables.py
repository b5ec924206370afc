"""Tables as outlets read them: CSV, tab separated, and the XML of product feeds. Pure."""

import io
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from genart.lib.spreadsheets import Table

Columns = Mapping[str, str]
"""Head of a column → field of an entry."""


def csv_table(entries: Sequence[Mapping[str, Any]], columns: Columns) -> bytes:
    """Return a table as CSV in UTF-8; lists are joined by commas. No cell begins a formula."""
    return _table(entries, columns, ",", ", ")


def tsv_table(entries: Sequence[Mapping[str, Any]], columns: Columns) -> bytes:
    """Return a table separated by tabs, in UTF-8."""
    return _table(entries, columns, "\t", ",")


def _table(
    entries: Sequence[Mapping[str, Any]], columns: Columns, separator: str, joint: str
) -> bytes:
    out = io.StringIO()
    writer = Table(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    for entry in entries:
        writer.writerow([_cell(entry.get(name, ""), joint) for name in columns.values()])
    return out.getvalue().encode()


def _cell(value: Any, joint: str) -> str:
    text = joint.join(value) if isinstance(value, list | tuple) else str(value)
    return " ".join(text.split())


def product_feed(
    entries: Sequence[Mapping[str, Any]], *, title: str, link: str, fields: Sequence[str]
) -> bytes:
    """Return an RSS 2.0 feed with Google's product attributes.

    A field that is a mapping becomes an attribute with parts.
    """
    items = "".join(f"<item>{_attributes(entry, fields)}</item>\n" for entry in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
        f"<title>{escape(title)}</title><link>{escape(link)}</link>"
        f"<description>{escape(title)}</description>\n{items}</channel></rss>\n"
    ).encode()


def _attributes(entry: Mapping[str, Any], fields: Sequence[str]) -> str:
    parts = []
    for name in fields:
        value = entry.get(name)
        if isinstance(value, Mapping):
            inner = "".join(f"<g:{key}>{escape(str(one))}</g:{key}>" for key, one in value.items())
            parts.append(f"<g:{name}>{inner}</g:{name}>")
        elif value not in (None, ""):
            parts.append(f"<g:{name}>{escape(str(value))}</g:{name}>")
    return "".join(parts)
