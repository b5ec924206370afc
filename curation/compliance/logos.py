"""Does a picture show a logo of the register?

How sure the finder is of a place, the likeness of vectors and the explained share of the colours
(see `markfinder/`) are three numbers for each proposed mark at each place; how intricate the mark
is is a fourth, for a disc is found in any art. One fitted line through them (`markfinder/line.py`)
says which mark it is, another whether there is one. A finding sends the picture to a person, who
sees the place.
"""

from dataclasses import dataclass

import numpy as np

from curation.compliance.contract import Finding, Subject
from curation.compliance.markfinder import WEIGHTS, matching, regions_of
from curation.compliance.markfinder.line import digest, lines
from curation.compliance.markfinder.matching import Match
from curation.compliance.markfinder.register import (
    Register,
    intricacy_of,
    register,
    shape_of,
    silhouette_of,
)
from curation.compliance.provenance import never_taught
from curation.models import Flag
from genart.ml.marks import finding
from genart.ml.marks.finding import Spot

PROPOSED = 60
"""Marks that the register proposes for a place."""
LOOKED_AT = 3
"""Of these, how many get the finer look, at the best places."""
CLOSER = (0.84, 1.0, 1.2)
"""Sizes of the crops around a place, beside the place, that are turned into vectors."""


@dataclass(frozen=True)
class Proof:
    """One mark at one place: how alike, how intricate, how well it explains the colours."""

    index: int
    spot: Spot
    likeness: float
    intricacy: float
    match: Match

    @property
    def numbers(self) -> dict[str, float]:
        """Return what is known of the proof, as the fitted lines read it."""
        return {
            "place": self.spot.score,
            "likeness": self.likeness,
            "share": self.match.share,
            "intricacy": self.intricacy,
        }

    @property
    def order(self) -> float:
        """Return by what proofs are sorted, likeliest mark first."""
        return lines(WEIGHTS).order(self.numbers)

    @property
    def likely(self) -> float:
        """Return the probability that a mark is there."""
        return lines(WEIGHTS).likely(self.numbers)


class LogoDetector:
    """Logos, by retrieval and by laying their silhouettes over the picture."""

    name, version = "logos", f"2+{finding.version(WEIGHTS)}{digest(WEIGHTS)}"
    title = "Logos"
    explains = "Looks for logos of the register of marks, in any colour."

    def skips(self, subject: Subject) -> str:
        """Return that there can be none, or none to compare with, or an empty string."""
        never = never_taught(subject.render, "logos")
        return never or ("No logo is registered." if register().is_empty else "")

    def inspect(self, subject: Subject) -> list[Finding]:
        """Return one finding for each place that likely shows a logo."""
        known = register()
        proofs = [
            proof for proof in proofs_of(subject, known) if proof.likely >= lines(WEIGHTS).sure
        ]
        return [self._finding(proof, known) for proof in apart(proofs)]

    def _finding(self, proof: Proof, known: Register) -> Finding:
        name = known.names[proof.index]
        evidence = {
            "name": name,
            "likeness": round(proof.likeness, 4),
            "intricacy": round(proof.intricacy, 2),
            "explained": round(proof.match.share, 4),
            "angle": proof.match.angle,
            "place": round(proof.spot.score, 4),
        }
        return Finding(
            Flag.Kind.LOGO,
            f"{self.name}@{self.version}",
            "hold",
            f"It may show the logo of {name}.",
            round(proof.likely, 4),
            within(proof.spot),
            known.ids[proof.index],
            evidence,
        )


def proofs_of(subject: Subject, known: Register) -> list[Proof]:
    """Return the best proofs that a picture gives, likeliest first."""
    from genart.ml.marks.dataset import crop_around  # loads torch

    places = regions_of(subject)
    pixels = subject.pixels
    crops = [
        crop_around(pixels, in_pixels(spot, pixels), matching.MARGIN * size)
        for spot in places
        for size in CLOSER
    ]
    vectors = finding.vectors(WEIGHTS, crops).reshape(len(places), len(CLOSER), -1)
    rough = []
    for spot, views in zip(places, vectors, strict=True):
        rough += rough_proofs(pixels, spot, known.nearest(views, PROPOSED), known)
    rough.sort(key=lambda item: -item[0].order)
    fine = [
        Proof(
            proof.index,
            proof.spot,
            proof.likeness,
            proof.intricacy,
            matching.refined(numbers, silhouette_of(known.drawn[proof.index]), proof.match),
        )
        for proof, numbers in rough[:LOOKED_AT]
    ]
    return sorted(fine, key=lambda proof: -proof.order)


def rough_proofs(
    pixels: matching.Pixels, spot: Spot, near: list[tuple[int, float]], known: Register
) -> list[tuple[Proof, "np.ndarray[tuple[int, int], np.dtype[np.intp]]"]]:
    """Return the best two proofs at a place after a coarse look, with the place's colours."""
    numbers = matching.parted(field_of(pixels, in_pixels(spot, pixels)))
    shapes = np.stack([shape_of(known.drawn[index]) for index, _ in near])
    matches = matching.best_matches(numbers, shapes)
    proofs = [
        Proof(index, spot, likeness, intricacy_of(known.drawn[index]), match)
        for (index, likeness), match in zip(near, matches, strict=True)
    ]
    return [(proof, numbers) for proof in sorted(proofs, key=lambda proof: -proof.order)[:2]]


def apart(proofs: list[Proof]) -> list[Proof]:
    """Return the likeliest proof of each place; places that share half are one."""
    kept: list[Proof] = []
    for proof in proofs:
        if all(shared(proof.spot.box, other.spot.box) < 0.5 for other in kept):
            kept.append(proof)
    return kept


def shared(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return how much of the smaller box lies in the other."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    smaller = min(one[2] * one[3], other[2] * other[3])
    return max(0.0, wide) * max(0.0, high) / max(smaller, 1e-9)


def in_pixels(spot: Spot, pixels: matching.Pixels) -> tuple[float, float, float, float]:
    """Return a place's box in pixels."""
    height, width = pixels.shape[:2]
    left, top, wide, high = spot.box
    return left * width, top * height, wide * width, high * height


def within(spot: Spot) -> tuple[float, float, float, float]:
    """Return a place's box in shares, cut to the picture."""
    left, top = max(0.0, spot.box[0]), max(0.0, spot.box[1])
    right, low = min(1.0, spot.box[0] + spot.box[2]), min(1.0, spot.box[1] + spot.box[3])
    return round(left, 4), round(top, 4), round(right - left, 4), round(low - top, 4)


def field_of(pixels: matching.Pixels, box: tuple[float, float, float, float]) -> matching.Pixels:
    """Return the square around a box that `matching` parts into colours."""
    import cv2

    left, top, width, height = box
    side = max(width, height) * matching.WIDE
    x, y, scale = left + width / 2 - side / 2, top + height / 2 - side / 2, matching.FIELD / side
    if scale < 0.6:
        half = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return field_of(half, (left / 2, top / 2, width / 2, height / 2))
    turn = np.array([[scale, 0, -x * scale], [0, scale, -y * scale]])
    size = (matching.FIELD, matching.FIELD)
    return np.asarray(cv2.warpAffine(pixels, turn, size, borderMode=cv2.BORDER_REPLICATE))
