"""Mend texts that break the rules, and say what was mended.

A trimmed end, a dropped sentence or tag, another number: what needs judgement is left to people.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from catalog.texts import rules
from catalog.texts.facts import Texts
from catalog.texts.forbidden import opening_of, shouted
from catalog.texts.naming import any_named, named

FreeTitle = Callable[[Iterator[str]], str]
"""Takes titles, best first, and returns the first that no other work has."""
NUMBER = {"en": "No.", "de": "Nr.", "fr": "n°"}
_MARKUP = re.compile(r"[*_#`<>{}\[\]|\\]+|[\x00-\x1f\x7f]+|[\U0001F000-\U0001FAFF\u2600-\u27BF]+")


@dataclass
class _Bench:
    """Texts under repair, with the sentences that tell of it."""

    language: str
    is_named: bool = False  # whether the register of names holds something against the texts
    done: list[str] = field(default_factory=list)

    def objection(self, text: str) -> str:
        """Return what a part may not say, as a sentence, or nothing."""
        return rules.unfit(text) or (named(text, self.language) if self.is_named else "")

    def changed(self, before: str, after: str, sentence: str) -> str:
        """Return `after`, and note the sentence if that is another text."""
        if before != after:
            self.done.append(sentence)
        return after


def mend(
    texts: Texts,
    *,
    language: str,
    free_title: FreeTitle,
    spare_tags: Sequence[str] = (),
    screened: bool = True,
) -> tuple[Texts, tuple[str, ...]]:
    """Return the texts after every repair, and a sentence for each.

    Args:
        texts: as a writer gave them.
        language: of the texts.
        free_title: which of some titles no other work has.
        spare_tags: good tags, for when too few are left.
        screened: whether the register of names is asked too.
    """
    is_named = screened and any_named([texts.description, *texts.tags], language)
    bench = _Bench(language, is_named)
    title = _title(bench, texts.title)
    return (
        Texts(
            title=_unique(bench, title, free_title) if title else title,
            description=_description(bench, texts.description),
            alt_text=_alt_text(bench, texts.alt_text),
            tags=_tags(bench, texts.tags, spare_tags),
        ),
        tuple(bench.done),
    )


def _title(bench: _Bench, text: str) -> str:
    text = _plain(bench, "title", text)
    text = bench.changed(text, text.strip(" .\"“”„'»«"), "Took marks off the ends of the title.")
    return _short(bench, "title", text)


def _unique(bench: _Bench, title: str, free_title: FreeTitle) -> str:
    """Return the title, numbered where another work has it."""
    word = NUMBER.get(bench.language, "No.")
    tails = (f", {word} {number}" for number in count(2))
    numbered = (trimmed(title, rules.TITLE_LIMIT - len(tail)) + tail for tail in tails)
    free = free_title(chain([title], numbered))
    return bench.changed(title, free, f"Another work is called “{title}”: numbered it.")


def _description(bench: _Bench, text: str) -> str:
    text = _plain(bench, "description", text)
    kept: list[str] = []
    for sentence in re.split(r"(?<=[.!?…])\s+", text):
        said = [before.lower() for before in kept]
        reason = "said twice" if sentence.lower() in said else bench.objection(sentence)
        if reason:
            bench.done.append(f"Dropped from the description: “{sentence[:80]}” ({reason})")
        else:
            kept.append(sentence)
    return _short(bench, "description", " ".join(kept))


def _alt_text(bench: _Bench, text: str) -> str:
    text = _plain(bench, "alt text", text)
    while opening := opening_of(text):
        rest = text[len(opening) :].lstrip(" :,")
        text = bench.changed(text, _capital(rest), f"Took “{opening.strip()}” off the alt text.")
    return _short(bench, "alt_text", text)


def _plain(bench: _Bench, name: str, text: str) -> str:
    """Return a text without markup, shouting, doubled words and spare blanks."""
    clean = " ".join(_MARKUP.sub(" ", text).split())
    text = bench.changed(" ".join(text.split()), clean, f"Took markup out of the {name}.")
    for word in shouted(text):
        calm = text.replace(word, word.capitalize())
        text = bench.changed(text, calm, f"Wrote “{word}” in small letters in the {name}.")
    calm = re.sub(r"\s*!+", ".", text)
    calm = re.sub(r"\.{2,}", ".", calm)
    text = bench.changed(text, calm, f"Took exclamation marks out of the {name}.")
    once = re.sub(r"\b([^\W\d_]{2,})(\s+\1\b)+", _once, text, flags=re.IGNORECASE)
    return bench.changed(text, once, f"Took a doubled word out of the {name}.")


def _once(match: re.Match[str]) -> str:
    """Return a doubled word once, unless a language may say it twice."""
    return match.group(0) if not rules.repeated(match.group(0)) else match.group(1)


def _short(bench: _Bench, name: str, text: str) -> str:
    """Return a text within its limit: whole sentences if they are most of it, else whole words."""
    limit = rules.LIMITS[name]
    if len(text) <= limit:
        return text
    at = max(text.rfind(mark, 0, limit) for mark in (". ", "? ", "; "))
    short = text[: at + 1] if at > limit * 0.6 else trimmed(text, limit - 1)
    if name != "title" and short[-1] not in ".?":
        short = f"{short.rstrip(' ,;:–-')}."
    return bench.changed(text, short, f"Cut the {name.replace('_', ' ')} to {limit} characters.")


def trimmed(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters that ends with a whole word."""
    if len(text) <= limit:
        return text
    cut = text[: limit + 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > 0 else text[:limit]).rstrip(" ,;:–-")


def _tags(bench: _Bench, tags: Sequence[str], spare: Sequence[str]) -> tuple[str, ...]:
    """Return tags in small letters that keep the rules, filled up where too few are left."""
    kept: list[str] = []
    for tag in tags:
        _keep(bench, kept, plain_tag(tag), told=True)
    if len(kept) < rules.LEAST_TAGS:
        before = len(kept)
        for tag in spare:
            _keep(bench, kept, plain_tag(tag), told=False)
        bench.done += ["Added tags of the embedded writer."] if len(kept) > before else []
    if len(kept) > rules.MOST_TAGS:
        bench.done.append(f"Kept the first {rules.MOST_TAGS} tags.")
    return tuple(kept[: rules.MOST_TAGS])


def chosen_tags(words: Sequence[str]) -> tuple[str, ...]:
    """Return the first of some words that can be tags together, nothing told of the others."""
    kept: list[str] = []
    for word in words:
        _keep(_Bench(""), kept, plain_tag(word), told=False)
    return tuple(kept[: rules.MOST_TAGS])


def _keep(bench: _Bench, kept: list[str], tag: str, *, told: bool) -> None:
    """Add a tag to those kept unless the rules are against it."""
    reason = rules.of_tag(tag) or bench.objection(tag)
    if not reason and tag in kept:
        reason = "Twice."
    if not reason and max(rules.tag_words([*kept, tag]).values(), default=0) > (
        rules.MOST_TAGS_WITH_WORD
    ):
        reason = "Its word is in enough tags."
    if not reason:
        kept.append(tag)
    elif told and tag:
        bench.done.append(f"Dropped the tag “{tag[:40]}”. {reason}")


def plain_tag(text: str) -> str:
    """Return a tag in small letters: words, blanks and hyphens only."""
    tag = re.sub(r"[^\w &’'-]+|_", " ", text.lower().lstrip("#"))
    return re.sub(r"\s+", " ", tag).strip(" -'’&")


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
