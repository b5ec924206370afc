"""Finds marks of the register in a picture: places, then candidates, then proof.

1. A small network says where a mark may stand (`spots_of`); it knows no mark by name.
2. Another turns each place into a vector, by which the register proposes marks (`register.py`).
3. Each proposed silhouette is laid over the place in every turn and size; how well it explains the
   colours there is what counts most (`matching.py`).

The networks were trained by `manage.py train_marks` on compositions of our own; `weights/README.md`
is their card. What the numbers mean is judged in `curation/compliance/logos.py`.
"""

from pathlib import Path
from weakref import WeakKeyDictionary

from curation.compliance.contract import Subject
from genart.ml.marks import finding
from genart.ml.marks.finding import Spot

WEIGHTS = Path(__file__).parent / "weights"
MOST_SPOTS = 5

_seen: "WeakKeyDictionary[Subject, list[Spot]]" = WeakKeyDictionary()


def regions_of(subject: Subject) -> list[Spot]:
    """Return the places of a picture where a mark may stand, likeliest first; asked once."""
    if subject not in _seen:
        _seen[subject] = finding.spots(WEIGHTS, subject.pixels, MOST_SPOTS)
    return _seen[subject]
