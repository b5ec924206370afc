"""Rows for tests, made the shortest way that is still true: constraints hold, files exist.

Each function makes what it needs and takes any field by name. Pictures are small real PNG files in
the `originals` storage. Values count up, so that nothing collides and tests read the same each run.
"""

import hashlib
import io
import uuid
from copy import copy
from itertools import count
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image, ImageDraw

from catalog.models import Artwork, Collection, Licence, Price
from genart.accounts.models import User
from genart.lib.approval import EMBEDDING_DIM, Approval
from generation.models import (
    Checkpoint,
    Job,
    Offer,
    Palette,
    Provider,
    Render,
    Style,
    StyleVersion,
)

_numbers = count(1)
_ADVERBS = (
    "about after again before down every further just more most once only same some then very"
)
_PREPOSITIONS = "above below between during from into other over than through under until with"
_CONJUNCTIONS = "this that what when where while will"
SMALL_WORDS = frozenset(f"{_ADVERBS} {_PREPOSITIONS} {_CONJUNCTIONS}".split())
"""Words that titles may hold and that no search engine looks for when they stand alone."""
COLORS = ("#F6EADB", "#C8553D", "#E59A7A", "#F2CC8F", "#8D5B4C", "#4A2C2A")
"""A background, four accents and a dark tone."""


def number() -> int:
    """Return the next number."""
    return next(_numbers)


def make_user(username: str = "", **fields: Any) -> User:
    """Make a person without any right; the password is `password`."""
    name = username or f"user{number()}"
    return User.objects.create_user(name, f"{name}@example.com", "password", **fields)


def make_palette(**fields: Any) -> Palette:
    """Make a palette of `COLORS`."""
    slug = fields.pop("slug", f"palette-{number()}")
    background, *accents, dark = COLORS
    values = {"name": slug.title(), "background": background, "accents": accents, "dark": dark}
    return Palette.objects.create(slug=slug, **values | fields)


def make_checkpoint(**fields: Any) -> Checkpoint:
    """Return the house checkpoint, made on first need."""
    slug = fields.pop("slug", "house")
    values = {
        "name": "House model",
        "family": "house",
        "licence": "Apache-2.0",
        "allows_commercial_use": True,
    }
    return Checkpoint.objects.get_or_create(slug=slug, defaults=values | fields)[0]


def make_provider(**fields: Any) -> Provider:
    """Make a provider whose terms allow sale."""
    slug = fields.pop("slug", f"cloud-{number()}")
    values = {"name": slug.title(), "kind": "openai", "base_url": "http://127.0.0.1:9"}
    values |= {"terms": "Apache-2.0", "allows_commercial_use": True}
    return Provider.objects.create(slug=slug, **values | fields)


def make_offer(**fields: Any) -> Offer:
    """Make an offer of a checkpoint that only providers have; `provider` and `checkpoint` vary."""
    provider = fields.pop("provider", None) or make_provider()
    checkpoint = fields.pop("checkpoint", None) or make_checkpoint(slug="foreign", source="remote")
    return Offer.objects.create(provider=provider, checkpoint=checkpoint, **fields)


def make_style(**fields: Any) -> Style:
    """Make a style with its first version, which is current. `version_fields` go to the version."""
    version_fields = fields.pop("version_fields", {})
    slug = fields.pop("slug", f"style-{number()}")
    style = Style.objects.create(slug=slug, **{"name": slug.replace("-", " ").title()} | fields)
    values = {"number": 1, "checkpoint": version_fields.pop("checkpoint", None)}
    values["checkpoint"] = values["checkpoint"] or make_checkpoint()
    style.current_version = StyleVersion.objects.create(
        style=style, **{"motif": "boho-arches"} | values | version_fields
    )
    style.save(update_fields=["current_version"])
    return style


def make_job(**fields: Any) -> Job:
    """Make an active job without renders."""
    owner = fields.pop("owner", None) or make_user()
    n = number()
    values = {"title": f"Series {n}", "spec": {}, "spec_hash": f"{n:064x}", "tier": "commodity"}
    return Job.objects.create(owner=owner, **values | fields)


def make_picture(
    width_px: int = 64, height_px: int = 64, colors: tuple[str, ...] = COLORS, seed: int = 0
) -> Image.Image:
    """Draw a picture: a ground and some shapes; another seed, another picture."""
    chance = np.random.default_rng(seed)
    picture = Image.new("RGB", (width_px, height_px), colors[0])
    pen = ImageDraw.Draw(picture)
    for color in colors[1:]:
        x, y = chance.uniform(0, 0.7, 2)
        size = chance.uniform(0.15, 0.4)
        box = (x * width_px, y * height_px, (x + size) * width_px, (y + size) * height_px)
        pen.ellipse(box, fill=color)
    return picture


def png_bytes(picture: Image.Image) -> bytes:
    """Return a picture as PNG."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def make_render(**fields: Any) -> Render:
    """Make a finished render with a real file; `state` other than rendered makes none.

    `picture` takes a PIL image, `style` a `Style`.
    """
    style = fields.pop("style", None)
    version = fields.pop("style_version", None) or (style or make_style()).current_version
    job = fields.pop("job", None) or make_job()
    picture = fields.pop("picture", None)
    state = fields.pop("state", Render.State.RENDERED)
    key, n = fields.pop("id", uuid.uuid4()), number()
    width, height = fields.pop("width_px", 64), fields.pop("height_px", 64)
    values: dict[str, Any] = {
        "index": n,
        "prompt": "boho arches in terracotta, centered, balanced",
        "subject": "arches over low hills",
        "mood": ["calm"],
        "layout": "centered",
        "density": 0.4,
        "palette_name": "terracotta",
        "palette": [{"hex": color, "weight": 1 / len(COLORS)} for color in COLORS],
        "slots": list(COLORS),
        "seed": 1000 + n,
        "steps": 2,
        "guidance": 3.0,
        "scheduler": "default",
        "group_key": "test",
    }
    if state == Render.State.RENDERED:
        picture = picture or make_picture(width, height, seed=n)
        width, height = picture.size
        values |= _stored(key, png_bytes(picture))
    return Render.objects.create(
        id=key,
        job=job,
        style_version=version,
        checkpoint=version.checkpoint,
        state=state,
        width_px=width,
        height_px=height,
        **values | fields,
    )


def _stored(key: uuid.UUID, data: bytes) -> dict[str, Any]:
    """Put an original and its thumbnail where the engine puts them; return the render's fields."""
    originals = storages["originals"]
    name = f"renders/{str(key)[:2]}/{key}.png"
    originals.save(name, ContentFile(data))
    thumbnail, buffer = f"renders/{str(key)[:2]}/{key}.thumb.webp", io.BytesIO()
    Image.open(io.BytesIO(data)).resize((32, 32)).save(buffer, "WEBP")
    originals.save(thumbnail, ContentFile(buffer.getvalue()))
    return {
        "file": name,
        "thumbnail": thumbnail,
        "sha256": hashlib.sha256(data).hexdigest(),
        "file_bytes": len(data),
        "started_at": timezone.now(),
        "finished_at": timezone.now(),
    }


def make_vector(seed: int) -> tuple[float, ...]:
    """Return a unit vector of the length the shop stores; another seed, another direction."""
    values = np.random.default_rng(seed).normal(size=EMBEDDING_DIM)
    return tuple((values / np.linalg.norm(values)).tolist())


def make_approval(render: Render, **fields: Any) -> Approval:
    """Return a gate's approval of a render, as curation hands it to the shop."""
    n = number()
    values: dict[str, Any] = {
        "render_id": render.pk,
        "candidate_id": uuid.uuid4(),
        "decision_id": n,
        "decided_by": "gate:house/commodity@1",
        "decided_at": timezone.now(),
        "scores": {"sharpness": 0.8, "palette": 0.9},
        "tags": ("arches", "boho"),
        "embedding": make_vector(n),
        "colors": (("#F6EADB", 0.5), ("#C8553D", 0.3), ("#4A2C2A", 0.2)),
    }
    return Approval(**values | fields)


def make_artwork(**fields: Any) -> Artwork:
    """Publish a finished render and return the listing, with fields changed afterwards.

    `render_fields` go to the render, `approval_fields` to the approval.
    """
    from catalog.services import publish_artwork

    render = fields.pop("render", None) or make_render(**fields.pop("render_fields", {}))
    approval = make_approval(render, **fields.pop("approval_fields", {}))
    artwork = publish_artwork(approval=approval)
    if fields:
        Artwork.objects.filter(pk=artwork.pk).update(**fields)
        artwork.refresh_from_db()
    return artwork


def make_listings(count_: int, **fields: Any) -> list[Artwork]:
    """Write listings straight into the table, without files: many rows for tests of reading.

    A callable field is called with the row's place, 0 … `count_` - 1.
    """
    first = make_render(state=Render.State.QUEUED)
    renders = []
    for _ in range(count_):
        render = copy(first)
        render.pk, render.index = uuid.uuid4(), number()
        renders.append(render)
    Render.objects.bulk_create(renders)
    works = []
    for place, render in enumerate(renders):
        own = {name: value(place) if callable(value) else value for name, value in fields.items()}
        n = number()
        values: dict[str, Any] = {
            "slug": f"work-{n}",
            "title": f"Work {n}",
            "description": "A picture.",
            "alt_text": "Shapes.",
            "style_slug": "boho-arches",
            "style_name": "Boho arches",
            "tier": "commodity",
            "colors": [["#C8553D", 1.0]],
            "color_names": ["orange"],
            "orientation": "square",
            "width_px": 64,
            "height_px": 64,
            "original": "none.png",
            "sha256": "0" * 64,
            "file_bytes": 1,
            "decided_by": "gate:house/commodity@1",
            "candidate_id": uuid.uuid4(),
            "decision_id": n,
            "published_at": timezone.now(),
        }
        works.append(Artwork(render=render, **values | own))
    return Artwork.objects.bulk_create(works)


def make_collection(**fields: Any) -> Collection:
    """Make an empty collection."""
    slug = fields.pop("slug", f"collection-{number()}")
    return Collection.objects.create(slug=slug, **{"title": slug.title()} | fields)


def make_licence(slug: str = "personal", amount_cents: int = 900, **fields: Any) -> Licence:
    """Return the licence on sale under a slug, made with one price for both tiers on first need."""
    found = Licence.objects.filter(slug=slug, is_active=True).first()
    if found:
        return found
    values = {"name": slug.title(), "summary": "For tests.", "text": "**Terms.** Be fair."}
    licence = Licence.objects.create(slug=slug, **values | fields)
    for tier in ("commodity", "premium"):
        Price.objects.create(licence=licence, tier=tier, amount_cents=amount_cents)
    return licence
