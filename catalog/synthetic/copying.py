"""Write made-up works by COPY: a million rows in minutes, since no index is kept meanwhile.

Runs as the owner of the tables: the triggers of the index of the shelf are off while it writes
what they would, and the indexes of the words and vectors are built once, at the end.
"""

import hashlib
import json
import math
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.text import slugify

from catalog.models import (
    Artwork,
    ArtworkEmbedding,
    ArtworkStats,
    Collection,
    SearchWord,
    ShelfEntry,
)
from catalog.services.indexing import SEARCH_CONFIG, plain_words
from catalog.services.shelving import fold_all
from catalog.synthetic.plan import FAMILIES, SIZES, SLUGS, Plan, Work
from generation.models import Job, Render, StyleVersion

BUILT_LAST = (
    (ShelfEntry, "entry_words"), (ShelfEntry, "entry_title"),
    (ArtworkEmbedding, "artwork_embedding_half"), (Artwork, "artwork_title_trgm"),
)  # fmt: skip
TRIGGERS = ("catalog_artwork", "catalog_artworkstats")
TEXTS = ("description", "alt_text", "category", "placeholder", "withdrawn_reason", "withdrawn_by")
BATCH = 20_000
Say = Callable[[str], Any]


class Loader:
    """Writes the works of a plan.

    Args:
        plan: what to write.
        version_of: the style version of each family, in their order.
        job: whose renders they are said to be.
        say: told what is done.
    """

    def __init__(
        self, plan: Plan, *, version_of: list[StyleVersion], job: Job, say: Say = print
    ) -> None:
        self.plan, self.version_of, self.job, self.say = plan, version_of, job, say
        self.stems: dict[str, str] = {}

    def load(self) -> None:
        """Write everything, build the indexes, fold the facets, and gather statistics."""
        started = time.monotonic()
        with connection.cursor() as cursor:
            # Constraints between rows are checked by construction here, a million times cheaper.
            cursor.execute("SET session_replication_role = replica")
            for _model, name in BUILT_LAST:
                cursor.execute(f'DROP INDEX IF EXISTS "{name}"')
            batch: list[Work] = []
            for series in self.plan.works():
                self._collection(series[0])
                batch += series
                if len(batch) >= BATCH:
                    self._write(cursor, batch)
                    batch = []
                    self.say(f"{series[-1].place + 1} rows, {time.monotonic() - started:.0f} s")
            self._write(cursor, batch)
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('catalog_shelfentry', 'ordinal'),"
                " (SELECT max(ordinal) FROM catalog_shelfentry))"
            )
        build_indexes(self.say)

    def _collection(self, first: Work) -> None:
        """Make the collection of a series."""
        family = FAMILIES[first.style]
        Collection.objects.create(
            pk=first.series + 1,
            slug=f"synthetic-{first.series + 1}",
            title=f"{family.nouns[0].text} {first.series + 1} (synthetic)",
        )

    def _write(self, cursor: Any, works: list[Work]) -> None:
        """Copy works and everything that hangs on them."""
        if not works:
            return
        ids = [uuid.UUID(bytes=hashlib.md5(b"synthetic%d" % w.place).digest()) for w in works]  # noqa: S324
        self._learn(cursor, works)
        pairs = list(zip(ids, works, strict=True))
        self._renders(cursor, pairs)
        self._copy(cursor, Artwork, [self._artwork(key, work) for key, work in pairs])
        self._copy(
            cursor,
            ShelfEntry,
            [
                {"ordinal": w.place + 1, "artwork_id": key, "quality": w.quality,
                 "words": self._vector(w)}
                for key, w in pairs
            ],
        )  # fmt: skip
        self._copy(
            cursor,
            ArtworkStats,
            [
                {"artwork_id": key, "views": w.views, "sales": w.sales,
                 "undiscovered": undiscovered(w.quality, w.views, w.published_at)}
                for key, w in pairs
            ],
        )  # fmt: skip
        self._copy(
            cursor,
            ArtworkEmbedding,
            [{"artwork_id": key, "vector": _numbers(work)} for key, work in pairs],
        )

    def _renders(self, cursor: Any, pairs: list[tuple[uuid.UUID, Work]]) -> None:
        """Copy one render for each work: said to be made, of a file that does not exist."""
        rows = []
        for key, work in pairs:
            version = self.version_of[work.style]
            width, height = SIZES[work.orientation][work.size]
            rows.append(
                {"id": key, "job_id": self.job.pk, "index": work.place, "lane": "standard",
                 "style_version_id": version.pk, "checkpoint_id": version.checkpoint_id,
                 "prompt": "synthetic", "negative_prompt": "", "subject": "", "mood": [],
                 "layout": "centered", "density": 0.5, "palette_name": work.palette, "palette": [],
                 "slots": [], "seed": work.place, "width_px": width, "height_px": height,
                 "steps": 1, "guidance": 0, "scheduler": "none", "finish": "", "adapters": [],
                 "group_key": "synthetic", "state": Render.State.RENDERED, "attempts": 0,
                 "losses": 0, "worker": "", "step": 0, "file": "synthetic.png", "thumbnail": "",
                 "sha256": "0" * 64, "file_bytes": 1, "fingerprint": {}, "error": "",
                 "created_at": work.published_at, "finished_at": work.published_at}
            )  # fmt: skip
        self._copy(cursor, Render, rows)

    def _artwork(self, key: uuid.UUID, work: Work) -> dict[str, Any]:
        """Return the listing's row."""
        family = FAMILIES[work.style]
        width, height = SIZES[work.orientation][work.size]
        row: dict[str, Any] = dict.fromkeys(TEXTS, "")
        return row | {
            "id": key, "render_id": key, "slug": slugify(work.title), "title": work.title,
            "description": f"Synthetic row for measurements. {family.sentence}",
            "alt_text": f"{family.seen}, in {work.colors[0]} (synthetic)",
            "tags": work.tags, "category": SLUGS[work.style].split("-")[0],
            "style_slug": SLUGS[work.style], "style_name": family.nouns[0].text,
            "collection_id": work.series + 1, "tier": "premium" if work.premium else "commodity",
            "palette_name": work.palette, "colors": [["#808080", 1.0]],
            "color_names": work.colors, "orientation": work.orientation,
            "width_px": width, "height_px": height, "size": ("small", "medium", "large")[work.size],
            "price_cents": work.price_cents, "original": "synthetic.png", "sha256": "0" * 64,
            "file_bytes": 1, "derivatives": _derivatives(key), "decided_by": "gate:synthetic@1",
            "candidate_id": key, "decision_id": work.place + 1, "quality": work.quality,
            "is_featured": False, "search": self._vector(work), "published_at": work.published_at,
        }  # fmt: skip

    def _learn(self, cursor: Any, works: list[Work]) -> None:
        """Ask once for the stem of each word that is new, and keep it as a word of the shop."""
        words: set[str] = set()
        for work in works:
            words |= plain_words(self._text(work))
        new = sorted(words - self.stems.keys())
        if not new:
            return
        for word in new:
            cursor.execute("SELECT array_to_string(tsvector_to_array(to_tsvector(%s, %s)), '')",
                           [SEARCH_CONFIG, word])  # fmt: skip
            self.stems[word] = cursor.fetchone()[0]
        SearchWord.objects.bulk_create([SearchWord(word=w) for w in new], ignore_conflicts=True)

    @staticmethod
    def _text(work: Work) -> str:
        family = FAMILIES[work.style]
        return " ".join([work.title, *work.tags, family.sentence, *work.colors])

    def _vector(self, work: Work) -> str:
        """Return the words of a work as a `tsvector` is written: title, then tags, then rest."""
        family = FAMILIES[work.style]
        parts = {"A": work.title, "B": " ".join(work.tags),
                 "C": " ".join([*work.colors, family.sentence])}  # fmt: skip
        places: dict[str, list[str]] = {}
        position = 0
        for weight, text in parts.items():
            for word in text.lower().replace(",", " ").replace("-", " ").split():
                position += 1
                stem = self.stems.get(word.strip(".,"), word.strip(".,") if word.isdigit() else "")
                if stem:
                    places.setdefault(stem, []).append(f"{position}{weight}")
        return " ".join(f"'{stem}':{','.join(at)}" for stem, at in places.items())

    @staticmethod
    def _copy(cursor: Any, model: Any, rows: list[dict[str, Any]]) -> None:
        """Copy rows, of which all have the keys of the first."""
        if not rows:
            return
        unsaid = _unsaid(model, set(rows[0]))
        rows = [unsaid | row for row in rows]
        columns = list(rows[0])
        names = ", ".join(f'"{name}"' for name in columns)
        with cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row([_as_text(row[name], name) for name in columns])


def build_indexes(say: Say = print) -> None:
    """Build what was left for the end and is not there, fold the facets, gather statistics.

    A load that was broken off while it built is completed by calling this again.
    """
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '2GB'")
        cursor.execute("SET max_parallel_maintenance_workers = 1")
    missing = missing_indexes()
    for model, name in BUILT_LAST:
        if name not in missing:
            continue
        index = next(index for index in model._meta.indexes if index.name == name)
        with connection.schema_editor(atomic=False) as editor:
            editor.add_index(model, index)
        say(f"{name} built, {time.monotonic() - started:.0f} s")
    fold_all()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET maintenance_work_mem")
        cursor.execute("RESET max_parallel_maintenance_workers")
    say(f"indexes built, {time.monotonic() - started:.0f} s")


def missing_indexes() -> list[str]:
    """Return the names of the indexes that a load which was broken off has not built."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        there = {name for (name,) in cursor.fetchall()}
    return [name for _model, name in BUILT_LAST if name not in there]


def _unsaid(model: Any, said: set[str]) -> dict[str, Any]:
    """Return what Django would write in those columns that the rows leave out."""
    return {
        field.column: field.get_default()
        for field in model._meta.concrete_fields
        if field.column not in said and not (field.generated or field.null or field.primary_key)
    }


def undiscovered(quality: float, views: int, published_at: datetime) -> float:
    """Return what the trigger of `ArtworkStats` would write."""
    age = (published_at.timestamp() - 1_577_836_800) / 2_592_000
    return 4 * quality - math.log(1 + views) - age


def _numbers(work: Work) -> str:
    """Return a vector as text."""
    return "[" + ",".join(f"{value:.5f}" for value in work.vector) + "]"


def _derivatives(key: uuid.UUID) -> dict[str, dict[str, str]]:
    """Return names as a real listing has them."""
    return {
        kind: {str(width): f"art/{str(key)[:2]}/{key}-{width}.{kind}" for width in (320, 640, 960)}
        for kind in ("avif", "webp")
    }


def _as_text(value: Any, name: str) -> Any:
    """Return a value as COPY takes it: lists of words are arrays, everything else is JSON."""
    if name in ("tags", "color_names"):
        return value
    return json.dumps(value) if isinstance(value, dict | list) else value
