"""Put a render on sale, take it off, put it back.

Derivatives are written first, then every row of a listing in one transaction: a listing is whole
or not there. Each verb is safe to repeat and safe beside itself. Texts are changed in `texts.py`.
"""

import io
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image

from catalog.color_words import facet_names
from catalog.derivatives import Derivatives, write_derivatives
from catalog.models import (
    Artwork,
    ArtworkEmbedding,
    ArtworkStats,
    Collection,
    Grant,
    Price,
)
from catalog.services import bells
from catalog.services.indexing import in_words, index_artwork
from catalog.services.pricing import set_price
from catalog.services.telling import facts_of, original_of
from catalog.services.texts import first_versions
from catalog.services.titles import free_address, free_title, lock_titles, slug_of
from catalog.services.writing import chain_of_writers
from catalog.texts import CannotWrite, Draft, Facts, write_texts
from catalog.texts.naming import any_named, without_everyday
from catalog.texts.writers.embedded import own_words
from genart.lib.approval import EMBEDDING_DIM, Approval
from genart.lib.errors import NotFound, StateConflict
from generation.models import Render

MEGAPIXEL = 1_000_000


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
    data = original_of(render)
    facts = facts_of(render, approval, Image.open(io.BytesIO(data)))
    artwork_id = uuid5(render.pk, "artwork")  # the same at every try: files find their listing
    derivatives = write_derivatives(
        data,
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
    """Put a withdrawn listing back on sale; tell whether it was withdrawn.

    One that somebody holds exclusively stays down.
    """
    exclusive = Grant.objects.filter(licence__is_exclusive=True, revoked_at=None)
    withdrawn = Artwork.objects.filter(pk=artwork_id, withdrawn_at__isnull=False)
    changed = withdrawn.exclude(pk__in=exclusive.values("artwork_id")).update(
        withdrawn_at=None, withdrawn_reason="", withdrawn_by=""
    )
    return bool(changed)


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


def _insert(
    artwork_id: UUID,
    render: Render,
    approval: Approval,
    facts: Facts,
    derivatives: Derivatives,
) -> Artwork:
    """Write all rows of a listing, or find that somebody just did."""
    with transaction.atomic():
        lock_titles()
        existing = Artwork.objects.filter(render=render).first()
        if existing is not None:
            return existing
        drafts = first_drafts(facts)
        english = drafts[0]
        artwork = Artwork.objects.create(
            id=artwork_id,
            render=render,
            slug=slug_of(english.texts.title),
            title=english.texts.title,
            description=english.texts.description,
            alt_text=english.texts.alt_text,
            tags=list(english.texts.tags),
            category=english.category,
            **_off_sale(english),
            **_of_render(render),
            **_of_approval(approval),
            colors=[list(pair) for pair in facts.colors],
            color_names=facet_names(list(facts.colors)),
            orientation=facts.orientation,
            width_px=derivatives.width_px,
            height_px=derivatives.height_px,
            size=size_of(derivatives.width_px, derivatives.height_px),
            price_cents=cheapest_cents(render.job.tier),
            derivatives=derivatives.names,
            placeholder=derivatives.placeholder,
            published_at=timezone.now(),
        )
        ArtworkStats.objects.create(artwork=artwork)
        set_price(artwork)
        if len(approval.embedding) == EMBEDDING_DIM:
            ArtworkEmbedding.objects.create(artwork=artwork, vector=list(approval.embedding))
        first_versions(artwork, drafts, facts)
        index_artwork(artwork)
        transaction.on_commit(lambda: _ring_writers(artwork_id))
        bells.seal(artwork_id)
    return artwork


def first_drafts(facts: Facts) -> list[Draft]:
    """Return the embedded writer's texts in every language that it knows, English first.

    The caller holds the lock of the titles, so the register of names is asked once: about titles,
    tags and the facts' own words. The vocabularies pass it, which a test asserts. Only where it
    objects is every part held against it.
    """
    drafts = _drafts(facts, screened=False)
    told = [without_everyday(draft.texts.title, draft.language) for draft in drafts]
    told += [*own_words(facts), ", ".join(drafts[0].texts.tags)]
    return _drafts(facts, screened=True) if any_named(told) else drafts


def _drafts(facts: Facts, *, screened: bool) -> list[Draft]:
    drafts = [write_texts(facts, free_title=free_address, screened=screened)]
    for language in settings.TEXT_LANGUAGES[1:]:
        free = free_title(None, language)
        try:
            drafts.append(write_texts(facts, language=language, free_title=free, screened=screened))
        except CannotWrite:
            continue  # a language of the better writers: the page falls back to English until then
    return drafts


def _ring_writers(artwork_id: UUID) -> None:
    """Have better texts written where the settings name a better writer."""
    if chain_of_writers(slow_only=True):
        from catalog.tasks_texts import write_better  # loads the broker, which pages do without

        write_better.send(str(artwork_id))


def _of_render(render: Render) -> dict[str, Any]:
    """Return what a listing copies from its render."""
    return {
        "style_slug": render.style_version.style.slug,
        "style_name": render.style_version.style.name,
        "collection": _collection(render),
        "tier": render.job.tier,
        "palette_name": render.palette_name,
        "original": render.file,
        "sha256": render.sha256,
        "file_bytes": render.file_bytes,
    }


def _of_approval(approval: Approval) -> dict[str, Any]:
    """Return what a listing copies from its approval."""
    return {
        "decided_by": approval.decided_by[:120],
        "candidate_id": approval.candidate_id,
        "decision_id": approval.decision_id,
        "quality": _quality(approval),
    }


def size_of(width_px: int, height_px: int) -> str:
    """Return the size class of a picture."""
    pixels = width_px * height_px
    if pixels < MEGAPIXEL:
        return Artwork.Size.SMALL
    return Artwork.Size.MEDIUM if pixels <= 4 * MEGAPIXEL else Artwork.Size.LARGE


def cheapest_cents(tier: str) -> int:
    """Return the cheapest price of a tier, exclusive rights aside; 0 where there is none.

    What rules of price make of it, `refresh_prices` writes.
    """
    prices = Price.objects.filter(
        tier=tier, licence__is_active=True, licence__is_exclusive=False
    ).aggregate(least=Min("amount_cents"))
    return prices["least"] or 0


def _off_sale(draft: Draft) -> dict[str, Any]:
    """Return what keeps a new listing off sale until its texts are changed, if need be."""
    for field, message in draft.faults.items():
        reason = f"Its {field.replace('_', ' ')} must change. {message}"
        return {
            "withdrawn_at": timezone.now(),
            "withdrawn_reason": reason[:200],
            "withdrawn_by": Artwork.Withdrawer.SHOP,
        }
    return {}


def _collection(render: Render) -> Collection | None:
    """Return the job's collection, made on first need and named after the job where they agree."""
    slug = render.job.collection
    if not slug:
        return None
    same = slugify(render.job.title) == slug
    title = render.job.title if same else in_words(slug).capitalize()
    return Collection.objects.get_or_create(slug=slug, defaults={"title": title[:200]})[0]


def _quality(approval: Approval) -> float:
    """Return the mean of the scores, or one half where there are none."""
    values = list(approval.scores.values())
    return sum(values) / len(values) if values else 0.5
