"""The shelves of the shop: one category for each work, by its family. Data only.

Outlets have categories of their own; their rule tables name these slugs.
"""

CATEGORIES = {
    "abstract": {"en": "Abstract", "de": "Abstrakt", "fr": "Abstrait"},
    "geometric": {"en": "Geometric", "de": "Geometrisch", "fr": "Géométrique"},
    "pattern": {"en": "Pattern", "de": "Muster", "fr": "Motif"},
    "landscape": {"en": "Landscape", "de": "Landschaft", "fr": "Paysage"},
    "sky": {"en": "Sky and night", "de": "Himmel und Nacht", "fr": "Ciel et nuit"},
    "botanical": {"en": "Botanical", "de": "Pflanzen", "fr": "Botanique"},
    "still-life": {"en": "Still life", "de": "Stillleben", "fr": "Nature morte"},
    "places": {"en": "Places", "de": "Orte", "fr": "Lieux"},
}
"""Slug → its name by language; a work of no known family is `abstract`."""


def category_name(slug: str, language: str = "en") -> str:
    """Return what a category is called; an unknown one is called by its slug."""
    names = CATEGORIES.get(slug, {})
    return names.get(language) or names.get("en") or slug
