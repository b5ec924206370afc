"""One text on its way through the screen: folded, cut into words, each with its place. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curation.compliance import vocabulary
from curation.compliance.vocabulary import Name, everyday

WORD = re.compile(r"[a-z0-9@$!|€£¥+¡*]+(?:'[a-z0-9@$!]+)*")
_LOOSE_ENDS = "!|+*¡@£€¥$"


@dataclass(frozen=True)
class Hit:
    """A name that a text uses.

    Attributes:
        term: the name as the register has it.
        kind: artist, person, character, brand or mark.
        start: where it begins in the text.
        end: where it ends.
        normalised: the words as they were read.
        why: how it was recognised.
    """

    term: str
    kind: str
    start: int
    end: int
    normalised: str
    why: str


@dataclass(frozen=True)
class Token:
    """A word of a folded text; `raw` has the signs at its ends, which may stand for letters."""

    word: str
    raw: str
    start: int
    end: int

    @property
    def is_owner(self) -> bool:
        """Whether the word ends in ’s."""
        return self.raw.rstrip(_LOOSE_ENDS).endswith("'s")


class Reading:
    """One text on its way through the screen: folded, cut into words."""

    def __init__(self, text: str, folded: str, places: list[int], begin: int) -> None:
        self.text, self.folded, self.places, self.begin = text, folded, places, begin
        self.tokens = list(_cut(folded))
        known = everyday()
        self.plain = [token.word in known or token.word == "s" for token in self.tokens]
        self.words = [token.word for token in self.tokens]

    def hit(self, name: Name, start: int, end: int, why: str) -> Hit:
        """Return a hit with its span in the original text."""
        first, last = self.places[start], self.places[end - 1]
        seen = self.folded[start:end]
        if why == "its name" and not self.text[first : last + 1].isascii():
            why = "its name, other letters looked through"
        return Hit(name.name, name.kind, self.begin + first, self.begin + last + 1, seen, why)

    def tight(self, first: int, last: int) -> bool:
        """Tell whether signs, and not spaces, stand between the words of a run."""
        pairs = zip(self.tokens[first:last], self.tokens[first + 1 : last + 1], strict=True)
        gaps = [self.folded[left.end : right.start] for left, right in pairs]
        return bool(gaps) and all(not gap.isspace() and len(gap) == 1 for gap in gaps)

    def cued(self, first: int, last: int, kind: str) -> bool:
        """Tell whether the words around a run show that a name of this kind is meant."""
        before, after = vocabulary.CUES.get(kind, ((), ()))
        ahead = " ".join(self.words[max(0, first - 4) : first])
        for article in (" the", " a", " an"):
            ahead = ahead.removesuffix(article)
        if kind == "artist" and self.words[max(0, first - 1) : first] == ["by"] and self.ends(last):
            return True
        behind = [word for word in self.words[last + 1 : last + 4] if word != "s"]
        behind_text = " ".join(behind) + " "
        return any(ahead == cue or ahead.endswith(f" {cue}") for cue in before) or any(
            behind_text.startswith(f"{cue} ") for cue in after
        )

    def ends(self, last: int) -> bool:
        """Tell whether a clause ends after a word."""
        rest = self.folded[self.tokens[last].end :]
        return not rest.strip() or rest[0] in ",.;:!?)"

    def stands_out(self, first: int, last: int) -> bool:
        """Tell whether a run is written as a name, with capitals, in a text that is not."""
        capital = [self._is_capital(token) for token in self.tokens]
        inside = capital[first : last + 1]
        rest = capital[1:first] + capital[last + 1 :]
        return all(inside) and first > 0 and not all(rest or [True])

    def _is_capital(self, token: Token) -> bool:
        return self.text[self.places[token.start]].isupper()

    def lies_in(self, phrases: list[str], first: int, last: int) -> bool:
        """Tell whether a run is part of one of some phrases."""
        if not phrases:
            return False
        near = " ".join(self.words[max(0, first - 3) : last + 4])
        return any(re.search(rf"\b{re.escape(phrase)}", near) for phrase in phrases)

    def single_letters(self) -> Iterator[list[Token]]:
        """Yield runs of four or more letters that stand one by one."""
        run: list[Token] = []
        for token in [*self.tokens, Token("--", "", 0, 0)]:
            close = not run or token.start - run[-1].end <= 4
            if len(token.word) == 1 and close:
                run.append(token)
                continue
            if len(run) >= 4:
                yield run
            run = [token] if len(token.word) == 1 else []


def _cut(folded: str) -> Iterator[Token]:
    """Cut a folded text into words; signs at their ends are left off."""
    for found in WORD.finditer(folded):
        whole, start = found.group(), found.start()
        bare = whole.lstrip(_LOOSE_ENDS)
        start += len(whole) - len(bare)
        bare = bare.rstrip(_LOOSE_ENDS)
        if bare:
            plain = bare.replace("'", "")
            yield Token(plain, whole, start, start + len(bare))
