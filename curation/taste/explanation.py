"""Says in words and bars why a brand's taste likes a picture, and what would change its mind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from curation.models import Candidate, Criterion, Head
from curation.scorers import SCORERS
from curation.taste.attributes import ATTRIBUTES
from curation.taste.features import ATTRIBUTE, CRITERION, SCORE, rows_of
from curation.taste.fit import Fitted
from curation.taste.likelihood import LOOK, Likelihood, likelihood_by
from curation.taste.logistic import Doubles
from genart.ml.weights import clip_folder

BARS = 6
FAINT = 0.05
"""Log-odds under which a part is not worth a word."""
EVEN = 0.5
STEPS = 41


@dataclass(frozen=True)
class Bar:
    """One part of a taste's opinion.

    Attributes:
        label: what it is about, for example `Warmth`.
        detail: how the picture is in it, for example `rather warm`; empty for the look as a whole.
        log_odds: above 0 it speaks for the picture.
        share: its length, −1 … 1, the strongest being 1.
    """

    label: str
    detail: str
    log_odds: float
    share: float

    @property
    def signed(self) -> str:
        """The log-odds with their sign, for example `+0.8`."""
        return f"{self.log_odds:+.1f}".replace("-", "−")

    @property
    def width(self) -> float:
        """Its length in hundredths, for drawings that grow to both sides of a middle of 50."""
        return round(50 * abs(self.share), 1)

    @property
    def left(self) -> float:
        """Where it begins, in hundredths."""
        return 50.0 if self.share >= 0 else round(50 - self.width, 1)


@dataclass(frozen=True)
class Explanation:
    """A taste's opinion of one picture, for people.

    Attributes:
        value: the probability of approval, 0 … 1.
        version: of the head.
        sentence: what speaks for and against it.
        what_if: the smallest single change that would turn the opinion, or an empty string.
        bars: the strongest parts first.
    """

    value: float
    version: int
    sentence: str
    what_if: str
    bars: tuple[Bar, ...]


def explain(candidate: Candidate) -> Explanation | None:
    """Return why the taste of a candidate's brand likes it or not. A handful of queries.

    `None`: the brand has no taste yet, or it was learnt with another CLIP.
    """
    head = Head.objects.filter(brand=candidate.brand_id, is_active=True).first()
    if head is None or head.encoder != clip_folder().encoder:
        return None
    row = rows_of([candidate.pk], head.features)[0]
    likelihood = likelihood_by(head, row)
    titles = titles_of(head.features)
    bars = _bars(likelihood, titles, dict(zip(head.features, row.tolist(), strict=True)))
    return Explanation(
        value=likelihood.value,
        version=head.version,
        sentence=_sentence(likelihood.value, bars),
        what_if=_what_if(Fitted.from_json(head.features, head.weights), row, titles),
        bars=bars,
    )


def titles_of(names: Sequence[str]) -> dict[str, str]:
    """Return what people call the features that have a name. One query."""
    ids = [int(name.partition(".")[2]) for name in names if name.startswith(f"{CRITERION}.")]
    named = dict(Criterion.objects.filter(pk__in=ids).values_list("pk", "name"))
    titles = {f"{ATTRIBUTE}.{name}": shown.title for name, shown in ATTRIBUTES.items()}
    titles |= {f"{SCORE}.{name}": scorer.title for name, scorer in SCORERS.items()}
    titles |= {f"{CRITERION}.{pk}": f"“{named.get(pk, 'criterion')}”" for pk in ids}
    return titles | {LOOK: "The look as a whole"}


def _bars(
    likelihood: Likelihood, titles: Mapping[str, str], values: Mapping[str, float]
) -> tuple[Bar, ...]:
    parts = [part for part in likelihood.contributions if abs(part[1]) >= FAINT][:BARS]
    longest = max((abs(value) for _, value in parts), default=1.0)
    return tuple(
        Bar(
            label=titles.get(name, name),
            detail=_detail(name, values.get(name, np.nan)),
            log_odds=value,
            share=round(value / longest, 3),
        )
        for name, value in parts
    )


def _detail(name: str, value: float) -> str:
    """Say how a picture is in one feature."""
    if not np.isfinite(value):
        return ""
    kind, _, key = name.partition(".")
    if kind != ATTRIBUTE:
        return f"{value:.2f}"
    shown = ATTRIBUTES[key]
    if abs(value - EVEN) < 0.1:
        return f"between {shown.low} and {shown.high}"
    word = shown.high if value > EVEN else shown.low
    return word if abs(value - EVEN) > 0.25 else f"rather {word}"


def _sentence(value: float, bars: Sequence[Bar]) -> str:
    """Say what speaks for a picture and what against it."""
    said = f"The brand approves {round(100 * value)} of 100 pictures like this"
    for_ = [_clause(bar) for bar in bars if bar.log_odds > 0][:2]
    against = [_clause(bar) for bar in bars if bar.log_odds < 0][:2]
    if for_ and against:
        return f"{said}: {_joined(for_)} speak{_s(for_)} for it, {_joined(against)} against."
    if for_ or against:
        side = "for" if for_ else "against"
        return f"{said}: {_joined(for_ or against)} speak{_s(for_ or against)} {side} it."
    return f"{said}; nothing stands out."


def _clause(bar: Bar) -> str:
    return f"{bar.label[:1].lower()}{bar.label[1:]} {bar.signed}"


def _joined(clauses: Sequence[str]) -> str:
    return " and ".join(clauses)


def _s(clauses: Sequence[str]) -> str:
    return "s" if len(clauses) == 1 else ""


def _what_if(fitted: Fitted, row: Doubles, titles: Mapping[str, str]) -> str:
    """Return the smallest change of one named feature after which the opinion would turn."""
    likes = fitted.predict(row)[0] >= EVEN
    best: tuple[float, str, float] | None = None
    for place, name in enumerate(fitted.names):
        if name not in titles or not np.isfinite(row[place]):
            continue
        found = _turning(fitted, row, place, likes)
        if found is None:
            continue
        far = abs(found - row[place]) / fitted.spreads[place]
        if best is None or far < best[0]:
            best = far, name, found
    if best is None:
        return ""
    _, name, value = best
    way = "at least" if value > row[fitted.names.index(name)] else "at most"
    outcome = "fail" if likes else "pass"
    return f"It would {outcome} if {_plain(titles[name])} were {value:.2f} {way}."


def _turning(fitted: Fitted, row: Doubles, place: int, likes: bool) -> float | None:
    """Return the value of one feature, nearest to its own, at which the opinion turns."""
    values = np.linspace(0, 1, STEPS)
    tried = np.repeat(row[None], STEPS, axis=0)
    tried[:, place] = values
    turned = values[(fitted.predict(tried) >= EVEN) != likes]
    return float(min(turned, key=lambda value: abs(value - row[place]))) if len(turned) else None


def _plain(title: str) -> str:
    return title if title.startswith("“") else title[:1].lower() + title[1:]
