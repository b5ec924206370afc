"""What the eyes find, miss and cost: copies, nudity, faces.

Pictures are drawn by the house painters, each in a palette by chance. Copies are changed pictures
among many others of their style. For false merges, a style's pictures count as distinct where they
differ plainly as a whole (`plainly_apart`), since the painters draw some pictures twice. That
measure reads the same signatures, and the one style that is asked is not the hardest.
"""

import io
import time
import uuid
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy as np
from django.db import connection, transaction
from PIL import Image, ImageEnhance

from curation.compliance import nudity
from curation.compliance.contract import Subject
from curation.compliance.duplicates import CLOSE, find_duplicate
from curation.compliance.faces import FACES, SEEN
from curation.compliance.people import nsfw_score, parts_of_bodies
from curation.fingerprint import (
    METHOD,
    packed,
    picture_key,
    picture_signature,
    unpacked,
    views,
)
from curation.management.commands.fit_copy_key import painted
from curation.models import Brand, Candidate, Signature
from curation.similar import nearest_copy
from generation.house import painters
from generation.models import Render
from generation.palettes import PALETTES
from tests.bench import Figure, percentile, timed_ms
from tests.factories import make_job, make_style

SIDE = 192
STYLE_SIZE = 1000
STYLE = "abstract-blobs"
PLAIN = 0.05
"""OKLab difference between two whole pictures from which they are plainly two."""
MANY = 100_000
Change = Callable[[Image.Image, Random], Image.Image]


def figures() -> Iterator[Figure]:
    """Yield the figures of the eyes."""
    yield from copies()
    yield from bodies()


# -- copies ----------------------------------------------------------------------------------------


def jpeg(picture: Image.Image, quality: int, kind: str = "JPEG") -> Image.Image:
    """Encode a picture anew."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=quality)
    return Image.open(buffer).convert("RGB")


def cropped(picture: Image.Image, random: Random) -> Image.Image:
    """Cut 15 % of each side's length off, at a place by chance."""
    width, height = picture.size
    left, top = (0.15 * random.random() for _ in range(2))
    box = (left * width, top * height, (left + 0.85) * width, (top + 0.85) * height)
    return picture.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]


def resized(picture: Image.Image, random: Random) -> Image.Image:
    """Make a picture a quarter to twice as large."""
    side = round(picture.width * random.choice((0.25, 0.4, 0.7, 1.5, 2.0)))
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def brightened(picture: Image.Image, random: Random) -> Image.Image:
    """Make a picture up to 15 % brighter or darker, half of them by all of it."""
    factor = random.choice((0.85, 1.15, random.uniform(0.85, 1.15)))
    return ImageEnhance.Brightness(picture).enhance(factor)


CHANGES: dict[str, tuple[Change, str]] = {
    "jpeg": (lambda picture, random: jpeg(picture, random.randint(30, 95)), ">=0.99"),
    "webp": (lambda picture, random: jpeg(picture, random.randint(30, 95), "WEBP"), ">=0.99"),
    "resize": (resized, ">=0.99"),
    "brightness": (brightened, ">=0.99"),
    "crop15": (cropped, ">=0.95"),
    "mirror": (
        lambda picture, random: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        ">=0.95",
    ),
    "turn": (lambda picture, random: picture.rotate(random.choice((90, 180, 270))), ">=0.95"),
}


def copies() -> Iterator[Figure]:
    """Measure recall by change, false merges within one style, and the time of a search."""
    random = Random(41)
    style = drawn(STYLE_SIZE, random, STYLE)
    others = drawn(300, random, None)
    with transaction.atomic():
        rows = stored([*style, *others])
        chosen = [*range(0, len(style), 30), *range(len(style), len(rows), 10)]
        for name, (change, goal) in CHANGES.items():
            hits = [found(change([*style, *others][at], random), rows[at]) for at in chosen]
            yield Figure(f"copy_recall_{name}", sum(hits) / len(hits), "share", goal)
        yield false_merges(style, rows[: len(style)])
        for count in (6000, MANY):
            fill(count)
            yield search_time(others, count)
        transaction.set_rollback(True)


def drawn(count: int, random: Random, family: str | None) -> list[Image.Image]:
    """Draw pictures of one family, or of all."""
    slots = [palette.slots for palette in PALETTES.values()]
    scenes = (painters.random_scene(random, family) for _ in range(count))
    return [painted(painters.draw(scene, SIDE), random.choice(slots)) for scene in scenes]


def stored(pictures: list[Image.Image]) -> list[uuid.UUID]:
    """Make pictures known; return their candidates' ids."""
    ids = known_candidates(len(pictures))
    signatures = [picture_signature(picture) for picture in pictures]
    Signature.objects.bulk_create(
        Signature(
            candidate_id=pk, method=METHOD, key=picture_key(signature), thumb=packed(signature)
        )
        for pk, signature in zip(ids, signatures, strict=True)
    )
    return ids


def known_candidates(count: int) -> list[uuid.UUID]:
    """Make approved candidates without files."""
    style, job = make_style(), make_job()
    brand, _ = Brand.objects.get_or_create(slug="house", defaults={"name": "House"})
    version = style.current_version
    assert version is not None
    renders = Render.objects.bulk_create(
        Render(
            job=job,
            style_version=version,
            checkpoint=version.checkpoint,
            state=Render.State.RENDERED,
            index=index,
            seed=index,
            steps=2,
            guidance=3.0,
            width_px=64,
            height_px=64,
            prompt="arches",
            group_key="bench",
            density=0.5,
            subject="arches",
            mood=[],
            layout="centered",
            palette_name="none",
            palette=[],
            slots=[],
            file="none.png",
            finished_at=job.created_at,
            sha256=f"{uuid.uuid4().int:064x}"[:64],
        )
        for index in range(count)
    )
    made = Candidate.objects.bulk_create(
        Candidate(render=render, brand=brand, tier="commodity", state="approved")
        for render in renders
    )
    return [candidate.pk for candidate in made]


def found(picture: Image.Image, wanted: uuid.UUID) -> bool:
    """Whether a picture is held for being the known one, or one that looks just like that."""
    neighbour = nearest_copy(
        signature=picture_signature(picture), vector=None, encoder="", exclude=uuid.uuid4()
    )
    if neighbour is None or find_duplicate(neighbour) is None:
        return False
    ids = (neighbour.candidate_id, wanted)
    known = Signature.objects.filter(candidate__in=ids).values_list("thumb", flat=True)
    small = [unpacked(bytes(thumb)) for thumb in known]
    return len(small) == 1 or not plainly_apart(small[0], small[1])


def false_merges(style: list[Image.Image], rows: list[uuid.UUID]) -> Figure:
    """Count pictures of one style that are taken for a plainly different one."""
    places = {pk: at for at, pk in enumerate(rows)}
    small = np.stack([picture_signature(picture) for picture in style])
    wrong = 0
    for at in range(len(style)):
        neighbour = nearest_copy(signature=small[at], vector=None, encoder="", exclude=rows[at])
        if neighbour is not None and neighbour.fit.distance < CLOSE:
            other = places.get(neighbour.candidate_id)
            wrong += other is not None and plainly_apart(small[at], small[other])
    return Figure("copy_false_merges_per_1000", 1000 * wrong / len(style), "pictures", "<=1")


def plainly_apart(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two whole pictures differ in each of the eight views."""
    left = np.sqrt(((views(one) - other) ** 2).sum(axis=3).mean(axis=(1, 2)))
    return bool(left.min() > PLAIN)


def fill(count: int) -> None:
    """Bring the known pictures to a number, with keys spread like the real ones."""
    missing = count - Signature.objects.count()
    keys = np.array(list(Signature.objects.values_list("key", flat=True)[:1300]), np.float32)
    chance = np.random.default_rng(3)
    thumbs = list(Signature.objects.values_list("thumb", flat=True)[:200])
    for start in range(0, missing, 5000):
        ids = known_candidates(min(5000, missing - start))
        near = keys[chance.integers(0, len(keys), len(ids))]
        spread = near + chance.normal(0, 0.3 * keys.std(axis=0), near.shape)
        Signature.objects.bulk_create(
            [
                Signature(candidate_id=pk, method=METHOD, key=key, thumb=thumbs[at % 200])
                for at, (pk, key) in enumerate(zip(ids, spread, strict=True))
            ],
            batch_size=2500,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE curation_signature, curation_candidate")


def search_time(pictures: list[Image.Image], count: int) -> Figure:
    """Measure one search for a copy among many."""
    asked = [picture_signature(picture) for picture in pictures[:30]]

    def search(signature: Any) -> None:
        nearest_copy(signature=signature, vector=None, encoder="", exclude=uuid.uuid4())

    search(asked[0])
    times = [timed_ms(search, signature) for signature in asked]
    goal = "<=50" if count == 6000 else "<=100"
    return Figure(f"copy_search_among_{count}_p50", percentile(times, 0.5), "ms", goal)


# -- bodies ------------------------------------------------------------------------------


def bodies() -> Iterator[Figure]:
    """Measure false alarms for nudity and faces on drawn pictures, and the time."""
    random = Random(43)
    naked = faces = 0
    times: list[float] = []
    pictures = drawn(100, random, None)
    for picture in pictures:
        subject = Subject(picture, Render())
        started = time.perf_counter()
        whole, parts = nsfw_score(subject), parts_of_bodies(subject)
        times.append(1000 * (time.perf_counter() - started))
        naked += bool(nudity.judged(whole, parts, "bench"))
        faces += any(part.label in FACES and part.score >= SEEN for part in parts)
    yield Figure("nudity_false_flags", naked / len(pictures), "share", "<=0.01")
    yield Figure("face_false_flags", faces / len(pictures), "share", "<=0.01")
    yield Figure("nudity_and_faces_per_image", percentile(times, 0.5), "ms")
