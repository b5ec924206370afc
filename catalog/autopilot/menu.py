"""What can be made at all: the styles that the rules allow, each with palettes, layouts, themes.

`menu_of` reads it; `candidates` picks from it the arms that a cycle considers. Their number is
bounded, since all combinations of eleven styles and twenty palettes are thousands: known arms, what
is one step from the best of them, and some by chance from each style.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from catalog.autopilot.rules import styles_of
from catalog.autopilot.types import Arm, ArmDay
from catalog.models import AutopilotRules
from generation.compile import layouts_of
from generation.house.families import FAMILIES
from generation.models import Palette, StyleVersion

WINNERS, BY_CHANCE, MOST = 12, 6, 400
"""Arms whose neighbours are considered; arms by chance from each style; arms in all."""
FREE_LAYOUTS = ("centered",)
"""For a style that takes any word as layout."""


@dataclass(frozen=True, slots=True)
class Dishes:
    """What one style offers.

    Attributes:
        name: of the style, for sentences.
        family: family of the house model that it draws, or empty.
    """

    style: str
    name: str
    family: str
    palettes: tuple[str, ...]
    layouts: tuple[str, ...]
    themes: tuple[str, ...]

    def arm(self, palette: str, layout: str, theme: str) -> Arm:
        """Return an arm of this style."""
        return Arm(self.style, palette, layout, theme)

    def has(self, arm: Arm) -> bool:
        """Tell whether an arm can be made in this style; a theme may be any."""
        return arm.palette in self.palettes and arm.layout in self.layouts and bool(arm.theme)


Menu = Mapping[str, Dishes]


def menu_of(rules: AutopilotRules) -> dict[str, Dishes]:
    """Return what the rules allow, by style; as many queries whatever the number of styles."""
    palettes = tuple(Palette.objects.order_by("slug").values_list("slug", flat=True))
    styles = styles_of(rules).select_related("current_version__checkpoint")
    menu = {}
    for style in styles.prefetch_related("current_version__palettes").order_by("slug"):
        version = style.current_version
        if version is not None:
            own = tuple(sorted(palette.slug for palette in version.palettes.all()))
            menu[style.slug] = _dishes(style.slug, style.name, version, own or palettes, rules)
    return menu


def _dishes(
    slug: str, name: str, version: StyleVersion, palettes: tuple[str, ...], rules: AutopilotRules
) -> Dishes:
    layouts = tuple(layouts_of(version)) or FREE_LAYOUTS
    parent = (rules.parent_specs or {}).get(slug, {})
    given = parent.get("subject") if isinstance(parent, dict) else None
    themes = [given] if isinstance(given, str) and given else []
    themes += themes_of(version.motif) or [name.lower()]
    return Dishes(slug, name, version.motif, palettes, layouts, tuple(dict.fromkeys(themes)))


def themes_of(family: str) -> list[str]:
    """Return what a family of the house model can show: itself, and itself with each motif."""
    known = FAMILIES.get(family)
    if known is None:
        return []
    phrase = known.phrases[0]
    return [phrase, *(f"{phrase} {words}" for words in known.motifs.values())]


def candidates(
    menu: Menu, facts: Sequence[ArmDay], *, seed: int, themes: Iterable[Arm] = ()
) -> list[Arm]:
    """Return the arms that a cycle considers, sorted; the same for the same menu, facts and seed.

    Args:
        menu: what can be made.
        facts: what is known.
        seed: of the draws by chance.
        themes: arms that a writer proposed; those that can be made are taken.
    """
    known = _known(menu, facts)
    found = dict.fromkeys(arm for arm in themes if arm.style in menu and menu[arm.style].has(arm))
    found |= dict.fromkeys(known)
    for winner in known[:WINNERS]:
        found |= dict.fromkeys(_neighbours(menu, winner))
    found |= dict.fromkeys(_by_chance(menu, Random(seed)))  # noqa: S311  (a draw to be replayed)
    return sorted(list(found)[:MOST])


def _known(menu: Menu, facts: Sequence[ArmDay]) -> list[Arm]:
    """Return the arms with works that can still be made, those that sold and were kept first."""
    worth: dict[Arm, float] = defaultdict(float)
    for fact in facts:
        worth[fact.arm] += fact.sales + 0.1 * fact.carts + 0.03 * fact.saves + 0.001 * fact.views
    makeable = [arm for arm in worth if arm.style in menu and menu[arm.style].has(arm)]
    return sorted(makeable, key=lambda arm: (-worth[arm], arm))


def _neighbours(menu: Menu, arm: Arm) -> Iterator[Arm]:
    """Yield what differs from an arm in one attribute."""
    dishes = menu[arm.style]
    yield from (replace(arm, palette=one) for one in dishes.palettes)
    yield from (replace(arm, layout=one) for one in dishes.layouts)
    yield from (replace(arm, theme=one) for one in dishes.themes)
    for other in menu.values():
        if arm.palette in other.palettes:
            layout = arm.layout if arm.layout in other.layouts else other.layouts[0]
            yield other.arm(arm.palette, layout, other.themes[0])


def _by_chance(menu: Menu, chance: Random) -> Iterator[Arm]:
    """Yield some arms of each style."""
    for dishes in menu.values():
        for _number in range(BY_CHANCE if dishes.palettes else 0):
            yield dishes.arm(
                chance.choice(dishes.palettes),
                chance.choice(dishes.layouts),
                chance.choice(dishes.themes),
            )
