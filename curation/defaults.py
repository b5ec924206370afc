"""The first brand and its gates: what a fresh factory judges by.

Safe to repeat, and never overwrites what an admin changed: a tier that has a gate keeps it. How the
bounds were found is written in `curation/README.md`.
"""

from django.db import transaction

from curation.founding import loading as founding
from curation.models import Brand, Gate
from curation.services.registers import load_seed_names
from generation.models import Tier

CRITERIA = """\
A print for a wall: it must hold the room from three metres.
Look for one clear idea, shapes with calm edges, and space to breathe.
The colours are the palette's, and none of them shouts.
Refuse smears, broken shapes, and pictures that look unfinished at the edges.
When two siblings say the same, keep the better one."""

COMMODITY_RULES = {
    "prompt": {"reject": 0.5, "approve": 0.85},
    "palette": {"reject": 0.5, "approve": 0.85},
    "composition": {"reject": 0.4, "approve": 0.7},
    "sharpness": {"reject": 0.2, "approve": 0.4},
    "contrast": {"reject": 0.1, "approve": 0.3},
    "cleanness": {"reject": 0.25, "approve": 0.55},
}
PREMIUM_RULES = {
    "prompt": {"reject": 0.6, "approve": 0.9},
    "palette": {"reject": 0.6, "approve": 0.9},
    "composition": {"reject": 0.5, "approve": 0.8},
    "sharpness": {"reject": 0.3, "approve": 0.5},
    "contrast": {"reject": 0.2, "approve": 0.4},
    "cleanness": {"reject": 0.4, "approve": 0.7},
}
RULES = {Tier.COMMODITY: COMMODITY_RULES, Tier.PREMIUM: PREMIUM_RULES}


@transaction.atomic
def load() -> None:
    """Make the brand `house`, a gate for each tier and the registers of words, where missing."""
    load_seed_names()
    brand, _ = Brand.objects.get_or_create(
        slug="house", defaults={"name": "House", "criteria": CRITERIA}
    )
    for tier, rules in RULES.items():
        if not brand.gates.filter(tier=tier).exists():
            Gate.objects.create(
                brand=brand,
                tier=tier,
                version=1,
                rules=rules,
                note="The factory's first bounds.",
                is_active=True,
            )
    founding.load(brand)
