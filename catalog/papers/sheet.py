"""A4 paper to draw on. Places are in points from the upper left corner, so `y` grows downwards.

Bytes depend on what is drawn alone: no clock, no random id.
"""

import io
from typing import Any

from catalog.papers import type as letters
from catalog.papers.type import BODY, LINE, Face

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT, TOP, BOTTOM = 56.0, 539.28, 54.0, 776.0


class Sheet:
    """A document of one or more pages.

    Args:
        title: of the document, as readers show it.
        subject: one line, for readers and programs.
        keywords: for programs.
        author: who issues it.
    """

    def __init__(self, title: str, *, subject: str = "", keywords: str = "", author: str = ""):
        from reportlab.pdfgen.canvas import Canvas

        letters.load()
        self.buffer = io.BytesIO()
        self.canvas: Any = Canvas(
            self.buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, lang="en"
        )
        self.canvas.setTitle(title)
        self.canvas.setSubject(subject)
        self.canvas.setKeywords(keywords)
        self.canvas.setAuthor(author)
        self.canvas.setCreator("genart")

    def text(self, x: float, y: float, text: str, face: Face = BODY, align: str = "left") -> float:
        """Write one line with its base at `y`; `right` and `center` measure from `x` back."""
        width = letters.width_of(text, face)
        x -= {"left": 0.0, "center": width / 2, "right": width}[align]
        out = self.canvas.beginText(x, HEIGHT - y)
        out.setFillColor(face.color)
        for font, part in letters.runs(text, face):
            out.setFont(font, face.size)
            out.textOut(part)
        self.canvas.drawText(out)
        return width

    def block(self, x: float, y: float, text: str, width: float, face: Face = BODY) -> float:
        """Write a text in lines of at most `width`; return where the next line would be."""
        for line in letters.broken(text, width, face):
            self.text(x, y, line, face)
            y += face.leading
        return y

    def rule(self, y: float, *, x: float = LEFT, end: float = RIGHT, color: str = LINE,
             width: float = 0.6) -> None:  # fmt: skip
        """Draw a line across."""
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(width)
        self.canvas.line(x, HEIGHT - y, end, HEIGHT - y)

    def box(self, x: float, y: float, width: float, height: float, *, fill: str) -> None:
        """Fill a box."""
        self.canvas.setFillColor(fill)
        self.canvas.rect(x, HEIGHT - y - height, width, height, stroke=0, fill=1)

    def dot(self, x: float, y: float, radius: float, color: str) -> None:
        """Draw a full circle around a point."""
        self.canvas.setFillColor(color)
        self.canvas.circle(x, HEIGHT - y, radius, stroke=0, fill=1)

    def picture(self, data: bytes, x: float, y: float, width: float, height: float) -> None:
        """Draw a picture (any format that Pillow reads) into a box, whole and in its middle."""
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        with Image.open(io.BytesIO(data)) as opened:
            image = opened.convert("RGB")
        scale = min(width / image.width, height / image.height)
        wide, high = image.width * scale, image.height * scale
        left, up = x + (width - wide) / 2, y + (height - high) / 2
        self.canvas.drawImage(ImageReader(image), left, HEIGHT - up - high, wide, high)

    def qr(self, text: str, x: float, y: float, size: float) -> None:
        """Draw a QR code with its quiet zone inside the box; it leads to `text` when touched."""
        from reportlab.graphics import renderPDF
        from reportlab.graphics.barcode.qr import QrCodeWidget
        from reportlab.graphics.shapes import Drawing

        code = QrCodeWidget(text, barLevel="M", barWidth=size, barHeight=size)
        drawing = Drawing(size, size)
        drawing.add(code)
        renderPDF.draw(drawing, self.canvas, x, HEIGHT - y - size)
        self.link(text, x, y, size, size)

    def link(self, url: str, x: float, y: float, width: float, height: float) -> None:
        """Make a box lead to an address."""
        box = (x, HEIGHT - y - height, x + width, HEIGHT - y)
        self.canvas.linkURL(url, box, relative=0, thickness=0)

    def next_page(self) -> None:
        """Go on on a new page."""
        self.canvas.showPage()

    def finish(self) -> bytes:
        """Return the PDF."""
        self.canvas.save()
        return self.buffer.getvalue()
