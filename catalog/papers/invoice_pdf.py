"""Draw an invoice or a credit note from its frozen facts."""

from datetime import date
from typing import Any

from catalog.models import Invoice
from catalog.papers.sheet import BOTTOM, LEFT, RIGHT, TOP, Sheet
from catalog.papers.type import (
    BODY,
    CAPTION,
    DOT,
    HEADING,
    INK,
    SMALL,
    SOFT,
    STRONG,
    WORK,
    Face,
    broken,
)
from genart.lib.figures import SYMBOLS

TITLES = {Invoice.Kind.INVOICE: "Invoice", Invoice.Kind.CREDIT_NOTE: "Credit note"}
TITLE_WIDTH = 262.0
NET, VAT, TOTAL = 400.0, 462.0, RIGHT
SPACE_FOR_SUMS = 150.0


def invoice_pdf(invoice: Invoice) -> bytes:
    """Return the PDF of an invoice; the same bytes whenever it is drawn."""
    facts = invoice.facts
    title = f"{TITLES[Invoice.Kind(invoice.kind)]} {invoice}"
    amounts = f"net {facts['net_cents']}; vat {facts['vat_cents']}; total {facts['total_cents']}"
    sheet = Sheet(
        title,
        subject=f"Order {facts['order']}",
        keywords=f"{invoice}; {amounts}; {facts['currency']}",
        author=facts["seller"]["name"],
    )
    y = _head(sheet, invoice)
    y = _parties(sheet, invoice, y)
    y = _lines(sheet, invoice, y)
    if y > BOTTOM - SPACE_FOR_SUMS:
        y = _turn(sheet, invoice)
    y = _sums(sheet, facts, y)
    _notes(sheet, invoice, y)
    _foot(sheet, facts)
    return sheet.finish()


def amount(cents: int, currency: str) -> str:
    """Write cents as papers do: always two places, and a true minus."""
    sign, whole = ("−" if cents < 0 else ""), abs(cents)
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{sign}{symbol}{whole // 100:,}.{whole % 100:02d}"


def rate(basis_points: int) -> str:
    """Write a rate as 19 % or 25.5 %."""
    return f"{basis_points / 100:g} %"


def day(iso: str) -> str:
    """Write a date as 24 November 2026."""
    return f"{date.fromisoformat(iso):%-d %B %Y}"


def _head(sheet: Sheet, invoice: Invoice) -> float:
    seller = invoice.facts["seller"]
    brand = Face("Bold", 15, 18)
    width = sheet.text(LEFT, TOP + 12, seller["name"], brand)
    sheet.dot(LEFT + width + 6, TOP + 9.5, 2.6, DOT)
    sheet.text(LEFT, TOP + 76, TITLES[Invoice.Kind(invoice.kind)], HEADING)
    return TOP + 104


def _parties(sheet: Sheet, invoice: Invoice, y: float) -> float:
    """Write buyer, seller and dates in three columns."""
    columns = [
        (LEFT, 180.0, "Billed to", _buyer(invoice)),
        (LEFT + 200, 140.0, "From", _seller(invoice.facts["seller"])),
    ]
    lowest = y
    for x, width, caption, lines in columns:
        sheet.text(x, y, caption, CAPTION)
        at = y + 15
        for line in lines:
            at = sheet.block(x, at, line, width, BODY)
        lowest = max(lowest, at)
    x = LEFT + 360
    for number, (caption, value) in enumerate(_dates(invoice)):
        sheet.text(x, y + number * 29, caption, CAPTION)
        sheet.text(x, y + 13 + number * 29, value, STRONG if number == 0 else BODY)
        lowest = max(lowest, y + 29 + number * 29)
    return lowest + 22


def _buyer(invoice: Invoice) -> list[str]:
    buyer = invoice.facts["buyer"]
    lines = list(invoice.correction.get("lines") or buyer["lines"])
    lines += [buyer["email"]] if buyer["email"] else []
    lines += [f"Country: {buyer['country']}"] if buyer["country"] else []
    return lines + ([f"VAT number {buyer['vat_id']}"] if buyer["vat_id"] else [])


def _seller(seller: dict[str, Any]) -> list[str]:
    lines = [seller["name"], *seller["address"]]
    lines += [f"Country: {seller['country']}"] if not seller["address"] else []
    return lines + ([f"VAT number {seller['vat_id']}"] if seller["vat_id"] else [])


def _dates(invoice: Invoice) -> list[tuple[str, str]]:
    facts = invoice.facts
    dates = [("Number", str(invoice)), ("Date of issue", f"{invoice.issued_at:%-d %B %Y}")]
    if facts.get("corrects"):
        return [*dates, ("Corrects invoice", facts["corrects"]),
                ("of", day(facts["corrects_date"]))]  # fmt: skip
    return [*dates, ("Date of supply", day(facts["supplied_on"]))]


def _lines(sheet: Sheet, invoice: Invoice, y: float) -> float:
    y = _columns(sheet, y)
    for line in invoice.facts["lines"]:
        title = broken(line["title"], TITLE_WIDTH, WORK)
        small = [line["detail"], *([f"Certificate {line['serial']}"] if line["serial"] else [])]
        height = WORK.leading * len(title) + SMALL.leading * len(small) + 12
        if y + height > BOTTOM:
            y = _columns(sheet, _turn(sheet, invoice))
        _line(sheet, line, title, small, y, invoice.facts["currency"])
        y += height
        sheet.rule(y - 6)
        y += 8
    return y


def _line(
    sheet: Sheet, line: dict[str, Any], title: list[str], small: list[str], y: float, currency: str
) -> None:
    for x, key in ((NET, "net_cents"), (VAT, "vat_cents"), (TOTAL, "total_cents")):
        sheet.text(x, y + 4, amount(line[key], currency), BODY, "right")
    for part in title:
        sheet.text(LEFT, y + 4, part, WORK)
        y += WORK.leading
    for part in small:
        sheet.text(LEFT, y + 2, part, SMALL)
        y += SMALL.leading


def _columns(sheet: Sheet, y: float) -> float:
    sheet.text(LEFT, y, "Work and licence", CAPTION)
    for x, name in ((NET, "Net"), (VAT, "VAT"), (TOTAL, "Total")):
        sheet.text(x, y, name, CAPTION, "right")
    sheet.rule(y + 6, color=INK, width=1)
    return y + 20


def _turn(sheet: Sheet, invoice: Invoice) -> float:
    """Go on on the next page, which says what it belongs to."""
    _foot(sheet, invoice.facts)
    sheet.next_page()
    title = TITLES[Invoice.Kind(invoice.kind)]
    sheet.text(LEFT, TOP + 10, f"{title} {invoice}, continued", STRONG)
    return TOP + 40


def _sums(sheet: Sheet, facts: dict[str, Any], y: float) -> float:
    currency = facts["currency"]
    rows = [("Net", facts["net_cents"])]
    if facts["rate_bp"]:
        rows.append((f"VAT {facts['vat_country']} {rate(facts['rate_bp'])}", facts["vat_cents"]))
    if facts["discount_cents"]:
        sheet.text(LEFT, y + 6, f"Prices are after {amount(facts['discount_cents'], currency)} "
                   "discount.", SMALL)  # fmt: skip
    for name, cents in rows:
        sheet.text(VAT, y + 6, name, BODY.in_color(SOFT), "right")
        sheet.text(TOTAL, y + 6, amount(cents, currency), BODY, "right")
        y += 16
    sheet.rule(y + 1, x=NET - 60, color=INK, width=1)
    total = Face("Bold", 13, 16)
    sheet.text(VAT, y + 19, "Total", total, "right")
    sheet.text(TOTAL, y + 19, amount(facts["total_cents"], currency), total, "right")
    return y + 50


def _notes(sheet: Sheet, invoice: Invoice, y: float) -> None:
    facts = invoice.facts
    said = list(facts["notes"])
    if facts.get("paid"):
        said.append(f"Paid on {facts['paid']}. Nothing is owed.")
    if facts["credits_cents"] > 0:
        said.append(
            f"Of the total, {amount(facts['credits_cents'], facts['currency'])} by credits."
        )
    if facts.get("reason"):
        said.append(f"Reason: {facts['reason']}")
    if facts["buyer"]["consultation"]:
        said.append(f"VIES consultation {facts['buyer']['consultation']}.")
    if invoice.correction:
        said.append(
            f"Name and address of the customer corrected on {day(invoice.correction['on'])}; this "
            f"replaces earlier copies of {invoice}."
        )
    for sentence in said:
        y = sheet.block(LEFT, y, sentence, RIGHT - LEFT, BODY) + 3


def _foot(sheet: Sheet, facts: dict[str, Any]) -> None:
    seller = facts["seller"]
    sheet.rule(BOTTOM + 16)
    sheet.text(LEFT, BOTTOM + 30, f"Order {facts['order']}", CAPTION)
    sheet.text(RIGHT, BOTTOM + 30, f"{seller['email']} · {seller['site']}", CAPTION, "right")
