"""Draw the licence certificate of a grant: one page that can be checked by its serial."""

from typing import Any

from django.core.files.storage import storages

from catalog.models import Grant
from catalog.papers.certificate_facts import certificate_facts
from catalog.papers.invoice_pdf import day
from catalog.papers.sheet import LEFT, RIGHT, TOP, Sheet
from catalog.papers.type import BODY, CAPTION, DOT, INK, MONO, SMALL, SOFT, STRONG, Face, broken

THUMB = 170.0
THUMB_PX = 480
HALF = (RIGHT - LEFT) / 2 - 12
QR = 92.0
FOOT = 664.0
MOST_LINES = 9
"""Lines of each list of what is allowed; the full terms are behind the address."""


def certificate_pdf(grant: Grant) -> bytes:
    """Return the PDF of a certificate; the same bytes for the same facts.

    A revoked grant's says so across the top.
    """
    facts = certificate_facts(grant)
    licence = facts["licence"]
    sheet = Sheet(
        f"Licence certificate {facts['serial']}",
        subject=licence["statement"],
        keywords=f"{facts['serial']}; terms {licence['terms_sha256']}",
        author=facts["seller"],
    )
    _head(sheet, facts)
    y = _work(sheet, facts, thumbnail(grant), TOP + 130)
    y = _licence(sheet, facts, y)
    _lists(sheet, facts, y)
    _proof(sheet, facts)
    return sheet.finish()


def thumbnail(grant: Grant) -> bytes:
    """Return the preview that is nearest in size; empty where the files are away."""
    names = grant.artwork.derivatives.get("webp", {})
    widths = sorted(names, key=int)
    if not widths:
        return b""
    width = next((each for each in widths if int(each) >= THUMB_PX), widths[-1])
    try:
        with storages["default"].open(names[width]) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        return b""
    return data


def _head(sheet: Sheet, facts: dict[str, Any]) -> None:
    width = sheet.text(LEFT, TOP + 12, facts["licence"]["licensor_name"], Face("Bold", 15, 18))
    sheet.dot(LEFT + width + 6, TOP + 9.5, 2.6, DOT)
    sheet.text(RIGHT, TOP + 12, facts["serial"], Face("Mono", 12, 14), "right")
    sheet.text(LEFT, TOP + 76, "Licence certificate", Face("Bold", 28, 32))
    if facts["revoked_on"]:
        said = f"Revoked on {day(facts['revoked_on'])}: this licence no longer holds."
        sheet.text(LEFT, TOP + 98, said, Face("Bold", 11, 14, DOT))
    sheet.rule(TOP + 110, color=INK, width=1.2)


def _work(sheet: Sheet, facts: dict[str, Any], picture: bytes, y: float) -> float:
    """Show the work, and for whom it is licensed."""
    sheet.box(LEFT, y, THUMB, THUMB, fill="#e9ece8")
    if picture:
        sheet.picture(picture, LEFT + 12, y + 12, THUMB - 24, THUMB - 24)
    x, width = LEFT + THUMB + 26, RIGHT - LEFT - THUMB - 26
    work, at = facts["work"], y + 20
    at = sheet.block(x, at, work["title"], width, Face("Title", 22, 25))
    size = f"{work['width_px']} × {work['height_px']} pixels, generated picture"
    sheet.text(x, at - 4, size, SMALL)
    at = max(at + 24, y + 92)
    sheet.text(x, at, "Licensed to", CAPTION)
    at = sheet.block(x, at + 16, facts["licensee"], width, Face("Bold", 13, 17))
    sheet.text(x, at + 8, "Granted on", CAPTION)
    sheet.text(x, at + 22, day(facts["granted_on"]), BODY)
    sheet.text(x + 130, at + 8, "Certificate", CAPTION)
    sheet.text(x + 130, at + 22, facts["serial"], BODY)
    return max(y + THUMB, at + 26) + 34


def _licence(sheet: Sheet, facts: dict[str, Any], y: float) -> float:
    licence = facts["licence"]
    sheet.text(LEFT, y, f"{licence['name']}, version {licence['version']}", Face("Bold", 14, 18))
    y = sheet.block(LEFT, y + 18, facts["summary"], RIGHT - LEFT, BODY)
    sheet.text(LEFT, y + 2, licence["url"], SMALL)
    sheet.link(licence["url"], LEFT, y - 6, 300, 12)
    return y + 28


def _lists(sheet: Sheet, facts: dict[str, Any], y: float) -> None:
    """Write what may and may not be done beside each other, as far as there is room."""
    for x, title, lines in (
        (LEFT, "You may", facts["allows"]),
        (LEFT + HALF + 24, "You may not", facts["forbids"]),
    ):
        at = y
        sheet.text(x, at, title, STRONG)
        sheet.rule(at + 6, x=x, end=x + HALF)
        at += 22
        for line in lines[:MOST_LINES]:
            if at + SMALL.leading * len(broken(line, HALF - 10, SMALL)) > FOOT - 14:
                sheet.text(x, at, "… and more in the full terms.", SMALL)
                break
            sheet.text(x, at, "·", STRONG)
            at = sheet.block(x + 10, at, line, HALF - 10, SMALL.in_color(INK)) + 3


def _proof(sheet: Sheet, facts: dict[str, Any]) -> None:
    """Say how the paper and the file can be checked, with the code that leads there."""
    sheet.rule(FOOT, color=INK, width=1.2)
    sheet.qr(facts["url"], RIGHT - QR + 8, FOOT + 12, QR)
    y = FOOT + 24
    sheet.text(LEFT, y, "Check it: ", STRONG)
    sheet.text(LEFT + 46, y, facts["url"], BODY)
    sheet.link(facts["url"], LEFT, y - 9, 330, 12)
    hashes = [("Terms, SHA-256", facts["licence"]["terms_sha256"])]
    if facts["file_sha256"]:
        hashes.append(("Your file, SHA-256", facts["file_sha256"]))
    hashes.append(("Picture as rendered, SHA-256", facts["picture_sha256"]))
    y += 15
    for caption, value in hashes:
        sheet.text(LEFT, y, caption, CAPTION)
        sheet.text(LEFT, y + 10, value, MONO)
        y += 23
    licensor = facts["licence"]["licensor_url"]
    who = f"Licensor: {facts['seller']}, {licensor} · Order {facts['order']}"
    sheet.text(LEFT, 790, who, CAPTION.in_color(SOFT))
