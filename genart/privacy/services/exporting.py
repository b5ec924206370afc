"""Writes the archive of a person: a file of rows for each holding, papers as PDF, and a guide."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BinaryField, Model
from django.utils import timezone
from pgvector.django import HalfVectorField, VectorField

from catalog.models import Grant, Invoice
from catalog.papers.certificate_pdf import certificate_pdf
from catalog.papers.invoice_pdf import invoice_pdf
from genart.privacy.holdings import Holding
from genart.privacy.inventory import holdings
from genart.privacy.inventory.purchases import orders_of
from genart.privacy.subject import Subject

MEANINGLESS = (BinaryField, VectorField, HalfVectorField)
"""Kinds of columns that say nothing to a person."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A file that was written.

    Attributes:
        name: in `originals`.
        counts: rows by holding.
    """

    name: str
    sha256: str
    size: int
    counts: dict[str, int]


def write_archive(subject: Subject, key: UUID) -> Archive:
    """Write everything about somebody into one ZIP; written again, it takes the place of the first.

    Args:
        subject: whose data.
        key: of the request; the file's name follows from it.
    """
    name = f"exports/{key}.zip"
    with tempfile.TemporaryFile() as draft:
        counts = _fill(draft, subject)
        size = draft.tell()
        draft.seek(0)
        digest = hashlib.file_digest(draft, "sha256").hexdigest()
        storage = storages["originals"]
        if storage.exists(name):
            storage.delete(name)
        draft.seek(0)
        stored = storage.save(name, File(draft))
    return Archive(stored, digest, size, counts)


def _fill(draft: IO[bytes], subject: Subject) -> dict[str, int]:
    """Write the archive's files; return how many rows each holding has."""
    counts = {}
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for holding in holdings():
            counts[holding.name] = _write_rows(archive, holding, subject)
        for name, data in _papers(subject):
            archive.writestr(name, data)
        archive.writestr("README.txt", guide(counts))
    return {name: count for name, count in counts.items() if count}


def _write_rows(archive: zipfile.ZipFile, holding: Holding, subject: Subject) -> int:
    """Write a holding's rows as JSON, one after the other; nothing where there are none."""
    rows = holding.find(subject)
    if not rows.exists():
        return 0
    count = 0
    with archive.open(f"{holding.name}.json", "w") as file:
        for row in rows.order_by("pk").iterator(chunk_size=500):
            file.write(b",\n" if count else b"[\n")
            file.write(json.dumps(as_told(row, holding), cls=DjangoJSONEncoder,
                                  ensure_ascii=False, indent=1).encode())  # fmt: skip
            count += 1
        file.write(b"\n]\n" if count else b"[]\n")
    return count


def as_told(row: Model, holding: Holding) -> dict[str, Any]:
    """Return a row as an archive tells it: every column but secrets and vectors."""
    told = {
        column.name: column.value_from_object(row)
        for column in row._meta.concrete_fields
        if column.name not in holding.hides and not isinstance(column, MEANINGLESS)
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _papers(subject: Subject) -> Iterator[tuple[str, bytes]]:
    """Yield invoices, credit notes and certificates with the names of their files."""
    orders = orders_of(subject)
    for invoice in Invoice.objects.filter(order__in=orders).select_related("order", "refund"):
        yield f"papers/{invoice}.pdf", invoice_pdf(invoice)
    grants = Grant.objects.filter(order_line__order__in=orders)
    for grant in grants.select_related("artwork", "licence", "order_line__order", "buyer"):
        yield f"papers/certificate-{grant.serial}.pdf", certificate_pdf(grant)


def guide(counts: dict[str, int]) -> str:
    """Return what the archive says of itself: each file, why we hold it, what an erasure does."""
    lines = [
        f"Your data at {settings.SITE_NAME}, as of {timezone.now():%Y-%m-%d %H:%M} UTC.",
        "",
        "Each .json file is a list of rows, every column as it is stored. Left out are passwords,",
        "secrets, and vectors of numbers that mean nothing by themselves. Works that you licensed",
        f"are in your library: {settings.SITE_URL}/library/",
        "",
    ]
    for holding in holdings():
        count = counts.get(holding.name, 0)
        if count:
            lines.append(f"{holding.name}.json: {holding.title} ({count})")
            lines.append(
                f"    held {holding.why}; when you erase your account: {holding.fate.value}."
            )
    lines += ["papers/: invoices, credit notes and certificates", "",
              f"Questions: {settings.SHOP_EMAIL}"]  # fmt: skip
    return "\n".join(lines) + "\n"
