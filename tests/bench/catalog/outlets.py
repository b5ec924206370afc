"""How long a bundle for Adobe Stock takes, and whether it passes the checker.

Pictures are drawn by the house model at its own size. Adobe Stock takes none that small and asks
not to enlarge, so for this measurement they are enlarged first and stand in for originals of that
size: what is measured is encoding, metadata, signature, rules and packing. The checker is that of
the tests, written from the published pages alone.
"""

import hashlib
import time
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from catalog import defaults
from catalog.models import Artwork, ArtworkEmbedding
from catalog.outlets import OUTLETS
from catalog.outlets.likeness import TOO_LIKE
from catalog.services.outlets import make_export, open_bundle, start_export
from genart.ml.clip import whole_images
from tests.bench import Figure
from tests.bench.catalog.texts import published
from tests.catalog.outlets.adobe_checker import check
from tests.factories import png_bytes

WORKS, SEED, SIDE_PX = 12, 20261125, 2_000


def figures() -> Iterator[Figure]:
    """Yield every figure of this subject."""
    defaults.load()
    drawn = list(published(WORKS, SEED))
    vectors = whole_images([one.picture for one in drawn])
    for one, vector in zip(drawn, vectors, strict=True):
        ArtworkEmbedding.objects.update_or_create(
            artwork=one.artwork, defaults={"vector": vector.tolist()}
        )
    yield from likeness(vectors)
    yield from small(drawn)
    for one in drawn:
        enlarge(one.artwork, one.picture)
    yield from adobe([one.artwork for one in drawn])


def likeness(vectors: Any) -> Iterator[Figure]:
    """How near the vectors of different works are, and how near the bound is to them."""
    cosines = [float(np.dot(a, b)) for a, b in combinations(vectors, 2)]
    yield Figure("outlets_pairs_median_cosine", float(np.median(cosines)), "cosine")
    yield Figure("outlets_pairs_p99_cosine", float(np.quantile(cosines, 0.99)), "cosine")
    alike = sum(cosine >= TOO_LIKE for cosine in cosines) / len(cosines)
    yield Figure("outlets_pairs_too_like", alike, "share", "<=0.02")


def small(drawn: list[Any]) -> Iterator[Figure]:
    """Of works at the house model's own size, how many each outlet takes."""
    ids = [one.artwork.pk for one in drawn]
    for outlet in OUTLETS.values():
        export = make_export(export_id=start_export(outlet=outlet.slug, artwork_ids=ids).pk)
        assert export is not None
        taken = export.items.filter(included=True).count()
        yield Figure(f"outlets_{outlet.slug.replace('-', '_')}_takes_small", taken, "works")


def adobe(works: list[Artwork]) -> Iterator[Figure]:
    """Make a bundle, and have it checked."""
    export = start_export(outlet="adobe-stock", artwork_ids=[work.pk for work in works])
    started = time.perf_counter()
    made = make_export(export_id=export.pk)
    seconds = time.perf_counter() - started
    assert made is not None
    inside = made.items.filter(included=True).count()
    with open_bundle(export=made) as file:
        data = file.read()
    faults = check(data)
    for fault in faults[:5]:
        print(f"  {fault}")
    yield Figure("outlets_adobe_included", inside, "works", f">={WORKS * 3 // 4}")
    yield Figure("outlets_adobe_checker_faults", len(faults), "faults", "<=0")
    yield Figure("outlets_adobe_each", seconds / WORKS, "s", "<=2")
    yield Figure("outlets_adobe_bundle", len(data) / 1e6, "MB")


def enlarge(work: Artwork, picture: Image.Image) -> None:
    """Give a work an original large enough for Adobe Stock."""
    factor = SIDE_PX / min(picture.size)
    size = (round(picture.width * factor), round(picture.height * factor))
    data = png_bytes(picture.resize(size, Image.Resampling.LANCZOS))
    name = storages["originals"].save(f"renders/large/{work.pk}.png", ContentFile(data))
    Artwork.objects.filter(pk=work.pk).update(
        original=name,
        sha256=hashlib.sha256(data).hexdigest(),
        width_px=size[0],
        height_px=size[1],
    )
