"""Which registered wordmark does the lettering in a picture show?

What was read (`lettering.py`) is compared with the register: by key, then by trigrams and a
distance in which letters that look alike cost little. Everyday words and very short marks must be
read exactly. Lettering that matches nothing is a finding of its own: this art holds none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from curation.compliance.contract import Finding, Subject
from curation.compliance.lettering import VERSION, Line
from curation.compliance.misreading import misreading
from curation.compliance.provenance import never_taught
from curation.compliance.vocabulary import everyday
from curation.models import Flag, Mark
from genart.lib.lookalikes import fold, key_of

CLASSES = (9, 16, 24, 25, 35, 41, 42)
"""Nice classes of what the shop sells: downloads, prints, textiles, clothing, retail, services."""
RELEVANT = Q(nice_classes__overlap=list(CLASSES)) | Q(nice_classes=[])
"""Marks for such goods, and those whose classes are not known."""
READ_AT_ALL, READ_SURELY, DOUBT = 0.6, 0.8, 0.15
"""How sure a reading must be to be compared, and to be lettering of its own; what it loses where
no second way of reading agrees."""
LEAST_LETTERS, LEAST_FUZZY, NEAR_LIMIT = 3, 5, 12
SIMILARITY, SHORT_SIMILARITY, SHORT = 0.4, 0.3, 6
"""Least trigram similarity by which the index finds what is then measured, and the one for words
of at most so many letters: one changed letter costs them a larger share."""


@dataclass(frozen=True)
class Match:
    """A mark that a reading may show.

    Attributes:
        mark: the row of the register.
        read: what was read, as it was compared.
        distance: 0 exact, else edits, those between look-alike letters at half price.
    """

    mark: Mark
    read: str
    distance: float


class WordmarkDetector:
    """Registered wordmarks, and any other lettering."""

    name, version = "wordmarks", f"1+{VERSION}"
    title = "Wordmarks and lettering"
    explains = "Reads the words in the picture and looks them up in the register of marks."

    def skips(self, subject: Subject) -> str:
        """Return why there can be no lettering, or an empty string."""
        return never_taught(subject.render, "lettering")

    def inspect(self, subject: Subject) -> list[Finding]:
        """Return a finding for each mark, and for each further line that is surely lettering."""
        from curation.compliance import lettering

        lines = lettering.lines_of(subject.pixels)
        height, width = subject.pixels.shape[:2]
        return list(self.findings(lines, width, height))

    def findings(self, lines: Iterable[Line], width: int, height: int) -> Iterator[Finding]:
        """Judge what was read in a picture of a size."""
        for line in lines:
            match = best_match(line)
            box = line.box.share_of(width, height)
            if match is not None:
                yield self._marked(line, match, box)
            elif settings.LETTERING_HOLDS and is_lettering(line):
                yield Finding(
                    Flag.Kind.LETTERING,
                    f"{self.name}@{self.version}",
                    "hold",
                    f"It shows lettering: “{line.text[:80]}”. This art should hold none.",
                    score=round(line.score, 3),
                    box=box,
                    evidence={"readings": _readings(line), "found": round(line.box.score, 3)},
                )

    def _marked(self, line: Line, match: Match, box: tuple[float, float, float, float]) -> Finding:
        mark = match.mark
        owner = f" of {mark.owner}" if mark.owner else ""
        likeness = max(0.0, 1 - match.distance / max(len(mark.key), 1))
        return Finding(
            Flag.Kind.WORDMARK,
            f"{self.name}@{self.version}",
            "hold",
            f"It shows “{line.text[:60]}”: the mark {mark.name[:80]}{owner[:90]}.",
            score=round(line.score * likeness, 3),
            box=box,
            mark_id=mark.pk,
            evidence={
                "readings": _readings(line),
                "compared": match.read,
                "distance": round(match.distance, 2),
                "mark": mark.name,
                "owner": mark.owner,
                "classes": mark.nice_classes,
                "register": f"{mark.source} {mark.number}",
                "found": round(line.box.score, 3),
            },
        )


def _readings(line: Line) -> list[list[str | float]]:
    return [[text, round(score, 3)] for text, score in line.readings]


def is_lettering(line: Line) -> bool:
    """Tell whether a line is surely words: read twice alike, letters enough, not all the same."""
    letters = [letter for letter in fold(line.text)[0] if "a" <= letter <= "z"]
    share = len(letters) / max(1, len(line.text.replace(" ", "")))
    enough = len(letters) >= LEAST_LETTERS and len(set(letters)) >= LEAST_LETTERS
    return enough and share >= 0.7 and line.score >= READ_SURELY and line.agrees


def best_match(line: Line) -> Match | None:
    """Return the mark that the readings of a line show, the nearest if there are several."""
    doubt = 0.0 if line.agrees else DOUBT
    sure = [text for text, score in line.readings if score - doubt >= READ_AT_ALL]
    found = [match for text in dict.fromkeys(sure) if (match := matched(text))]
    return min(found, key=lambda match: match.distance, default=None)


# -- looking up --------------------------------------------------------------------------------


def matched(text: str) -> Match | None:
    """Return the mark that a line of text shows, the nearest if there are several."""
    keys = _keys(text)
    exact = _exact(keys)
    if exact:
        return exact
    near = [match for key in keys if len(key) >= LEAST_FUZZY for match in nearest(key)]
    return min(near, key=lambda match: match.distance, default=None)


def _keys(text: str) -> list[str]:
    """Return what a line is compared by: the whole, each word, and neighbouring words."""
    words = [key for word in text.replace("-", " - ").split() if (key := key_of(word))]
    runs = [
        "".join(words[first:last])
        for length in (len(words), 3, 2, 1)
        for first in range(len(words) - length + 1)
        for last in (first + length,)
        if length <= len(words)
    ]
    return [key for key in dict.fromkeys(runs) if len(key) >= LEAST_LETTERS - 1]


def _exact(keys: Sequence[str]) -> Match | None:
    """Return the mark with the longest key among some."""
    rows = Mark.objects.filter(RELEVANT, kind=Mark.Kind.WORD, is_active=True, key__in=keys)
    longest = sorted(rows, key=lambda mark: (-len(mark.key), mark.pk))
    whole = keys[0] if keys else ""
    for mark in longest:
        short = len(mark.key) < LEAST_LETTERS or mark.key in everyday()
        if not short or mark.key == whole:
            return Match(mark, mark.key, 0.0)
    return None


def nearest(key: str) -> list[Match]:
    """Return marks whose name could have been misread as a key, nearest first."""
    found = []
    for mark in similar_marks(key):
        if mark.key in everyday() or len(mark.key) < LEAST_FUZZY:
            continue
        allowed = tolerance(len(mark.key))
        distance = misreading(key, mark.key, allowed)
        if distance <= allowed:
            found.append(Match(mark, key, distance))
    return sorted(found, key=lambda match: match.distance)


def tolerance(length: int) -> float:
    """Return how far a reading of a name of so many letters may be from it."""
    return 1.0 if length < 8 else 2.0


def similar_marks(key: str) -> list[Mark]:
    """Return marks by trigram similarity, through the index."""
    with transaction.atomic(), connection.cursor() as cursor:
        least = SHORT_SIMILARITY if len(key) <= SHORT else SIMILARITY
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(least)])
        rows = Mark.objects.filter(
            RELEVANT, kind=Mark.Kind.WORD, is_active=True, key__trigram_similar=key
        )
        ranked = rows.extra(
            select={"alike": "similarity(key, %s)"}, select_params=[key], order_by=["-alike"]
        )
        return list(ranked[:NEAR_LIMIT])
