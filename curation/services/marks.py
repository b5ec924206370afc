"""Fills the registers of pictures: logos, and works that belong to somebody.

Nothing is ever removed: what no longer counts is set inactive. Uploads are decoded, checked and
written anew before they are kept (`taste/uploads.py`).
"""

from collections.abc import Iterable, Sequence
from typing import IO
from uuid import UUID, uuid4

import numpy as np
from django.core.files.storage import storages
from django.db import connection, transaction
from PIL import Image

from curation.compliance.markfinder import WEIGHTS
from curation.fingerprint import METHOD, packed, picture_key, picture_signature
from curation.models import Candidate, Mark, ProtectedWork, Signature
from curation.similar import KNOWN
from curation.taste.uploads import redrawn, stored_picture, stored_pixels
from genart.lib.color import srgb_to_oklab
from genart.lib.errors import InvalidInput
from genart.lib.lookalikes import key_of
from genart.lib.queue import send_on_commit
from genart.ml.marks.finding import encoder_name
from genart.ml.marks.icons import SIDE, icons

SEED = "simple-icons"
SEED_VECTORS = WEIGHTS / "icons.npz"
LEAST_CONTRAST, LEAST_PARTS = 0.08, 0.02
PLAINEST, FULLEST = 0.02, 0.92
"""How much of its square a silhouette may fill: beyond, it says nothing."""


@transaction.atomic
def seed_logos() -> int:
    """Add the brand icons of the `simpleicons` package to the register. Return how many.

    Their vectors come with the project. Icons that are known stay as they are, also when an admin
    switched them off. Safe to repeat; a second run asks one question.
    """
    with np.load(SEED_VECTORS) as stored:
        vectors = dict(zip(stored["slugs"].tolist(), stored["vectors"], strict=True))
    known = set(Mark.objects.filter(source=SEED, kind="logo").values_list("number", flat=True))
    if len(known) >= len(vectors):
        return 0
    encoder = encoder_name(WEIGHTS)
    fresh = [
        Mark(
            kind="logo",
            name=icon.title[:200],
            key=key_of(icon.title)[:200],
            source=SEED,
            number=icon.slug[:40],
            vector=vectors[icon.slug].astype(np.float32),
            encoder=encoder,
        )
        for icon in icons()
        if icon.slug in vectors and icon.slug[:40] not in known
    ]
    return len(Mark.objects.bulk_create(fresh, ignore_conflicts=True))


@transaction.atomic
def add_logo(
    *, name: str, owner: str = "", nice_classes: Sequence[int] = (), image: IO[bytes]
) -> Mark:
    """Add a logo from a picture of it on a plain ground. A worker then makes its vector.

    Raises:
        InvalidInput: no name, no such class, or no picture that can be read or shows a shape;
            nothing was written.
    """
    from curation import tasks

    name = name.strip()[:200]
    if not name:
        raise InvalidInput("Say whose logo it is.", where="name")
    if not all(1 <= number <= 45 for number in nice_classes):
        raise InvalidInput("Nice classes are numbers from 1 to 45.", where="nice_classes")
    kept = stored_pixels(silhouette(redrawn(image)), folder="marks")
    mark = Mark.objects.create(
        kind="logo",
        name=name,
        key=key_of(name)[:200],
        owner=owner.strip()[:200],
        nice_classes=list(nice_classes),
        source="upload",
        number=uuid4().hex,
        image=kept,
    )
    send_on_commit(tasks.encode_logos)
    return mark


def switch_marks(*, mark_ids: Sequence[int], is_active: bool) -> int:
    """Look for marks from now on, or no longer; they stay in the register. Return how many."""
    return Mark.objects.filter(pk__in=mark_ids).update(is_active=is_active)


def silhouette(picture: Image.Image) -> Image.Image:
    """Return what stands out from a picture's border as a square mask.

    Raises:
        InvalidInput: nothing does, or nearly everything.
    """
    picture.thumbnail((512, 512))
    lab = srgb_to_oklab(np.asarray(picture) / 255.0)
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    far = np.linalg.norm(lab - np.median(border, axis=0), axis=2)
    inside = far > max(LEAST_CONTRAST, 0.5 * float(np.quantile(far, 0.98)))
    rows, columns = np.nonzero(inside.any(1))[0], np.nonzero(inside.any(0))[0]
    if inside.mean() < LEAST_PARTS or not rows.size:
        raise InvalidInput("Show the logo on a plain ground of another colour.", where="picture")
    part = inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    mask = Image.fromarray(part.astype(np.uint8) * 255)
    scale = SIDE / max(mask.size)
    size = (max(1, round(mask.width * scale)), max(1, round(mask.height * scale)))
    square = Image.new("L", (SIDE, SIDE))
    reduced = mask.resize(size, Image.Resampling.BOX)
    square.paste(reduced, ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2))
    if not PLAINEST < np.asarray(square).mean() / 255 < FULLEST:
        raise InvalidInput(
            "This shape is too plain to be told from others: show more of the logo.",
            where="picture",
        )
    return square


def encode_logos(*, limit: int = 5000) -> int:
    """Make the vectors of logos that have none by the network in use. Return how many.

    For workers: loads torch. Safe to repeat.
    """
    from curation.compliance.markfinder.register import silhouette_of
    from genart.ml.marks.dataset import silhouette as plain
    from genart.ml.marks.finding import vectors

    encoder = encoder_name(WEIGHTS)
    waiting = list(Mark.objects.filter(kind="logo").exclude(encoder=encoder)[:limit])
    shapes = [silhouette_of((mark.source, mark.number, mark.image)) for mark in waiting]
    for mark, vector in zip(
        waiting, vectors(WEIGHTS, [plain(shape) for shape in shapes]), strict=True
    ):
        mark.vector, mark.encoder = vector, encoder
    Mark.objects.bulk_update(waiting, ["vector", "encoder"], batch_size=500)
    return len(waiting)


@transaction.atomic
def add_protected_work(
    *, title: str, holder: str = "", source: str = "upload", image: IO[bytes]
) -> ProtectedWork:
    """Add a work that no picture may come near to.

    Raises:
        InvalidInput: no title, or no picture that can be read; nothing was written.
    """
    title = title.strip()[:200]
    if not title:
        raise InvalidInput("Give the work a title.", where="title")
    stored = stored_picture(image, folder="protected")
    with storages["originals"].open(stored) as file:
        signature = picture_signature(Image.open(file))
    return ProtectedWork.objects.create(
        title=title,
        holder=holder.strip()[:200],
        source=source[:80],
        image=stored,
        method=METHOD,
        key=picture_key(signature),
        thumb=packed(signature),
    )


SOLD = "sold:"
"""Begins the source of a work that the shop sold exclusively; its own key follows."""


@transaction.atomic
def protect_sold_work(*, key: str, title: str, image: IO[bytes]) -> ProtectedWork:
    """Add a work that somebody bought for himself alone to the protected ones. Safe to repeat."""
    with connection.cursor() as cursor:  # two at once must not both find none
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [SOLD + key])
    known = ProtectedWork.objects.filter(source=SOLD + key).first()
    return known or add_protected_work(
        title=title, holder="its exclusive licensee", source=SOLD + key, image=image
    )


def unprotected(keys: Iterable[str]) -> list[str]:
    """Return which of these sold works are not among the protected ones yet."""
    named = list(keys)
    sources = ProtectedWork.objects.filter(source__startswith=SOLD)
    known = set(sources.values_list("source", flat=True))
    return [key for key in named if SOLD + key not in known]


def keep_registers() -> int:
    """Seed the logos, make vectors and signatures that are missing. Return how many rows changed.

    For workers. Safe to repeat: where nothing is missing it asks three questions.
    """
    return seed_logos() + encode_logos() + sign_missing()


def sign_missing(*, limit: int = 500) -> int:
    """Make the signatures of known pictures that have none of the method in use. Return how many.

    Safe to repeat; a file that is gone is passed over.
    """
    lacking = Candidate.objects.filter(state__in=KNOWN).exclude(signature__method=METHOD)
    rows = lacking.order_by("created_at").values_list("pk", "render__file")[:limit]
    return sum(_sign(pk, name) for pk, name in rows)


def _sign(candidate_id: UUID, name: str) -> bool:
    try:
        with storages["originals"].open(name) as file:
            signature = picture_signature(Image.open(file))
    except OSError:
        return False
    Signature.objects.update_or_create(
        candidate_id=candidate_id,
        defaults={
            "method": METHOD,
            "key": picture_key(signature),
            "thumb": packed(signature),
        },
    )
    return True
