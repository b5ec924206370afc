"""Put a render on sale, take it off, put it back, change its texts.

Derivatives are written first, then every row of a listing in one transaction: a listing is whole
or not there. Each verb is safe to repeat and safe beside itself.
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from catalog import metadata
from catalog.color_words import facet_names
from catalog.derivatives import Derivatives, write_derivatives
from catalog.models import Artwork, ArtworkEmbedding, ArtworkStats, Collection
from catalog.services.indexing import in_words, index_artwork
from genart.lib.approval import EMBEDDING_DIM, Approval
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from genart.lib.screens import objection
from generation.models import Render

PUBLISH_LOCK = 0x67656E61  # any constant: two publishers must not choose one title at once
TITLES_AT_ONCE = 60


def publish_artwork(*, approval: Approval) -> Artwork:
    """Put an approved render on sale and return its listing.

    Safe to repeat and safe beside itself: one render has one listing. A listing that curation had
    withdrawn is put back; one that the shop took down stays down.

    Raises:
        NotFound: there is no such render.
        StateConflict: the render has no picture, or the stored file is not the one recorded.
    """
    listed = Artwork.objects.filter(render_id=approval.render_id).first()
    if listed is not None:
        return _list_again(listed, approval)
    render = _render(approval.render_id)
    facts = _facts(render, approval)
    artwork_id = uuid5(render.pk, "artwork")  # the same at every try: files find their listing
    derivatives = write_derivatives(
        _original(render),
        artwork_id=artwork_id,
        sha256=render.sha256,
        storage=storages["default"],
        credit=settings.SITE_NAME,
        rights_url=f"{settings.SITE_URL}/licences/",
    )
    return _insert(artwork_id, render, approval, facts, derivatives)


def withdraw_artwork(*, render_id: UUID, reason: str, by: str = "curation") -> bool:
    """Take the listing of a render off sale; buyers keep what they bought.

    Returns:
        whether a listing was on sale. Safe to repeat.
    """
    changed = Artwork.objects.filter(render_id=render_id, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_reason=reason[:200], withdrawn_by=by
    )
    return bool(changed)


def restore_artwork(*, artwork_id: UUID) -> bool:
    """Put a withdrawn listing back on sale; tell whether it was withdrawn."""
    changed = Artwork.objects.filter(pk=artwork_id, withdrawn_at__isnull=False).update(
        withdrawn_at=None, withdrawn_reason="", withdrawn_by=""
    )
    return bool(changed)


@transaction.atomic
def edit_artwork(
    *, artwork: Artwork, title: str, description: str, alt_text: str, tags: list[str]
) -> Artwork:
    """Change the texts of a listing and make it findable by the new ones; its address stays.

    Raises:
        InvalidInput: a text is against the rules, or the title is taken; nothing was written.
    """
    wrong = metadata.faults(title=title, description=description, alt_text=alt_text, tags=tags)
    if Artwork.objects.exclude(pk=artwork.pk).filter(title__iexact=title).exists():
        wrong.setdefault("title", "Another work has this title.")
    texts = {"title": title, "description": description, "alt_text": alt_text, "tags": tags}
    wrong = _objections(texts) | wrong
    for field, message in wrong.items():
        raise InvalidInput(message, where=field)
    artwork.title, artwork.description = title.strip(), description.strip()
    artwork.alt_text, artwork.tags = alt_text.strip(), tags
    artwork.save(update_fields=["title", "description", "alt_text", "tags"])
    index_artwork(artwork)
    return artwork


def _list_again(artwork: Artwork, approval: Approval) -> Artwork:
    """Put back what curation had withdrawn and now approves anew."""
    changed = Artwork.objects.filter(pk=artwork.pk, withdrawn_by=Artwork.Withdrawer.CURATION)
    if changed.update(
        withdrawn_at=None,
        withdrawn_reason="",
        withdrawn_by="",
        decision_id=approval.decision_id,
        decided_by=approval.decided_by[:120],
    ):
        artwork.refresh_from_db()
    return artwork


def _render(render_id: UUID) -> Render:
    render = (
        Render.objects.select_related("job", "checkpoint", "style_version__style")
        .filter(pk=render_id)
        .first()
    )
    if render is None:
        raise NotFound(f"There is no render {render_id}.", where="render_id")
    if render.state != Render.State.RENDERED:
        raise StateConflict(f"The render is {render.state}: only a finished one can be listed.")
    return render


def _original(render: Render) -> bytes:
    """Read the stored picture and make sure that it is the one that was judged."""
    with storages["originals"].open(render.file) as file:
        data: bytes = file.read()
    if hashlib.sha256(data).hexdigest() != render.sha256:
        raise StateConflict("The stored file is not the one that was rendered; render it again.")
    return data


def _facts(render: Render, approval: Approval) -> metadata.Facts:
    """Gather what the texts are written from."""
    colors = approval.colors or tuple(
        (entry["hex"].upper(), float(entry["weight"]))
        for entry in sorted(render.palette, key=lambda entry: -entry["weight"])
    )
    style = render.style_version
    return metadata.Facts(
        key=str(render.pk),
        motif=style.motif,
        style_name=style.style.name,
        subject=render.subject,
        layout=render.layout,
        density=render.density,
        mood=tuple(render.mood),
        palette_name=in_words(render.palette_name),
        colors=tuple((hex_color.upper(), share) for hex_color, share in colors)
        or (("#808080", 1.0),),
        orientation=orientation(render.width_px, render.height_px),
        width_px=render.width_px,
        height_px=render.height_px,
        seen_tags=approval.tags,
        collection=in_words(render.job.collection).capitalize(),
        ground=str(render.slots[0]).upper() if render.slots else "",
        model_name=_model_name(render.checkpoint.name),
    )


def _insert(
    artwork_id: UUID,
    render: Render,
    approval: Approval,
    facts: metadata.Facts,
    derivatives: Derivatives,
) -> Artwork:
    """Write all rows of a listing, or find that somebody just did."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH_LOCK])
        existing = Artwork.objects.filter(render=render).first()
        if existing is not None:
            return existing
        title, slug = _free_title(facts)
        texts = {
            "title": title,
            "description": metadata.description(facts),
            "alt_text": metadata.alt_text(facts),
            "tags": metadata.tags(facts),
        }
        artwork = Artwork.objects.create(
            id=artwork_id,
            render=render,
            slug=slug,
            **texts,
            **_off_sale(texts),
            style_slug=render.style_version.style.slug,
            style_name=render.style_version.style.name,
            collection=_collection(render),
            tier=render.job.tier,
            palette_name=render.palette_name,
            colors=[list(pair) for pair in facts.colors],
            color_names=facet_names(list(facts.colors)),
            orientation=facts.orientation,
            width_px=derivatives.width_px,
            height_px=derivatives.height_px,
            original=render.file,
            sha256=render.sha256,
            file_bytes=render.file_bytes,
            derivatives=derivatives.names,
            placeholder=derivatives.placeholder,
            decided_by=approval.decided_by[:120],
            candidate_id=approval.candidate_id,
            decision_id=approval.decision_id,
            quality=_quality(approval),
            published_at=timezone.now(),
        )
        ArtworkStats.objects.create(artwork=artwork)
        if len(approval.embedding) == EMBEDDING_DIM:
            ArtworkEmbedding.objects.create(artwork=artwork, vector=list(approval.embedding))
        index_artwork(artwork)
    return artwork


def _objections(texts: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what the texts of a listing name that they may not, by field."""
    said = {
        field: text if isinstance(text, str) else ", ".join(text) for field, text in texts.items()
    }
    found = {field: objection(text) for field, text in said.items()}
    return {field: message for field, message in found.items() if message}


def _off_sale(texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what keeps a new listing off sale until its texts are changed, if need be."""
    for field, message in _objections(texts).items():
        reason = f"Its {field.replace('_', ' ')} must change. {message}"
        return {
            "withdrawn_at": timezone.now(),
            "withdrawn_reason": reason[:200],
            "withdrawn_by": Artwork.Withdrawer.SHOP,
        }
    return {}


def _free_title(facts: metadata.Facts) -> tuple[str, str]:
    """Return the best title that no listing has, and its slug; the caller holds the lock."""
    titles = metadata.titles(facts)
    while True:
        offered = {slugify(title)[:120]: title for title in islice(titles, TITLES_AT_ONCE)}
        taken = Artwork.objects.filter(
            Q(slug__in=list(offered)) | Q(title__in=list(offered.values()))
        ).values_list("slug", "title")
        slugs = {slug for slug, _title in taken}
        names = {title for _slug, title in taken}
        for slug, title in offered.items():
            if slug and slug not in slugs and title not in names:
                return title, slug


def _collection(render: Render) -> Collection | None:
    """Return the job's collection, made on first need and named after the job where they agree."""
    slug = render.job.collection
    if not slug:
        return None
    same = slugify(render.job.title) == slug
    title = render.job.title if same else in_words(slug).capitalize()
    return Collection.objects.get_or_create(slug=slug, defaults={"title": title[:200]})[0]


def orientation(width_px: int, height_px: int) -> str:
    """Return the orientation; within five percent of equal sides it is square."""
    ratio = width_px / height_px
    if ratio > 1.05:
        return Artwork.Orientation.LANDSCAPE
    return Artwork.Orientation.PORTRAIT if ratio < 1 / 1.05 else Artwork.Orientation.SQUARE


def _quality(approval: Approval) -> float:
    """Return the mean of the scores, or one half where there are none."""
    values = list(approval.scores.values())
    return sum(values) / len(values) if values else 0.5


def _model_name(name: str) -> str:
    """Return a checkpoint's name as part of a sentence."""
    if "model" not in name.lower():
        return f"the model {name}" if name else "the house model"
    start = name[0].lower() if name[1:2].islower() else name[0]
    return f"the {start}{name[1:]}"
