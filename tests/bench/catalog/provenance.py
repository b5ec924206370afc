"""What proof costs and whether it holds: signing, delivery, checking, the invisible number.

The pictures are synthetic: shapes on paper with grain of 0 to 6 grey levels, as the house model's
works have it. The number is read back from copies that were changed as people change them.
"""

import io
import time
from collections.abc import Callable, Iterator

from django.core.files.storage import storages
from PIL import Image, ImageEnhance

from catalog.models import SignedFile
from catalog.provenance.reading import State, read_manifest
from catalog.provenance.verdicts import verdict_on
from catalog.provenance.verify import examine
from catalog.provenance.watermark import mark_where_it_holds, read_number
from catalog.services.sealing import seal_artwork
from tests.bench import Figure, percentile
from tests.catalog.papers.conftest import paid_order
from tests.catalog.provenance.pictures import textured
from tests.factories import make_artwork, make_licence

WORKS = 40
DELIVERIES = 200
MARKED = 40
UNMARKED = 100
GRAINS = (0.0, 2.0, 4.0, 6.0)


def figures() -> Iterator[Figure]:
    """Yield every figure of this part."""
    licence = make_licence("bench", 900)
    works = [
        make_artwork(render_fields={"picture": textured(512, 512, seed=i, grain=GRAINS[i % 4])})
        for i in range(WORKS)
    ]
    yield from sealing(works)
    yield from served(works, licence)
    yield from numbers()


def sealing(works: list) -> Iterator[Figure]:
    """Measure how long it takes to give a work its signed files, first and after new texts."""
    first, again, cost = [], [], []
    for work in works:
        started, spent = time.perf_counter(), time.process_time()
        seal_artwork(artwork_id=work.pk)
        first.append(time.perf_counter() - started)
        cost.append(time.process_time() - spent)
        work.refresh_from_db()
        work.title += " again"
        work.save(update_fields=["title"])
        spent = time.process_time()
        seal_artwork(artwork_id=work.pk)
        again.append(time.process_time() - spent)
    yield Figure("seal_work_p95", 1000 * percentile(first, 0.95), "ms")
    yield Figure("seal_work_processor_p95", 1000 * percentile(cost, 0.95), "ms", "<=700")
    yield Figure(
        "seal_after_new_texts_processor_p95", 1000 * percentile(again, 0.95), "ms", "<=300"
    )
    rows = SignedFile.objects.filter(kind="derivative")
    good = sum(
        read_manifest(
            storages["default"].open(row.name).read(), f"image/{row.name.rpartition('.')[2]}"
        ).state
        is State.OURS
        for row in rows
    )
    yield Figure("previews_that_validate", good / rows.count(), "share", ">=1")


def served(works: list, licence: object) -> Iterator[Figure]:
    """Measure that every delivered original validates, and that a flipped byte never does."""
    from catalog.provenance.delivery import deliver

    valid, broken, known, made, asked = 0, 0, 0, [], []
    for place in range(DELIVERIES):
        order = paid_order([works[place % len(works)]], licence=licence)
        grant = order.lines.get().grant
        started = time.perf_counter()
        data = deliver(grant).data
        made.append(time.perf_counter() - started)
        valid += read_manifest(data, "image/png").state is State.OURS
        started = time.perf_counter()
        known += examine(data).grant == grant
        asked.append(time.perf_counter() - started)
        changed = bytearray(data)
        changed[40 + (place * 7919) % (len(data) - 80)] ^= 1
        broken += verdict_on(examine(bytes(changed))).code == "broken"
    yield Figure("delivered_originals_that_validate", valid / DELIVERIES, "share", ">=1")
    yield Figure("delivered_originals_recognised", known / DELIVERIES, "share", ">=1")
    yield Figure("flipped_bytes_found", broken / DELIVERIES, "share", ">=1")
    yield Figure("first_delivery_p95", 1000 * percentile(made, 0.95), "ms", "<=1500")
    yield Figure("verify_known_file_p95", 1000 * percentile(asked, 0.95), "ms", "<=200")


def jpeg(picture: Image.Image, quality: int, kind: str = "JPEG") -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def half(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BICUBIC)


def cropped(picture: Image.Image) -> Image.Image:
    """Return the picture without a twentieth on each side."""
    w, h = picture.size
    return picture.crop((w // 20, h // 20 + 3, w - w // 20, h - h // 20 + 1))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "jpeg_q90": lambda p: jpeg(p, 90),
    "jpeg_q75": lambda p: jpeg(p, 75),
    "jpeg_q60": lambda p: jpeg(p, 60),
    "webp_q80": lambda p: jpeg(p, 80, "WEBP"),
    "half_size": half,
    "half_size_jpeg_q75": lambda p: jpeg(half(p), 75),
    "brighter_by_fifth": lambda p: ImageEnhance.Brightness(p).enhance(1.2),
    "cropped_by_tenth": cropped,
    "cropped_jpeg_q75": lambda p: jpeg(cropped(p), 75),
}


def numbers() -> Iterator[Figure]:
    """Measure the invisible number: how often it holds, how it is seen, what it lives through."""
    marks = []
    for i in range(MARKED):
        picture = textured(512, 512, seed=1000 + i, grain=GRAINS[i % 4])
        marked = mark_where_it_holds(picture, i * 1_000_003)
        if marked is not None:
            marks.append((i * 1_000_003, marked))
    yield Figure("number_holds", len(marks) / MARKED, "share")
    yield Figure("number_psnr_p05", percentile([m.psnr_db for _n, m in marks], 0.05), "dB", ">=42")
    yield Figure(
        "number_ssim_p05", percentile([m.ssim for _n, m in marks], 0.05), "share", ">=0.98"
    )
    for name, change in CHANGES.items():
        survived = 0
        for number, marked in marks:
            copy = change(marked.picture)
            sizes = [copy.size] if name.startswith("cropped") else [marked.picture.size]
            read = read_number(copy, sizes)
            survived += read is not None and read.number == number
        goal = "" if name == "half_size_jpeg_q75" else ">=0.95"
        yield Figure(f"number_lives_through_{name}", survived / len(marks), "share", goal)
    false = sum(
        read_number(textured(400, 400, seed=5000 + i), [(400, 400), (512, 512), (800, 800)])
        is not None
        for i in range(UNMARKED)
    )
    yield Figure("numbers_read_where_none_is", false, "count", "<=0")
