"""What a new factory can render from the start: palettes, the house checkpoint, its styles.

Safe to repeat. What exists is left as an admin made it, with one exception: weights of the house
model that came with an update are a new checkpoint, and styles on older house weights get a new
version that uses them, since the older files are gone.
"""

from django.db import transaction

from generation.engine.weights import weights_sha256
from generation.house import FAMILIES, PIPELINE_DIR
from generation.house.families import FamilyInfo
from generation.models import Checkpoint, Palette, Style, StyleVersion
from generation.palettes import PALETTES
from generation.styles import next_version

FINISHES = {
    "abstract-blobs": "watercolour",
    "bauhaus-tiles": "riso",
    "boho-arches": "paper",
    "botanical-leaf": "watercolour",
    "colour-field": "watercolour",
    "memphis": "riso",
    "moon-night": "paper",
    "mountains": "paper",
    "neoplastic-grid": "flat",
    "paper-cut-outs": "paper",
    "starbursts": "riso",
    "stripes": "riso",
    "sunrise-rays": "riso",
    "vases": "watercolour",
}
"""The surface that suits a family; `paper` for those not named."""
CAPABILITIES = {
    "min_px": 256,
    "max_px": 1024,
    "multiple_px": 8,
    "layouts": ["centered", "left", "right", "high", "low", "diagonal"],
    "finishes": ["flat", "paper", "riso", "watercolour"],
    "palette": "exact",
    "negative_prompt": False,
}
DATA_STATEMENT = (
    "Trained by this project on pictures that its own code draws, with captions that are exact by "
    "construction. No photograph, no scraped image and no other model's output was used."
)


@transaction.atomic
def load() -> None:
    """Make what is missing of the palettes, the house checkpoint and the house styles."""
    load_palettes()
    checkpoint = load_house_checkpoint()
    for family in FAMILIES.values():
        if family.sellable:
            load_style(family, checkpoint)
    renew_styles(checkpoint)


def load_palettes() -> None:
    """Make the named palettes that are missing."""
    for palette in PALETTES.values():
        Palette.objects.get_or_create(
            slug=palette.slug,
            defaults={
                "name": palette.name,
                "background": palette.background.upper(),
                "accents": [code.upper() for code in palette.accents],
                "dark": palette.dark.upper(),
            },
        )


def load_house_checkpoint() -> Checkpoint:
    """Return the checkpoint of the weights that lie in the project, made if they are new."""
    trained = (PIPELINE_DIR / "model_index.json").is_file()
    found = weights_sha256(PIPELINE_DIR) if trained else ""
    checkpoint, created = Checkpoint.objects.get_or_create(
        slug=f"house-{found[:8] or 'untrained'}",
        defaults={
            "name": "House model",
            "family": "house",
            "source": Checkpoint.Source.HOUSE,
            "sha256": found,
            "licence": "Own work of this project",
            "allows_commercial_use": True,
            "data_statement": DATA_STATEMENT,
            "capabilities": CAPABILITIES,
        },
    )
    if created:
        older = Checkpoint.objects.filter(source=Checkpoint.Source.HOUSE)
        older.exclude(pk=checkpoint.pk).update(is_active=False)
    return checkpoint


def load_style(family: FamilyInfo, checkpoint: Checkpoint) -> None:
    """Make the style of a house family unless there is one of its name."""
    style, created = Style.objects.get_or_create(
        slug=family.slug, defaults={"name": family.name, "description": family.description}
    )
    if created:
        style.current_version = StyleVersion.objects.create(
            style=style,
            number=1,
            checkpoint=checkpoint,
            motif=family.slug,
            layouts=list(family.layouts),
            finish=FINISHES.get(family.slug, "paper"),
        )
        style.save(update_fields=["current_version"])


def renew_styles(checkpoint: Checkpoint) -> None:
    """Give styles on older house weights a version that uses the present ones."""
    outdated = Style.objects.filter(
        current_version__checkpoint__source=Checkpoint.Source.HOUSE
    ).exclude(current_version__checkpoint=checkpoint)
    for style in outdated.select_related("current_version"):
        next_version(style, checkpoint=checkpoint)
