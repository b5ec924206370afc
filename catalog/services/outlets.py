"""Bundles for other outlets: start one, make it, hand it over, throw it away.

    start_export ─► items, one a work ─► prepared one by one ─► compared, packed ─► ready

Rows say how far it is, so a stopped export goes on where it was; several workers share its items.
What is compared and packed at the end is decided under a lock of the outlet, so that no two bundles
carry twins to it. A bundle of which a work was withdrawn or sold exclusively since is not handed
over any more.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Artwork, ArtworkEmbedding, OutletExport, OutletItem
from catalog.outlets import Outlet, outlet_of
from catalog.outlets.likeness import Seen, twins
from catalog.services.outlet_items import gone, prepare
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, StateConflict
from genart.lib.queue import send_on_commit

State = OutletExport.State
MOST_WORKS = 5_000
ALL_HELD = "Every work is held; the reasons stand beside them."
ZIP_TIME = (2026, 1, 1, 0, 0, 0)  # the same works, the same bytes


@transaction.atomic
def start_export(
    *, outlet: str, artwork_ids: Iterable[UUID], by: User | None = None, upscale: bool = False
) -> OutletExport:
    """Begin a bundle of works for an outlet; one that is being made of the same is returned.

    Raises:
        InvalidInput: the outlet is unknown, no work or too many were chosen, or they are to be
            enlarged for an outlet that takes none such.
    """
    target, ids = outlet_of(outlet), sorted(set(artwork_ids))
    if not ids:
        raise InvalidInput("Choose at least one work.", where="works")
    if len(ids) > MOST_WORKS:
        raise InvalidInput(f"Choose at most {MOST_WORKS} works at once.", where="works")
    if upscale and not target.may_enlarge:
        raise InvalidInput(
            target.why_not or f"{target.name} takes no enlarged works.", where="upscale"
        )
    _lock(outlet)
    options = {"upscale": upscale}
    running = OutletExport.objects.filter(outlet=outlet, state=State.MAKING, options=options)
    for export in running:
        if list(export.items.order_by("artwork_id").values_list("artwork_id", flat=True)) == ids:
            _ring(export)
            return export
    export = OutletExport.objects.create(
        outlet=outlet, rules_version=target.version, options=options, by=by
    )
    OutletItem.objects.bulk_create(OutletItem(export=export, artwork_id=pk) for pk in ids)
    _ring(export)
    return export


def make_export(*, export_id: UUID) -> OutletExport | None:
    """Prepare what is left of a bundle, then pack it. Safe to repeat and beside itself."""
    export = OutletExport.objects.filter(pk=export_id).first()
    while export is not None and export.state == State.MAKING and _prepare_next(export):
        pass
    if export is not None and not undone(export).exists():
        _finish(export.pk)
        export.refresh_from_db()
    return export


def undone(export: OutletExport) -> QuerySet[OutletItem]:
    """Return the items that nobody has looked at yet."""
    return export.items.filter(row={}, reasons=[])


def open_bundle(*, export: OutletExport) -> "File[bytes]":
    """Return the bundle to be read.

    Raises:
        StateConflict: it is not ready, or a work of it may not leave the shop any more.
    """
    if export.state != State.READY:
        raise StateConflict("This bundle is not ready yet.")
    works = Artwork.objects.filter(outletitem__export=export, outletitem__included=True)
    left = gone(works)
    if left:
        raise StateConflict(
            f"{len(left)} of its works may no longer leave the shop. Make the bundle anew."
        )
    file: File[bytes] = storages["originals"].open(export.file)
    return file


def discard_export(*, export: OutletExport) -> None:
    """Throw a bundle away that was not handed over: its works may go into another."""
    names = [export.file, *export.items.values_list("file", flat=True)]
    export.delete()
    storage = storages["originals"]
    for name in filter(None, names):
        storage.delete(name)


def licensed_elsewhere(artwork_id: UUID) -> bool:
    """Tell whether a work lies in a bundle for an outlet that licenses it to others."""
    slugs = OutletItem.objects.filter(
        artwork_id=artwork_id, included=True, export__state=State.READY
    ).values_list("export__outlet", flat=True)
    return any(outlet_of(slug).licenses for slug in set(slugs))


def ring_stopped() -> int:
    """Ring for bundles whose message was lost; return how many."""
    stopped = OutletExport.objects.filter(state=State.MAKING)
    for export in stopped:
        _ring(export)
    return len(stopped)


def _ring(export: OutletExport) -> None:
    from catalog.tasks_outlets import make_export as actor

    send_on_commit(actor, str(export.pk))


def _lock(outlet: str) -> None:
    """Let nobody else decide about this outlet until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"out:{outlet}"])


@transaction.atomic
def _prepare_next(export: OutletExport) -> bool:
    """Prepare one item that no other worker has in hand; tell whether there was one."""
    item = (
        undone(export)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("export", "artwork__render__checkpoint", "artwork__render__job",
                        "artwork__render__style_version")
        .order_by("pk")
        .first()
    )  # fmt: skip
    if item is None:
        return False
    upscale = bool(export.options.get("upscale"))
    made = prepare(item, outlet_of(export.outlet), upscale=upscale)
    item.row, item.reasons = made.row, [reason[:300] for reason in made.reasons]
    item.file, item.look = made.name, made.look
    item.save(update_fields=["row", "reasons", "file", "look"])
    return True


@transaction.atomic
def _finish(export_id: UUID) -> None:
    """Compare, choose and pack. All is decided here, under the outlet's lock."""
    outlet = outlet_of(OutletExport.objects.values_list("outlet", flat=True).get(pk=export_id))
    _lock(outlet.slug)
    export = OutletExport.objects.select_for_update(of=("self",)).get(pk=export_id)
    if export.state != State.MAKING:
        return
    items = _strongest_first(export)
    held = gone(item.artwork for item in items)
    before = [] if outlet.is_feed else list(_went_before(export))
    held |= _sent(items, before)
    free = [item for item in items if item.artwork_id not in held]
    held |= twins([_seen(item, "which is in this bundle") for item in free],
                  [_seen(item, f"which went there on {item.export.created_at:%-d %B %Y}")
                   for item in before])  # fmt: skip
    kept = [item for item in items if item.artwork_id not in held]
    kept = _fitting(kept, outlet, export, held)
    for item in items:
        item.included = item in kept
        item.reasons = [held[item.artwork_id][:300]] if item.artwork_id in held else []
    OutletItem.objects.bulk_update(items, ["included", "reasons"])
    if kept:
        _pack(export, outlet, kept)
    export.state = State.READY if kept else State.FAILED
    export.problem, export.ready_at = "" if kept else ALL_HELD, timezone.now()
    export.save()


def _strongest_first(export: OutletExport) -> list[OutletItem]:
    """Return the items that the rules let through; of twins the first stays."""
    items = export.items.filter(reasons=[]).select_related("artwork__embedding", "export")
    return sorted(items, key=lambda item: (-item.artwork.quality, item.artwork.published_at,
                                           item.artwork_id))  # fmt: skip


def _went_before(export: OutletExport) -> QuerySet[OutletItem]:
    return OutletItem.objects.filter(
        export__outlet=export.outlet, export__state=State.READY, included=True
    ).select_related("artwork__embedding", "export")


def _sent(items: Sequence[OutletItem], before: Sequence[OutletItem]) -> dict[UUID, str]:
    """Return the works that the outlet got already."""
    days = {item.artwork_id: item.export.created_at for item in before}
    return {
        item.artwork_id: f"It went there on {days[item.artwork_id]:%-d %B %Y}."
        for item in items
        if item.artwork_id in days
    }


def _seen(item: OutletItem, where: str) -> Seen:
    try:
        vector = item.artwork.embedding.vector
    except ArtworkEmbedding.DoesNotExist:
        vector = None
    return Seen(item.artwork_id, item.artwork.title, vector, item.look, where)


def _fitting(
    items: list[OutletItem], outlet: Outlet, export: OutletExport, held: dict[UUID, str]
) -> list[OutletItem]:
    """Return the items that one table of the outlet holds; the others are noted as held."""
    room = min(outlet.most_rows or MOST_WORKS, len(items))
    while room and not _fits(outlet, export, items[:room]):
        room = room * 9 // 10
    for item in items[room:]:
        held[item.artwork_id] = "The table is full: send it in another bundle."
    return items[:room]


def _fits(outlet: Outlet, export: OutletExport, items: Sequence[OutletItem]) -> bool:
    most = outlet.most_table_bytes
    tables = _tables(outlet, export, items) if most else {}
    return all(len(data) <= (most or 0) for data in tables.values())


def _tables(outlet: Outlet, export: OutletExport, items: Sequence[OutletItem]) -> dict[str, bytes]:
    rows = [item.row for item in sorted(items, key=lambda item: item.artwork.slug)]
    return outlet.tables(rows, settings.SITE_NAME, export.created_at.date())


def _pack(export: OutletExport, outlet: Outlet, items: Sequence[OutletItem]) -> None:
    """Write the zip: pictures, tables, a note for the person who hands it over."""
    texts: dict[str, bytes] = dict(_tables(outlet, export, items))
    texts["READ-ME.txt"] = _note(outlet, export, len(items)).encode()
    with tempfile.TemporaryFile() as draft:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as bundle:
            for name, data in texts.items():
                bundle.writestr(zipfile.ZipInfo(name, ZIP_TIME), data)
            for item in sorted(items, key=lambda item: item.artwork.slug):
                if item.file:
                    with storages["originals"].open(item.file) as file:
                        info = zipfile.ZipInfo(item.row["filename"], ZIP_TIME)
                        bundle.writestr(info, file.read())
        export.sha256 = _digest(draft)
        name = f"outlets/{export.pk}/{outlet.slug}.zip"
        export.file = storages["originals"].save(name, File(draft))


def _digest(file: Any) -> str:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def _note(outlet: Outlet, export: OutletExport, count: int) -> str:
    steps = [f"{number}. {step}" for number, step in enumerate(outlet.by_hand, start=1)]
    pages = [f"- {page.name}: {page.url}" for page in outlet.pages]
    return "\n".join(
        [
            f"{count} works for {outlet.name}, {export.created_at:%-d %B %Y}",
            "",
            "What is left to do by hand:",
            *steps,
            "",
            f"Checked by the rules of {outlet.version}, read from:",
            *pages,
            "",
        ]
    )
