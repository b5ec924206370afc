"""Measures of a picture, one file each; the gate turns their values into a verdict.

To add one: write a class after `contract.Scorer` and list it here. A gate that names a scorer
without a value holds the picture for a person, so a new scorer can be listed before any gate uses
it; pictures that are there already get it by `manage.py rescore`. What is found against a picture,
with evidence, is in `curation/compliance/`.
"""

from curation.scorers.aesthetic import Aesthetic
from curation.scorers.composition import Composition
from curation.scorers.consistency import Consistency
from curation.scorers.contract import Scorer
from curation.scorers.diversity import Diversity
from curation.scorers.layout import Layout
from curation.scorers.palette import Palette
from curation.scorers.prompt import Prompt
from curation.scorers.technical import Cleanness, Contrast, Sharpness

SCORERS: dict[str, Scorer] = {
    scorer.name: scorer
    for scorer in (
        Prompt(),
        Palette(),
        Composition(),
        Layout(),
        Sharpness(),
        Contrast(),
        Cleanness(),
        Aesthetic(),
        Consistency(),
        Diversity(),
    )
}
