"""Every version of what a listing says: kept, put live, edited, taken back.

The live English texts are copied to the listing. A version never changes but in its state; going
back to one makes a new one. Each verb is safe to repeat and safe beside itself. Better
writers are called by `writing.py`; which titles are free knows `titles.py`.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from catalog.models import Artwork, TextRevision
from catalog.services import bells
from catalog.services.indexing import index_artwork
from catalog.services.titles import ENGLISH, is_taken, lock_titles, with_free_title
from catalog.texts import Draft, Facts, Texts, faults
from catalog.texts.rules import language_name
from genart.accounts.models import User
from genart.lib.errors import InvalidInput

FIELDS = ("title", "description", "alt_text", "tags")
State = TextRevision.State


def keep_draft(*, artwork: Artwork, draft: Draft, facts: Facts | None = None) -> TextRevision:
    """Keep what a writer wrote: live where it keeps the rules, else held for people to see.

    A title that another work took meanwhile is numbered.
    """
    with transaction.atomic():
        lock_titles()
        draft = with_free_title(artwork, draft)
        values: dict[str, Any] = {
            "language": draft.language,
            "category": draft.category,
            "writer": draft.writer,
            "repairs": list(draft.repairs),
            "faults": draft.faults,
            "facts": facts.as_dict() if facts else {},
        }
        if draft.faults:
            return _created(artwork, draft.texts, values | {"state": State.HELD})
        return _put_live(artwork, draft.texts, values)


@transaction.atomic
def edit_artwork(
    *,
    artwork: Artwork,
    title: str,
    description: str,
    alt_text: str,
    tags: list[str],
    language: str = ENGLISH,
    category: str | None = None,
    by: User | None = None,
    remark: str = "",
) -> Artwork:
    """Change the texts of a listing and make it findable by the new ones; its address stays.

    Args:
        artwork: whose texts.
        title: no other work may have it.
        description: plain text.
        alt_text: what is seen.
        tags: words people look for.
        language: which of its languages is changed.
        category: slug of `catalog/texts/categories.py`; `None` leaves it.
        by: who changes them.
        remark: a sentence kept beside the version.

    Raises:
        InvalidInput: a text is against the rules, or the title is taken; nothing was written.
    """
    texts = Texts(title.strip(), description.strip(), alt_text.strip(), tuple(tags))
    lock_titles()
    for field, message in wrong_with(artwork, texts, language).items():
        raise InvalidInput(message, where=field)
    values = {
        "language": language,
        "category": artwork.category if category is None else category,
        "writer": f"person:{by.get_username() if by else 'unknown'}"[:120],
        "repairs": [remark] if remark else [],
        "by": by,
    }
    _put_live(artwork, texts, values)
    return artwork


def revert_texts(*, revision: TextRevision, by: User | None = None) -> Artwork:
    """Say again what an earlier version said, as a new version.

    Raises:
        InvalidInput: the rules are against it by now, or its title is taken.
    """
    told = f"Back to the version of {revision.created_at:%d %B %Y, %H:%M}, by {revision.writer}."
    return edit_artwork(
        artwork=revision.artwork,
        title=revision.title,
        description=revision.description,
        alt_text=revision.alt_text,
        tags=list(revision.tags),
        language=revision.language,
        category=revision.category or None,
        by=by,
        remark=told,
    )


def wrong_with(artwork: Artwork, texts: Texts, language: str) -> dict[str, str]:
    """Return what is against texts for a listing, by field: the rules, or a title that is taken."""
    wrong = faults(
        title=texts.title,
        description=texts.description,
        alt_text=texts.alt_text,
        tags=texts.tags,
        language=language,
    )
    if language not in settings.TEXT_LANGUAGES:
        wrong["language"] = f"The shop does not offer {language_name(language)}."
    if is_taken(artwork, texts.title, language):
        wrong.setdefault("title", "Another work has this title.")
    return wrong


def first_versions(artwork: Artwork, drafts: Sequence[Draft], facts: Facts) -> None:
    """Keep the texts that a new listing starts with; what breaks the rules is held."""
    told = facts.as_dict()
    TextRevision.objects.bulk_create(
        TextRevision(
            artwork=artwork,
            language=draft.language,
            title=draft.texts.title,
            description=draft.texts.description,
            alt_text=draft.texts.alt_text,
            tags=list(draft.texts.tags),
            category=draft.category,
            state=State.HELD if draft.faults else State.LIVE,
            writer=draft.writer,
            repairs=list(draft.repairs),
            faults=draft.faults,
            facts=told,
        )
        for draft in drafts
    )


def _put_live(artwork: Artwork, texts: Texts, values: dict[str, Any]) -> TextRevision:
    """Make a version the live one of its language; the same texts again change nothing."""
    Artwork.objects.select_for_update(of=("self",)).get(pk=artwork.pk)
    language = values["language"]
    live = artwork.texts.filter(language=language, state=State.LIVE).first()
    if live and _same(live, texts) and live.category == values["category"]:
        return live
    if live is None and language == ENGLISH:
        _keep_former(artwork)
    artwork.texts.filter(language=language, state=State.LIVE).update(state=State.PAST)
    revision = _created(artwork, texts, values | {"state": State.LIVE})
    if language == ENGLISH:
        copy_to_listing(artwork, revision)
        bells.seal(artwork.pk)  # files say what the page says
    index_artwork(artwork)
    return revision


def _created(artwork: Artwork, texts: Texts, values: dict[str, Any]) -> TextRevision:
    """Write a version. A held one may be longer than its columns: it is shown cut."""
    return TextRevision.objects.create(
        artwork=artwork,
        title=texts.title[:200],
        description=texts.description,
        alt_text=texts.alt_text[:500],
        tags=[tag[:60] for tag in texts.tags],
        **values,
    )


def _keep_former(artwork: Artwork) -> None:
    """Keep what a listing said before its versions were kept."""
    said = Artwork.objects.get(pk=artwork.pk)
    texts = Texts(said.title, said.description, said.alt_text, tuple(said.tags))
    values = {"language": ENGLISH, "category": said.category, "writer": "unknown"}
    _created(said, texts, values | {"state": State.PAST})


def copy_to_listing(artwork: Artwork, revision: TextRevision) -> None:
    """Show a live English version on the listing."""
    for field in (*FIELDS, "category"):
        setattr(artwork, field, getattr(revision, field))
    artwork.save(update_fields=[*FIELDS, "category"])


def _same(revision: TextRevision, texts: Texts) -> bool:
    said = (revision.title, revision.description, revision.alt_text, tuple(revision.tags))
    return said == (texts.title, texts.description, texts.alt_text, texts.tags)
