"""Plots as SVG on the server: bars with intervals, histograms, reliability. Pure, no library.

Each plot carries no text of its own, so that it may be stretched to any width: labels, ends of axes
and a table of the numbers are HTML around it. Colours come from CSS classes. Each has a title and a
sentence for those who do not see it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from math import sqrt

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_ids = count(1)


@dataclass(frozen=True)
class Plot:
    """A drawing with what is written around it.

    Attributes:
        title: names it.
        svg: the drawing.
        columns: heads of the table of its numbers.
        rows: the numbers, ready to be written.
        ends: what stands at the two ends of the horizontal axis.
    """

    title: str
    svg: SafeString
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share itself, 0 where nothing was counted."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval: E. B. Wilson, 1927."""
        return wilson(self.hits, self.total)


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Return the interval of a share by Wilson's score, within 0 to 1."""
    if not total:
        return 0.0, 1.0
    share, spread = hits / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def interval_strip(name: str, share: Share) -> SafeString:
    """Draw a share as a bar from 0 to 1 with its interval over it."""
    low, high = share.interval
    said = f"{percent(share.value)} of {share.total}, between {percent(low)} and {percent(high)}"
    body = format_html(
        '<rect class="plot__ground" width="100" height="10"/>'
        '<rect class="plot__bar" width="{}" height="10"/>'
        '<path class="plot__whisker" d="M{} 5H{}M{} 2V8M{} 2V8"/>',
        *(_n(100 * number) for number in (share.value, low, high, low, high)),
    )
    return drawing("strip", (100, 10), name, said, body)


def range_strip(
    name: str, value: float, low: float, high: float, longest: float, said: str
) -> SafeString:
    """Draw an amount as a bar with its interval over it; what lies beyond the ends is cut.

    Args:
        name: title.
        value: the amount.
        low: lower end of its interval.
        high: upper end.
        longest: the amount that fills the width.
        said: the numbers in words.
    """
    whole = longest if longest > 0 else 1.0
    ends = [max(0.0, min(100.0, 100 * one / whole)) for one in (value, low, high)]
    at, left, right = (_n(end) for end in ends)
    body = format_html(
        '<rect class="plot__ground" width="100" height="10"/>'
        '<rect class="plot__bar" width="{}" height="10"/>'
        '<path class="plot__whisker" d="M{} 5H{}M{} 2V8M{} 2V8"/>',
        *(at, left, right, left, right),
    )
    return drawing("strip", (100, 10), name, said, body)


def stacked_strip(name: str, parts: Sequence[tuple[str, str, float]], longest: float) -> SafeString:
    """Draw parts of a whole beside each other, as long as the whole is beside the longest.

    Args:
        name: title.
        parts: `(word, tone, amount)`; a tone is a CSS suffix.
        longest: the amount that fills the width.
    """
    whole = sum(amount for _word, _tone, amount in parts) or 1.0
    at, drawn = 0.0, []
    for _word, tone, amount in parts:
        width = 100 * amount / (longest or 1.0)
        drawn.append((tone, _n(at), _n(width)))
        at += width
    body = format_html_join(
        "", '<rect class="plot__part plot__part--{}" x="{}" width="{}" height="10"/>', drawn
    )
    said = ", ".join(f"{word} {percent(amount / whole)}" for word, _tone, amount in parts)
    return drawing("strip", (100, 10), name, said, body)


def histogram(
    title: str,
    counts: Sequence[int],
    labels: Sequence[str],
    *,
    ends: tuple[str, str],
    marks: Iterable[tuple[str, float]] = (),
    unit: str = "pictures",
    write: Callable[[int], str] = str,
) -> Plot:
    """Draw counts as columns side by side.

    Args:
        title: names it.
        counts: one for each column.
        labels: what each column holds, for the table.
        ends: labels of the two ends of the axis.
        marks: `(tone, place)`, lines at places of 0 to 1 along the axis.
        unit: what is counted.
        write: turns a count into words, as where it is money.
    """
    highest, width = max([*counts, 1]), 100 / max(len(counts), 1)
    bars = [
        (_n(index * width + 0.06 * width), _n(40 - 40 * n / highest), _n(0.88 * width), height)
        for index, n in enumerate(counts)
        if (height := _n(40 * n / highest)) != "0"
    ]
    body = format_html_join(
        "", '<rect class="plot__bar" x="{}" y="{}" width="{}" height="{}"/>', bars
    )
    lines = format_html_join(
        "",
        '<path class="plot__mark plot__mark--{}" d="M{} 0V40"/>',
        ((tone, _n(100 * place)) for tone, place in marks),
    )
    total, most = sum(counts), labels[list(counts).index(max(counts))] if counts else ""
    said = f"{write(total)} {unit}; most at {most}" if total else f"no {unit} yet"
    svg = drawing("columns", (100, 40), title, said, body + lines)
    rows = tuple((label, write(n)) for label, n in zip(labels, counts, strict=True))
    return Plot(title, svg, ("Range", unit.capitalize()), rows, ends)


def reliability(title: str, points: Sequence[Sequence[float]]) -> Plot:
    """Draw predicted probability against observed share; on the diagonal both agree.

    Args:
        title: names it.
        points: `[mean predicted, observed share, n]`.
    """
    most = max([point[2] for point in points], default=1)
    dots = [
        (_n(100 * said), _n(100 - 100 * seen), _n(1.0 + 1.5 * sqrt(n / most)))
        for said, seen, n in points
    ]
    whiskers = []
    for said, seen, n in points:
        low, high = wilson(round(seen * n), int(n))
        whiskers.append((_n(100 * said), _n(100 - 100 * low), _n(100 - 100 * high)))
    body = format_html(
        '<path class="plot__grid" d="M0 75H100M0 50H100M0 25H100M25 0V100M50 0V100M75 0V100"/>'
        '<path class="plot__ideal" d="M0 100L100 0"/>{}{}',
        format_html_join("", '<path class="plot__whisker" d="M{} {}V{}"/>', whiskers),
        format_html_join("", '<circle class="plot__dot" cx="{}" cy="{}" r="{}"/>', dots),
    )
    off = max((abs(said - seen) for said, seen, _n_ in points), default=0.0)
    words = f"{len(points)} groups, at most {percent(off)} from what came true"
    rows = tuple((percent(said), percent(seen), str(int(n))) for said, seen, n in points)
    svg = drawing("square", (100, 100), title, words, body, stretched=False)
    return Plot(title, svg, ("Predicted", "Came true", "Decisions"), rows, ("0 %", "100 %"))


def drawing(
    kind: str,
    size: tuple[int, int],
    title: str,
    said: str,
    body: SafeString,
    *,
    stretched: bool = True,
) -> SafeString:
    """Return an SVG with its title and a sentence, which screen readers read out."""
    key = f"plot-{next(_ids)}"
    return format_html(
        '<svg class="plot plot--{}" viewBox="0 0 {} {}" preserveAspectRatio="{}" role="img" '
        'aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title><desc id="{}-d">{}.</desc>{}</svg>',
        kind,
        *size,
        "none" if stretched else "xMidYMid meet",
        key,
        key,
        key,
        title,
        key,
        said,
        body,
    )


def percent(share: float) -> str:
    """Write a share, with a place after the point where it is small."""
    number = 100 * share
    return f"{number:.1f} %" if 0 < number < 10 else f"{number:.0f} %"


def _n(number: float) -> str:
    """Write a coordinate shortly."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
