"""Fills the registers of words: names from the seed list, marks from exports of trademark offices.

Nothing is ever removed: a name or mark that no longer counts is set inactive.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from django.db import transaction

from curation.compliance.trademarks import Entry, entries
from curation.compliance.vocabulary import SOURCE, Name, seed_names
from curation.models import Mark, ScreenTerm
from genart.lib.errors import InvalidInput
from genart.lib.lookalikes import key_of

BATCH = 1000
LONGEST = 200


@transaction.atomic
def load_seed_names() -> int:
    """Add the names and wordmarks that come with the project, where missing. Return how many.

    What an admin changed or switched off stays so. Safe to repeat.
    """
    names = list(seed_names())
    known = set(ScreenTerm.objects.values_list("kind", "key"))
    terms = [_term(name) for name in names if (name.kind, key_of(name.name)) not in known]
    made = len(ScreenTerm.objects.bulk_create(terms, ignore_conflicts=True))
    marks = [mark for name in names if name.kind == "brand" for mark in _seed_marks(name)]
    numbers = set(Mark.objects.filter(source=SOURCE).values_list("number", flat=True))
    fresh = [mark for mark in marks if mark.number not in numbers]
    return made + len(Mark.objects.bulk_create(fresh, ignore_conflicts=True))


def _term(name: Name) -> ScreenTerm:
    return ScreenTerm(
        kind=name.kind,
        name=name.name,
        key=key_of(name.name),
        aliases=list(name.aliases),
        harmless=list(name.harmless),
        is_common_word=name.is_common_word,
        source=SOURCE,
    )


def _seed_marks(name: Name) -> Iterator[Mark]:
    """Return wordmarks for a brand: its name and its other names in Latin letters.

    Their classes are left empty, which means unknown: the list was not taken from a register.
    """
    plain = [form for form in (name.name, *name.aliases) if " + " not in form and form.isascii()]
    for form in dict.fromkeys([name.name, *plain]):
        if key := key_of(form):
            yield Mark(kind="word", name=form, key=key, source=SOURCE, number=f"word-{key}"[:40])


@transaction.atomic
def keep_term(*, term: ScreenTerm) -> ScreenTerm:
    """Write a name that an admin entered, with the key by which it is compared.

    Raises:
        InvalidInput: nothing is left of it as a key, or it is known already.
    """
    term.name = term.name.strip()
    term.key = key_of(term.name)[:120]
    if not term.key:
        raise InvalidInput("Write the name in letters or digits.", where="name")
    same = ScreenTerm.objects.filter(kind=term.kind, key=term.key).exclude(pk=term.pk)
    if same.exists():
        raise InvalidInput(f"{term.name} is in the register already.", where="name")
    term.save()
    return term


# -- trademark registers -------------------------------------------------------------------------


@dataclass
class Report:
    """What an import did.

    Attributes:
        seen: entries read, those of an earlier, broken-off run included.
        written: marks added or brought up to date.
        dead: of these, marks that no longer stand.
        wordless: entries without words, or without a number: left out.
        resumed: entries that an earlier run had done.
    """

    seen: int = 0
    written: int = 0
    dead: int = 0
    wordless: int = 0
    resumed: int = 0


def import_marks(
    *,
    path: Path,
    source: str,
    restart: bool = False,
    tell: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Bring the register of wordmarks up to date with an office's export.

    Each batch is one transaction, and how far the import came is kept beside the file
    (`FILE.progress`): broken off, it goes on there. Safe to repeat: a mark is one row for each
    source and number.

    Args:
        path: `.xml` of the USPTO, else a table with headings.
        source: the register's short name, such as `uspto`.
        restart: begin at the first entry, whatever an earlier run did.
        tell: called after each batch.

    Raises:
        InvalidInput: the file is in neither form; what was written before stays.
    """
    progress = path.with_name(f"{path.name}.progress")
    report = Report() if restart else _resumed(progress, path)
    rows = islice(entries(path), report.seen, None)
    while batch := list(islice(rows, BATCH)):
        _write_marks(batch, source, report)
        progress.write_text(json.dumps({"bytes": path.stat().st_size, **asdict(report)}))
        tell(report)
    progress.unlink(missing_ok=True)
    return report


def _resumed(progress: Path, path: Path) -> Report:
    """Return how far an earlier run came with this very file."""
    try:
        kept = json.loads(progress.read_text())
        if kept.pop("bytes") != path.stat().st_size:
            return Report()
        report = Report(**kept)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return Report()
    report.resumed = report.seen
    return report


@transaction.atomic
def _write_marks(batch: Iterable[Entry], source: str, report: Report) -> None:
    """Write one batch; of an entry that comes twice the last counts."""
    marks: dict[str, Mark] = {}
    for entry in batch:
        report.seen += 1
        key = key_of(entry.name)[:LONGEST]
        if not key or not entry.number:
            report.wordless += 1
            continue
        marks[entry.number] = _mark(entry, key, source)
    Mark.objects.bulk_create(
        marks.values(),
        update_conflicts=True,
        unique_fields=["source", "number", "kind"],
        update_fields=["name", "key", "owner", "nice_classes", "is_active"],
    )
    report.written += len(marks)
    report.dead += sum(not mark.is_active for mark in marks.values())


def _mark(entry: Entry, key: str, source: str) -> Mark:
    if len(source) > 40 or not source:
        raise InvalidInput("Name the register in 1 to 40 letters.", where="source")
    return Mark(
        kind=Mark.Kind.WORD,
        name=entry.name[:LONGEST],
        key=key,
        owner=entry.owner[:LONGEST],
        nice_classes=list(entry.classes),
        source=source,
        number=entry.number[:40],
        is_active=entry.is_live,
    )
