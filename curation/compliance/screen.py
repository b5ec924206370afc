"""Does a text name an artist, a person, a character or a brand? Pure, and quick: see the bench.

A `Screen` is built once from names and looks at any number of texts. It reads through disguises
(`genart/lib/lookalikes.py`): other scripts, letters spread or run together, digits for letters,
doubled letters, one wrong letter in a long name, endings such as “-esque”, and descriptions without
the name. Everyday words that are names too need a sentence that shows which is meant.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from curation.compliance import vocabulary
from curation.compliance.described import Described, unknown_maker
from curation.compliance.reading import WORD, Hit, Reading
from curation.compliance.vocabulary import Name, everyday
from genart.lib.lookalikes import (
    deletions,
    fold,
    one_edit_apart,
    skeleton,
    squeezed,
)

LONGEST_TEXT = 2000
"""Letters that are looked at; a longer text is looked at in pieces of this length."""
MOST_WORDS, LONGEST_KEY = 6, 30
FUZZY_FROM, FUZZY_FROM_WITH_CUE, LEAST_KEY = 7, 6, 3
_LINKS = frozenset(
    [
        *("a", "an", "and", "as", "at", "be", "by", "do", "for", "he", "her", "his", "if", "in"),
        *("is", "it", "me", "my", "no", "of", "on", "or", "she", "so", "the", "to", "up", "us"),
        *("we", "with"),
    ]
)
"""Words that are never a part of a name that was broken up by spaces."""


@dataclass(frozen=True)
class _Entry:
    """One way to write a name; a weak one needs a sentence that shows that it is meant."""

    name: Name
    words: tuple[str, ...]
    key: str
    weak: bool


class Screen:
    """Names, indexed for looking at texts.

    Args:
        names: what may not be used.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self.described: list[Described] = []
        self.foreign: list[tuple[str, Name]] = []
        self._exact: dict[str, list[_Entry]] = defaultdict(list)
        self._loose: dict[str, list[_Entry]] = defaultdict(list)
        self._near: dict[str, list[_Entry]] = defaultdict(list)
        self._harmless: dict[str, list[str]] = {}
        for name in names:
            self._add(name)

    def look(self, text: str) -> list[Hit]:
        """Return the names that a text uses, in their order, each once."""
        found: dict[tuple[str, str], Hit] = {}
        for begin in range(0, max(1, len(text)), LONGEST_TEXT):
            for hit in self._look(text[begin : begin + LONGEST_TEXT], begin):
                found.setdefault((hit.kind, hit.term), hit)
        return sorted(found.values(), key=lambda hit: hit.start)

    # -- building ----------------------------------------------------------------------------

    def _add(self, name: Name) -> None:
        self._harmless[name.name] = [" ".join(WORD.findall(fold(p)[0])) for p in name.harmless]
        for form in dict.fromkeys((name.name, *name.aliases)):
            if " + " in form:
                self.described.append(Described.of(name, form))
            elif not re.search("[a-z]", fold(form)[0]):
                self.foreign.append((form.casefold(), name))
            else:
                for joint in dict.fromkeys((" and ", " ")) if "&" in form else (" ",):
                    self._index(self._entry(name, form.replace("&", joint)))

    def _entry(self, name: Name, form: str) -> _Entry:
        folded = fold(form, sounds=True)[0].replace("'", "")
        words = tuple(re.findall("[a-z0-9]+", folded))
        key = "".join(words)
        alone = len(words) == 1 and (key in everyday() or name.name.endswith(form))
        thing = name.kind in ("brand", "character") and form == name.name
        plain = len(words) > 1 and (thing or all(word in everyday() for word in words))
        return _Entry(name, words, key, name.is_common_word and (alone or plain))

    def _index(self, entry: _Entry) -> None:
        if len(entry.key) < LEAST_KEY:
            return
        self._exact[entry.key].append(entry)
        self._loose[squeezed(skeleton(entry.key))].append(entry)
        if len(entry.key) >= FUZZY_FROM_WITH_CUE:
            for part in set(deletions(entry.key)):
                self._near[part].append(entry)
        if len(entry.words) == 2 and entry.name.kind in ("artist", "person"):
            self._exact[entry.words[1] + entry.words[0]].append(entry)

    # -- looking -----------------------------------------------------------------------------

    def _look(self, text: str, begin: int) -> Iterator[Hit]:
        for sounds in (False, True) if not text.isascii() else (False,):
            folded, places = fold(text, sounds=sounds)
            reading = Reading(text, folded, places, begin)
            yield from self._named(reading)
            yield from self._spread(reading)
            for description in self.described:
                if span := description.find(folded):
                    yield reading.hit(description.name, *span, "described without the name")
        small = text.casefold()
        for form, name in self.foreign if not text.isascii() else ():
            if (at := small.find(form)) >= 0:
                end = at + len(form)
                yield Hit(name.name, name.kind, begin + at, begin + end, form, "in another script")
        if unknown := unknown_maker(text):
            start, end, words = unknown
            why = "a name after words such as “in the style of”"
            yield Hit(words, "artist", begin + start, begin + end, words, why)

    def _named(self, reading: Reading) -> Iterator[Hit]:
        """Yield names among runs of one to six neighbouring words."""
        tokens = reading.tokens
        for first in range(len(tokens)):
            joined = ""
            for last in range(first, min(len(tokens), first + MOST_WORDS)):
                joined += tokens[last].word
                if len(joined) > LONGEST_KEY:
                    break
                for entry, why in self._readings(reading, first, last, joined):
                    if self._is_meant(reading, entry, first, last, why):
                        start, end = tokens[first].start, tokens[last].end
                        yield reading.hit(entry.name, start, end, why)

    def _readings(
        self, reading: Reading, first: int, last: int, joined: str
    ) -> Iterator[tuple[_Entry, str]]:
        """Yield what a run of words may stand for, the plainest reading first."""
        tokens = reading.tokens[first : last + 1]
        plain = all(reading.plain[first : last + 1])
        linked = any(token.word in _LINKS for token in tokens)
        for entry in self._exact.get(joined, ()):
            whole = len(tokens) in (1, len(entry.words))
            if whole or reading.tight(first, last) or not (plain or linked):
                yield entry, "its name" if whole else "letters spread apart"
        if tokens[-1].is_owner:
            for entry in self._exact.get(joined[:-1], ()):
                if len(tokens) in (1, len(entry.words)):
                    yield entry, "its name"
        if len(tokens) == 1 and not plain:
            yield from self._with_ending(joined)
        if len(tokens) == 1 and plain:
            return
        if not plain:
            for raw in dict.fromkeys(
                (joined, "".join(token.raw for token in tokens).replace("'", ""))
            ):
                for entry in self._loose.get(squeezed(skeleton(raw)), ()):
                    fits = len(tokens) in (1, len(entry.words)) or reading.tight(first, last)
                    if fits and len(raw) >= len(entry.key) > LEAST_KEY and raw != entry.key:
                        yield entry, "signs or doubled letters in its name"
            yield from self._misspelt(reading, first, last, joined)

    def _with_ending(self, word: str) -> Iterator[tuple[_Entry, str]]:
        """Yield names to which a word adds an ending or a beginning."""
        for suffix in vocabulary.SUFFIXES:
            base = word[: -len(suffix)]
            if word.endswith(suffix) and len(base) > LEAST_KEY:
                for entry in self._exact.get(base, ()):
                    yield entry, "its name" if suffix == "s" else f"its name with “-{suffix}”"
        for prefix in vocabulary.PREFIXES:
            if word.startswith(prefix) and len(word) - len(prefix) > LEAST_KEY:
                for entry in self._exact.get(word[len(prefix) :], ()):
                    yield entry, f"its name after “{prefix}”"
        for drawn, meant in (("vv", "w"), ("rn", "m")):
            if drawn in word:
                for entry in self._exact.get(word.replace(drawn, meant), ()):
                    yield entry, "look-alike letters"

    def _misspelt(
        self, reading: Reading, first: int, last: int, joined: str
    ) -> Iterator[tuple[_Entry, str]]:
        """Yield long names from which a run of words differs by one letter."""
        count = last - first + 1
        least = FUZZY_FROM
        if count > 1:
            least = FUZZY_FROM - 1 if reading.tight(first, last) else FUZZY_FROM + 2
        elif reading.cued(first, last, "artist"):
            least = FUZZY_FROM_WITH_CUE
        if len(joined) < least - 1:
            return
        seen = set()
        for part in deletions(joined):
            for entry in self._near.get(part, ()):
                fits = count in (1, len(entry.words)) or reading.tight(first, last)
                short = len(entry.key) < FUZZY_FROM and count == 1
                if short and (entry.weak or entry.name.kind != "artist" or part[0] != entry.key[0]):
                    continue
                if len(entry.key) < least or entry.key in seen or not fits:
                    continue
                if one_edit_apart(joined, entry.key):
                    seen.add(entry.key)
                    yield entry, "its name with one wrong letter"

    def _spread(self, reading: Reading) -> Iterator[Hit]:
        """Yield names whose letters stand one by one, whatever lies between them."""
        for tokens in reading.single_letters():
            run = "".join(token.word for token in tokens)
            for entry, at, length in self._within(run):
                if not entry.weak or at == 0 or at + length == len(run):
                    start, end = tokens[at].start, tokens[at + length - 1].end
                    yield reading.hit(entry.name, start, end, "letters spread apart")

    def _within(self, run: str) -> Iterator[tuple[_Entry, int, int]]:
        """Yield names of four letters or more that lie within a run of letters."""
        plain = skeleton(run)
        for at in range(len(run)):
            for length in range(4, min(LONGEST_KEY, len(run) - at) + 1):
                part = run[at : at + length]
                for entry in self._exact.get(part, ()):
                    yield entry, at, length
                for entry in self._loose.get(plain[at : at + length], ()):
                    if len(entry.key) == length and entry.key != part:
                        yield entry, at, length

    # -- judging -----------------------------------------------------------------------------

    def _is_meant(self, reading: Reading, entry: _Entry, first: int, last: int, why: str) -> bool:
        """Tell whether a reading is a name here, and not an everyday word or a harmless phrase."""
        if reading.lies_in(self._harmless[entry.name.name], first, last):
            return False
        if not entry.weak:
            return True
        if why.startswith("its name with “-") and entry.name.kind == "artist":
            return True
        if reading.cued(first, last, entry.name.kind):
            return True
        return len(entry.words) > 1 and reading.stands_out(first, last)
