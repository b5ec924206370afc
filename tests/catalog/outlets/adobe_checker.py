"""Checks an Adobe Stock bundle as its reviewers would: written from the published pages alone.

Knows nothing of how bundles are made here: it opens the zip, reads the CSV with a dictionary reader
and each picture with Pillow. Pages, as of June 2026: "CSV requirements for Adobe Stock", "Photo and
illustration requirements", "Generative AI content guidelines", "Titles and keywords".
"""

import csv
import io
import re
import zipfile
from typing import Any

from PIL import Image, ImageCms

HEAD = ["Filename", "Title", "Keywords", "Category", "Releases"]
TRAINED = "trainedAlgorithmicMedia"
BANNED = re.compile(
    r"\b(?:generative|ai|artificial intelligence|midjourney|dall-?e|stable diffusion|firefly|"
    r"photo|vector|illustration|jpe?g|\d+k|megapixels?|van gogh|picasso|banksy|disney|nike)\b",
    re.IGNORECASE,
)


def check(bundle: bytes) -> list[str]:
    """Return what Adobe Stock would refuse; nothing where all of it is in order."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        names = archive.namelist()
        tables = [name for name in names if name.lower().endswith(".csv")]
        pictures = {name: archive.read(name) for name in names if name.lower().endswith(".jpg")}
        if len(tables) != 1:
            return [f"{len(tables)} CSV files: one is needed"]
        table = archive.read(tables[0])
    found = _table_faults(tables[0], table)
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8"))))
    found += [fault for row in rows for fault in _row_faults(row)]
    listed = [row["Filename"] for row in rows]
    found += [f"{name}: listed twice" for name in set(listed) if listed.count(name) > 1]
    found += [f"{name}: no such file" for name in set(listed) - set(pictures)]
    found += [f"{name}: not in the CSV" for name in set(pictures) - set(listed)]
    for row in rows:
        if row["Filename"] in pictures:
            found += _picture_faults(row, pictures[row["Filename"]])
    return found


def _table_faults(name: str, data: bytes) -> list[str]:
    found = []
    if " " in name:
        found.append("a space in the name of the CSV")
    if len(data) > 1_000_000:
        found.append(f"CSV of {len(data)} bytes: 1 MB at most")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8"))))
    if lines[0] != HEAD:
        found.append(f"head of the CSV is {lines[0]}")
    if not 1 <= len(lines) - 1 <= 5000:
        found.append(f"{len(lines) - 1} rows: 1 to 5000")
    return found


def _row_faults(row: dict[str, str]) -> list[str]:
    name, title = row["Filename"], row["Title"]
    keywords = [word.strip() for word in row["Keywords"].split(",") if word.strip()]
    found = []
    if len(name) > 30:
        found.append("file name over 30 characters")
    if not 1 <= len(title) <= 70:
        found.append(f"title of {len(title)} characters: 1 to 70")
    if re.search(r"[,;:!?\"“”/\\|<>@#$%^&*(){}\[\]=+~`]", title):
        found.append(f"commas or special characters in the title {title!r}")
    if not 5 <= len(keywords) <= 49:
        found.append(f"{len(keywords)} keywords: 5 to 49")
    if len({word.lower() for word in keywords}) != len(keywords):
        found.append("a keyword twice")
    for text in (title, *keywords):
        if BANNED.search(text):
            found.append(f"words that do not belong there: {text!r}")
    if not row["Category"].isdigit() or not 1 <= int(row["Category"]) <= 21:
        found.append(f"category {row['Category']!r}: a number of 1 to 21")
    return [f"{name}: {fault}" for fault in found]


def _picture_faults(row: dict[str, str], data: bytes) -> list[str]:
    found = []
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        if picture.format != "JPEG":
            found.append(f"{picture.format}, not JPEG")
        if picture.mode != "RGB":
            found.append(f"mode {picture.mode}")
        pixels = picture.width * picture.height
        profile = picture.info.get("icc_profile")
        xmp: Any = picture.info.get("xmp", b"")
    if not 4_000_000 <= pixels <= 100_000_000:
        found.append(f"{pixels} pixels: 4 to 100 megapixels")
    if len(data) > 45_000_000:
        found.append(f"{len(data)} bytes: 45 MB at most")
    if not profile or "sRGB" not in ImageCms.getProfileName(
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
    ):
        found.append("not in sRGB")
    text = xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else str(xmp)
    if TRAINED not in text:
        found.append("its metadata do not say that a model made it")
    if row["Title"].replace("&", "&amp;") not in text:
        found.append("another title in its metadata")
    first = row["Keywords"].split(",")[0].strip()
    if f"<rdf:li>{first}</rdf:li>" not in text:
        found.append("other keywords in its metadata")
    return [f"{row['Filename']}: {fault}" for fault in found]
