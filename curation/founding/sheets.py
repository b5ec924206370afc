"""Contact sheets: numbered pictures, 42 to a sheet, for judging by eye."""

from collections.abc import Sequence
from pathlib import Path

from django.core.files.storage import storages
from PIL import Image, ImageDraw, ImageFont

from curation.models import Candidate

COLUMNS, ROWS = 7, 6
CELL_PX, GAP_PX, HEAD_PX = 256, 8, 40
PER_SHEET = COLUMNS * ROWS
PAPER, INK = "#F4F1EA", "#1B1B1B"


def write_sheets(candidates: Sequence[Candidate], title: str, folder: Path) -> list[Path]:
    """Write all sheets of a sample; numbers count from 1 through all of them."""
    count = -(-len(candidates) // PER_SHEET)
    paths = []
    for sheet in range(count):
        first = sheet * PER_SHEET
        path = folder / f"sheet-{sheet + 1:02d}.png"
        head = f"Sheet {sheet + 1} of {count}. {title}"
        _sheet(candidates[first : first + PER_SHEET], first + 1, head).save(path)
        paths.append(path)
    return paths


def _sheet(candidates: Sequence[Candidate], first: int, head: str) -> Image.Image:
    """Return one sheet."""
    step = CELL_PX + GAP_PX
    paper = Image.new("RGB", (COLUMNS * step + GAP_PX, ROWS * step + GAP_PX + HEAD_PX), PAPER)
    pen = ImageDraw.Draw(paper)
    pen.text((GAP_PX, GAP_PX), head[:180], INK, font=ImageFont.load_default(20))
    for place, candidate in enumerate(candidates):
        left = GAP_PX + place % COLUMNS * step
        top = HEAD_PX + GAP_PX + place // COLUMNS * step
        picture = _picture(candidate)
        paper.paste(picture, (left + (CELL_PX - picture.width) // 2, top))
        _number(pen, left, top, first + place)
    return paper


def _picture(candidate: Candidate) -> Image.Image:
    """Return a candidate's picture, no larger than a cell."""
    with storages["originals"].open(candidate.render.file) as file:
        image = Image.open(file).convert("RGB")
    image.thumbnail((CELL_PX, CELL_PX), Image.Resampling.LANCZOS)
    return image


def _number(pen: ImageDraw.ImageDraw, left: int, top: int, number: int) -> None:
    """Write a number on a label in the corner of a cell."""
    font = ImageFont.load_default(34)
    width = round(pen.textlength(str(number), font=font))
    pen.rectangle((left, top, left + width + 12, top + 42), PAPER, INK, 2)
    pen.text((left + 6, top), str(number), INK, font=font)
