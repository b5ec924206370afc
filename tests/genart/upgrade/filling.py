"""Fill a table with a row that holds something in every column, whatever the columns are."""

import datetime
import uuid
from decimal import Decimal
from itertools import count
from typing import Any

import numpy as np
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from pgvector.django import VectorField

_numbers = count(1)


def fill(model: type[models.Model], **fixed: Any) -> models.Model:
    """Make a row; columns that are not `fixed` get a value of their kind, relations the first row.

    A related table without rows is filled first.
    """
    values = dict(fixed)
    for field in model._meta.concrete_fields:
        if field.name in values or isinstance(field, models.AutoField | models.GeneratedField):
            continue
        if isinstance(field, models.ForeignKey):
            if not field.null and field.remote_field.model is not model:
                values[field.name] = related(field.remote_field.model)
        else:
            values[field.name] = value_for(field, next(_numbers))
    row: models.Model = model._base_manager.create(**values)
    return row


def related(model: type[models.Model]) -> models.Model:
    """Return a row of a table, made where there is none."""
    found: models.Model | None = model._base_manager.order_by("pk").first()
    return found or fill(model)


def value_for(field: Any, n: int) -> Any:
    """Return a value that a column takes; another number, another value."""
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, VectorField):
        return np.random.default_rng(n).normal(size=field.dimensions).round(3).tolist()
    if isinstance(field, ArrayField):
        return [value_for(field.base_field, n)]
    if isinstance(field, SearchVectorField):
        return None
    for kind, make in MAKERS:
        if isinstance(field, kind):
            return make(field, n)
    raise TypeError(f"{field} has a kind of value that nobody told how to make.")


def text(field: Any, n: int) -> str:
    """Return words with a letter beyond ASCII, cut to the column's length."""
    return f"né {n}"[: field.max_length or 60]


MAKERS: list[tuple[Any, Any]] = [
    (models.EmailField, lambda field, n: f"person{n}@example.com"),
    (models.URLField, lambda field, n: f"https://example.com/{n}"),
    (models.SlugField, lambda field, n: f"slug-{n}"[: field.max_length]),
    (models.UUIDField, lambda field, n: uuid.UUID(int=n)),
    (models.JSONField, lambda field, n: [] if field.default is list else {"né": n}),
    (models.BooleanField, lambda field, n: False),
    (models.DateTimeField, lambda field, n: timezone.now().replace(microsecond=n % 1000000)),
    (models.DateField, lambda field, n: datetime.date(2026, 1 + n % 12, 1 + n % 28)),
    (models.BinaryField, lambda field, n: bytes([n % 256, 0, 255])),
    (models.DecimalField, lambda field, n: Decimal("1.25")),
    (models.FloatField, lambda field, n: 0.5),
    (models.SmallIntegerField, lambda field, n: n % 10 + 1),
    (models.IntegerField, lambda field, n: n % 1000 + 1),
    (models.CharField, text),
    (models.TextField, text),
]
