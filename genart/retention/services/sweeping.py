"""The storage sweep: files that no row names are noticed, parked after a grace period, deleted.

    not named ──► noticed ──LEFTOVERS days──► parked ──PARKED days──► deleted
                     ▲                          │
       named again ──┴── forgotten      named again ──► put back

Files are listed before rows are read, so a file that comes with its row meanwhile is not even
noticed. A writer that stores a file and dies is given the whole grace; one that stores it anew
makes it young again. Parking is the second look: whatever is named after all comes back with its
bytes. Only folders that this factory writes are looked at. Safe to repeat and beside itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction

from genart.backup.files import names
from genart.integrity.naming import OF_RENDER, named_in
from genart.retention.models import Forgotten, Leftover
from genart.retention.parking import move
from generation.models import Render

FOLDERS = {
    "originals": ("renders/", "signed/", "delivered/", "outlets/", "appraisals/", "criteria/",
                  "marks/", "protected/", "followed/", "exports/"),
    "default": ("art/",),
}  # fmt: skip
"""Where this factory writes; a file anywhere else is told of and never touched."""
BATCH = 1_000


@dataclass(slots=True)
class Report:
    """What a sweep did, or would do: names as `storage name`."""

    noticed: list[str] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    put_back: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    bytes: int = 0


def sweep_storage(*, now: datetime, dry: bool = False) -> Report:
    """Look at every stored file once; return what became of those that no row names.

    Args:
        now: the moment from which ages are counted.
        dry: whether nothing may change.
    """
    report = Report()
    for alias in FOLDERS:
        there = set(_listed(alias, report))
        named = named_in(alias)  # after the list: what came meanwhile is named by now
        _put_back(alias, named, there, report, dry)
        _forget_named(alias, named, there, dry)
        _notice(alias, there - named, now, report, dry)
        _park(alias, named, now, report, dry)
    _delete(now, report, dry)
    return report


def _listed(alias: str, report: Report) -> Iterator[str]:
    """Yield the files of a storage that lie where this factory writes."""
    for name in names(storages[alias]):
        if name.startswith(FOLDERS[alias]):
            yield name
        elif not name.startswith(f"{Leftover.PARKED}/"):
            report.foreign.append(f"{alias} {name}")


def _put_back(alias: str, named: set[str], there: set[str], report: Report, dry: bool) -> None:
    """Bring parked files back that a row names after all."""
    for row in Leftover.objects.filter(storage=alias).exclude(parked_at=None):
        if row.name not in named:
            continue
        report.put_back.append(str(row))
        if dry:
            continue
        if row.name in there:  # written anew: the old bytes are of no use
            storages["originals"].delete(row.parked_name)
        else:
            move(("originals", row.parked_name), (alias, row.name))
        row.delete()


def _forget_named(alias: str, named: set[str], there: set[str], dry: bool) -> None:
    """Forget noticed files that are named by now, or gone."""
    noticed = Leftover.objects.filter(storage=alias, parked_at=None)
    done = [row.pk for row in noticed.iterator() if row.name in named or row.name not in there]
    if not dry:
        Leftover.objects.filter(pk__in=done).delete()


def _notice(alias: str, unnamed: Iterable[str], now: datetime, report: Report, dry: bool) -> None:
    """Write down files that no row names, but those of renders that go on: these are replaced."""
    known = set(Leftover.objects.filter(storage=alias).values_list("name", flat=True))
    fresh = sorted(set(unnamed) - known)
    working = _going_on(fresh)
    fresh = [name for name in fresh if _render_of(name) not in working]
    report.noticed += [f"{alias} {name}" for name in fresh]
    if dry:
        return
    rows = (Leftover(storage=alias, name=name, noticed_at=now) for name in fresh)
    Leftover.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _park(alias: str, named: set[str], now: datetime, report: Report, dry: bool) -> None:
    """Put aside what was noticed long ago and not written since."""
    before = now - timedelta(days=settings.RETENTION_DAYS["LEFTOVERS"])
    old = Leftover.objects.filter(storage=alias, parked_at=None, noticed_at__lte=before)
    working = _going_on(old.values_list("name", flat=True))
    for row in old:
        if row.name in named or _render_of(row.name) in working:
            continue
        size = _size_if_old(alias, row.name, before)
        if size is None:
            continue
        report.parked.append(str(row))
        if not dry:
            Leftover.objects.filter(pk=row.pk).update(parked_at=now, size_bytes=size)
            move((alias, row.name), ("originals", row.parked_name))


def _delete(now: datetime, report: Report, dry: bool) -> None:
    """Delete what was parked long enough and is named by nothing; write down how much first."""
    before = now - timedelta(days=settings.RETENTION_DAYS["PARKED"])
    old = list(Leftover.objects.filter(parked_at__lte=before))
    report.deleted += [str(row) for row in old]
    report.bytes += sum(row.size_bytes for row in old)
    if dry or not old:
        return
    with transaction.atomic():
        Forgotten.objects.create(
            rule="leftovers", files=len(old), bytes=report.bytes, before=before
        )
    for row in old:
        storages["originals"].delete(row.parked_name)
        row.delete()


def _size_if_old(alias: str, name: str, before: datetime) -> int | None:
    """Return a file's size; `None` where it is gone, or was written again since."""
    storage = storages[alias]
    try:
        if storage.get_modified_time(name) > before:
            return None
        return storage.size(name)
    except FileNotFoundError:
        return None


def _render_of(name: str) -> str:
    """Return the id of the render to which a file's name belongs, or nothing."""
    found = OF_RENDER.match(name)
    return found[1] if found else ""


def _going_on(found: Iterable[str]) -> set[str]:
    """Return which renders of files are still to be made: their next try writes over these."""
    ids = {render for render in map(_render_of, found) if render}
    states = (Render.State.QUEUED, Render.State.RENDERING)
    going = Render.objects.filter(pk__in=ids, state__in=states).values_list("pk", flat=True)
    return {str(pk) for pk in going}
