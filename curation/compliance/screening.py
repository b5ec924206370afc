"""The names in force: the screen as the register stands, and the detector for what was asked for.

The register is read again whenever it has changed; a process keeps the screen that it built.
"""

from django.db import connection

from curation.compliance.contract import Finding, Subject
from curation.compliance.reading import Hit, Reading
from curation.compliance.screen import LEAST_KEY, MOST_WORDS, Screen
from curation.compliance.vocabulary import SOURCE, Name, everyday
from curation.compliance.wordmarks import RELEVANT
from curation.models import Flag, Mark, ScreenTerm
from genart.lib.lookalikes import fold

KINDS = {"artist": "an artist", "person": "a person", "character": "a character",
         "brand": "a brand", "mark": "a registered mark"}  # fmt: skip
REMEDY = "Describe what is to be seen instead: shapes, colours, light, mood."
_kept: tuple[tuple[int, ...], Screen] | None = None


def names_in(text: str) -> list[Hit]:
    """Return the names and registered marks that a text uses."""
    hits = screen().look(text)
    said = {hit.term.casefold() for hit in hits}
    return [*hits, *(hit for hit in _marks_in(text) if hit.term.casefold() not in said)]


def objection_to(text: str) -> str | None:
    """Return a sentence that says which name a text uses and what to do, or `None`."""
    for hit in names_in(text):
        seen = text[hit.start : hit.end]
        told = "" if hit.normalised.casefold() in hit.term.casefold() else f" for {hit.term}"
        return f"“{seen}” stands{told or f' for {hit.term}'}, {KINDS[hit.kind]}. {REMEDY}"
    return None


def screen() -> Screen:
    """Return the screen for the register as it stands."""
    global _kept
    stamp = _stamp()
    if _kept is None or _kept[0] != stamp:
        _kept = stamp, Screen(_names())
    return _kept[1]


def _stamp() -> tuple[int, ...]:
    """Return numbers that change with every change of the register: rows, newest transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(max(xmin::text::bigint), 0), coalesce(max(id), 0)"
            " FROM curation_screenterm"
        )
        return tuple(cursor.fetchone())


def _names() -> list[Name]:
    rows = ScreenTerm.objects.filter(is_active=True)
    return [
        Name(row.kind, row.name, tuple(row.aliases), tuple(row.harmless), row.is_common_word)
        for row in rows
    ]


def _marks_in(text: str) -> list[Hit]:
    """Return registered wordmarks that a text uses; a whole register is far wider than the seed.

    Registers hold thousands of ordinary and rare words. A mark of one word therefore counts only
    beside a word such as “logo”, one of several words wherever one of them is no everyday word.
    """
    folded, places = fold(text)
    reading = Reading(text, folded, places, 0)
    runs = {key: run for run in _runs(reading) if (key := _key(reading, *run))}
    rows = Mark.objects.filter(RELEVANT, kind=Mark.Kind.WORD, is_active=True, key__in=list(runs))
    hits = []
    for name, key in rows.exclude(source=SOURCE).values_list("name", "key").distinct():
        first, last = runs[key]
        start, end = reading.tokens[first].start, reading.tokens[last].end
        hits.append(reading.hit(Name("mark", name), start, end, "its name"))
    return hits


def _runs(reading: Reading) -> list[tuple[int, int]]:
    """Return runs of neighbouring words that might be a mark: first and last word."""
    count = len(reading.tokens)
    several = [
        (first, last)
        for first in range(count)
        for last in range(first + 1, min(count, first + MOST_WORDS - 1))
        if not all(reading.plain[first : last + 1])
    ]
    return several + [(at, at) for at in range(count) if reading.cued(at, at, "brand")]


def _key(reading: Reading, first: int, last: int) -> str:
    key = "".join(reading.words[first : last + 1])
    return key if len(key) > LEAST_KEY and key not in everyday() | {""} else ""


class PromptDetector:
    """Names in the prompt, the subject and the title of the job."""

    name, version = "prompt", "1"
    title = "Names"
    explains = "Whether what was asked for names an artist, a person, a character or a brand."

    def skips(self, subject: Subject) -> str:
        """Skip while the register is empty."""
        return "" if ScreenTerm.objects.exists() else "The register of names is empty."

    def inspect(self, subject: Subject) -> list[Finding]:
        """Return a finding for each name, with where it stands and how it was recognised."""
        render = subject.render
        texts = {"prompt": render.prompt, "subject": render.subject, "title": render.job.title}
        found: dict[str, Finding] = {}
        for field, text in texts.items():
            for hit in names_in(text):
                found.setdefault(hit.term, self._finding(field, text, hit))
        return list(found.values())

    def _finding(self, field: str, text: str, hit: Hit) -> Finding:
        seen = text[hit.start : hit.end]
        message = f"The {field} says “{seen[:80]}”: {hit.term}, {KINDS[hit.kind]} ({hit.why})."
        evidence = {
            "field": field,
            "span": [hit.start, hit.end],
            "text": text[:500],
            "term": hit.term,
            "kind": hit.kind,
            "normalised": hit.normalised,
            "why": hit.why,
        }
        detector = f"{self.name}@{self.version}"
        return Finding(Flag.Kind.PROMPT, detector, "hold", message[:300], evidence=evidence)
