"""Tables that people open in spreadsheets: no cell is ever taken for a formula."""

import csv
from typing import Any, Protocol

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""What a spreadsheet reads as the beginning of a formula, wide forms included."""


class Writer(Protocol):
    """What `csv.writer` gives."""

    def writerow(self, row: Any, /) -> Any:
        """Write a line."""


class Table:
    """Writes lines of a table, each cell safe; a drop-in for `csv.writer`."""

    def __init__(self, file: Any, **dialect: Any) -> None:
        self.lines: Writer = csv.writer(file, **dialect)

    def writerow(self, row: Any) -> Any:
        """Write a line and return what the file's `write` returned."""
        return self.lines.writerow([cell(value) for value in row])


def cell(value: Any) -> Any:
    """Return a value as it may stand in a cell: texts that begin like a formula get a quote.

    Numbers stay numbers; a text that is one, such as `-12.50`, does too.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\0", "")
    if text.lstrip(" ").startswith(STARTS) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()
