"""Ask the writers in order; what they write goes through repair and rules."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PIL import Image

from catalog.texts.facts import Draft, Facts
from catalog.texts.families import category_of
from catalog.texts.repair import FreeTitle, mend
from catalog.texts.rules import faults
from catalog.texts.seeing import look
from catalog.texts.writers import CannotWrite, Question, Writer
from catalog.texts.writers.contract import Ledger, NoLedger
from catalog.texts.writers.embedded import EmbeddedWriter


def first_title(titles: Iterator[str]) -> str:
    """Return the first title, as if no other work had it."""
    return next(titles)


def write_texts(
    facts: Facts,
    *,
    picture: Image.Image | None = None,
    language: str = "en",
    writers: Sequence[Writer] = (),
    free_title: FreeTitle = first_title,
    ledger: Ledger | None = None,
    screened: bool = True,
) -> Draft:
    """Return the texts of the first writer that can write; others are named in `skipped`.

    A draft with faults is for people to see, not for the page.

    Args:
        facts: what is known; where they lack `seen` and there is a picture, it is measured.
        picture: for measuring, and for writers that look.
        language: to write in.
        writers: asked in this order; without any, the embedded writer.
        free_title: returns the first of some titles that no other work has.
        ledger: where calls that cost money are noted.
        screened: whether the register of names is asked; it takes some ten milliseconds a question.

    Raises:
        CannotWrite: no writer could.
    """
    if picture is not None and facts.seen is None:
        facts = replace(facts, seen=look(picture))
    question = Question(facts, picture, language, ledger or NoLedger(), screened)
    skipped: list[str] = []
    for writer in writers or (EmbeddedWriter(),):
        try:
            return _draft(writer, question, free_title, tuple(skipped))
        except CannotWrite as reason:
            skipped.append(f"{writer.name}: {reason}")
    raise CannotWrite(" ".join(skipped))


def _draft(
    writer: Writer, question: Question, free_title: FreeTitle, skipped: tuple[str, ...]
) -> Draft:
    """Ask one writer, mend what it gives and hold it against the rules."""
    written = writer.write(question)
    texts = written.texts
    if written.titles is not None:
        texts = replace(texts, title=free_title(written.titles))
        free_title = first_title  # it is free
    texts, repairs = mend(
        texts,
        language=question.language,
        free_title=free_title,
        screened=question.screened,
        spare_tags=() if isinstance(writer, EmbeddedWriter) else _spare_tags(question),
    )
    return Draft(
        language=question.language,
        texts=texts,
        category=category_of(question.facts),
        writer=writer.signature,
        repairs=(*written.remarks, *repairs),
        faults=faults(
            title=texts.title,
            description=texts.description,
            alt_text=texts.alt_text,
            tags=texts.tags,
            language=question.language,
            screened=question.screened,
        ),
        skipped=skipped,
    )


def _spare_tags(question: Question) -> tuple[str, ...]:
    """Return the embedded writer's tags, or none in a language that it does not know."""
    try:
        return EmbeddedWriter().write(question).texts.tags
    except CannotWrite:
        return ()
