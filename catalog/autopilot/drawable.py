"""From what people look for in vain to what this factory can draw: an arm near to a phrase. Pure.

Words are compared first: names and motifs of styles, palettes, colours. Where no style shares a
word with the phrase, its meaning decides, if it is near enough. A phrase that nothing here comes
near to gets no arm: a picture of something else would not fill the gap.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.autopilot.menu import Dishes, Menu
from catalog.autopilot.types import Arm
from catalog.color_words import facet_of, rich_name
from generation.house.captions import LAYOUT_WORDS, MOTIF_WORDS
from generation.house.families import FAMILIES

MEANING_FLOOR = 0.6
"""Cosine of the house CLIP from which words mean alike; see `catalog/search.py`."""
SMALL = frozenset(
    ("a", "an", "and", "art", "at", "by", "for", "from", "in", "of", "on", "or", "over", "print",
     "the", "to", "under", "with")
)  # fmt: skip
Encode = Callable[[Sequence[str]], "np.ndarray"]


@dataclass(frozen=True, slots=True)
class Drawable:
    """An arm near to a phrase.

    Attributes:
        arm: what to make.
        near: words of the phrase that it answers, or how near its meaning is.
    """

    arm: Arm
    near: str


def drawable(
    phrase: str, menu: Menu, colors: Mapping[str, Sequence[str]], *, encode: Encode | None = None
) -> Drawable | None:
    """Return the arm nearest to a phrase, or `None` where nothing comes near.

    Args:
        phrase: what was looked for.
        menu: what can be made.
        colors: palette → its colours as `#RRGGBB`, heaviest first.
        encode: gives unit vectors of texts, where meaning can be compared.
    """
    words = words_of(phrase)
    found = _by_words(words, menu) or (_by_meaning(phrase, menu, encode) if encode else None)
    if found is None:
        return None
    dishes, near = found
    palette = _palette(words, dishes, colors)
    arm = dishes.arm(palette, _layout(words, dishes), _theme(words, dishes))
    return Drawable(arm, f"{near}, {palette}" if palette in words else near)


def words_of(text: str) -> set[str]:
    """Return the words of a text, small, without plurals and without words that say nought."""
    return {_stem(word) for word in re.findall(r"[^\W\d_]+", text.lower())} - SMALL


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _by_words(words: set[str], menu: Menu) -> tuple[Dishes, str] | None:
    """Return the style that shares most words with the phrase, and which.

    Words of its name weigh twice as much as words of what it may show besides.
    """
    best: tuple[int, str] = (0, "")
    for slug in sorted(menu):
        named = words & words_of(menu[slug].name)
        shared = len(named) + len(words & _spoken(menu[slug]))
        if shared > best[0]:
            best = (shared, slug)
    if not best[0]:
        return None
    return menu[best[1]], " ".join(sorted(words & _spoken(menu[best[1]])))


def _spoken(dishes: Dishes) -> set[str]:
    """Return the words by which a style is known."""
    family = FAMILIES.get(dishes.family)
    texts = [dishes.name, *dishes.themes]
    if family:
        texts += [*family.phrases, *(w for m in family.motifs for w in MOTIF_WORDS.get(m, ()))]
    return words_of(" ".join(texts)) - {"abstract", "minimal", "geometric", "bold", "soft", "retro"}


def _by_meaning(phrase: str, menu: Menu, encode: Encode) -> tuple[Dishes, str] | None:
    """Return the style whose themes mean most like the phrase, if one does."""
    themes = [(slug, theme) for slug in sorted(menu) for theme in menu[slug].themes]
    if not themes:
        return None
    near = encode([theme for _slug, theme in themes]) @ encode([phrase])[0]
    best = int(np.argmax(near))
    if near[best] < MEANING_FLOOR:
        return None
    return menu[themes[best][0]], f"means {themes[best][1]} ({near[best]:.2f})"


def _palette(words: set[str], dishes: Dishes, colors: Mapping[str, Sequence[str]]) -> str:
    """Return the palette that the phrase names, or whose colours it names, or the first one."""
    spoken = {palette: words_of(palette.replace("-", " ")) for palette in dishes.palettes}
    called = {
        palette: {
            word
            for code in colors.get(palette, ())
            for word in words_of(f"{facet_of(code)} {rich_name(code)}")
        }
        for palette in dishes.palettes
    }
    return max(
        dishes.palettes,
        key=lambda one: (2 * len(words & spoken[one]) + len(words & called[one]), one == "sage"),
    )


def _layout(words: set[str], dishes: Dishes) -> str:
    """Return the layout that the phrase names, or the style's first."""
    named = [one for one in dishes.layouts if words & words_of(" ".join(LAYOUT_WORDS.get(one, ())))]
    return named[0] if named else dishes.layouts[0]


def _theme(words: set[str], dishes: Dishes) -> str:
    """Return the theme that shares most words with the phrase; of equals the plainest."""

    def fit(theme: str) -> tuple[int, int]:
        heard = words_of(theme) | _synonyms(theme)
        return len(words & heard), -len(theme)

    return max(dishes.themes, key=fit)


def _synonyms(theme: str) -> set[str]:
    """Return other words for the motifs that a theme names."""
    said = words_of(theme)
    groups: Iterable[tuple[str, ...]] = MOTIF_WORDS.values()
    return {word for group in groups for word in map(_stem, group) if said & set(map(_stem, group))}
