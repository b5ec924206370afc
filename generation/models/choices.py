"""Words that several tables use."""

from django.core.validators import RegexValidator
from django.db import models

hex_color = RegexValidator(r"^#[0-9A-F]{6}$", "Write a colour as #RRGGBB in capitals.")


class Tier(models.TextChoices):
    """How far a work may go without a person."""

    COMMODITY = "commodity", "Commodity: may be published by the gate"
    PREMIUM = "premium", "Premium: a person decides"


class Lane(models.TextChoices):
    """How a job is rendered."""

    STANDARD = "standard", "Standard: batched, fast"
    ARCHIVE = "archive", "Archive: one by one, bit-identical whenever it is repeated"
