"""The numbers of the simulated market, set before any policy was tuned on it.

Orders of size are those of a small print shop: 500 visitors a day look at 12 works each, about one
in twelve looks ends in a view, about one visitor in thirty buys. Tastes differ between segments of
buyers, drift slowly, and know interactions that no single attribute shows.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """What a market is like.

    Attributes:
        styles, palettes, layouts, themes: values of each attribute; an arm is a combination.
        segments: groups of buyers with tastes of their own.
        shared: share of the variance of taste that all segments have in common.
        taste_sd: spread of log appeal by style, palette, layout, theme.
        pair_sd: spread by style × palette, style × theme, palette × theme.
        work_sd: spread between works of one arm.
        clicky_sd: spread by which styles and themes draw looks that they do not turn into sales.
        memory: correlation of tastes from one day to the next; 0.996 leaves 0.79 after 60 days.
        season_sd: how far themes rise and fall within `season_days`.
        staleness: log appeal lost with each day of age.
        visitors, looks: visitors a day, and works that each looks at: attention is limited.
        directed: share of attention that follows taste (search, facets), not the shelf.
        page: works on a page; each further page is reached by `depth` of the visitors, and within a
            page the chance of a look falls with the square root of the place.
        fatigue: look-alikes (same style, palette, theme) a visitor sees while his appetite for more
            of them falls to 37 % (scale of an exponential).
        view, save, comp, cart, sale: chances at appeal 0 by look, view, view, view, cart.
        delay_days: mean days from cart to payment (geometric).
        refund: spread of the share of sales given back, a Beta by style; `refund_days` later.
        prices: what is paid, in cents, with its chance.
        kept: mean and spread of the log odds that a render passes curation, by style.
        cost_cents: mean cost of a render; styles differ by a factor of about two.
        opening_days, opening_renders: the shop's history before a policy takes over: so many days
            with so many renders each, arms at random.
    """

    styles: int = 6
    palettes: int = 6
    layouts: int = 3
    themes: int = 6
    segments: int = 5
    shared: float = 0.5
    taste_sd: tuple[float, float, float, float] = (0.45, 0.45, 0.15, 0.45)
    pair_sd: float = 0.2
    work_sd: float = 0.3
    clicky_sd: float = 0.25
    memory: float = 0.996
    season_sd: float = 0.2
    season_days: int = 90
    staleness: float = 0.008
    visitors: int = 500
    looks: float = 12.0
    directed: float = 0.35
    page: int = 24
    depth: float = 0.75
    fatigue: float = 1.0
    view: float = 0.08
    save: float = 0.08
    comp: float = 0.03
    cart: float = 0.05
    sale: float = 0.45
    delay_days: float = 2.5
    refund: tuple[float, float] = (2.0, 38.0)
    refund_days: int = 5
    prices: tuple[tuple[int, float], ...] = ((900, 0.6), (1900, 0.3), (4900, 0.1))
    kept: tuple[float, float] = (0.4, 0.5)
    cost_cents: float = 20.0
    opening_days: int = 21
    opening_renders: int = 24

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """How many values each attribute has."""
        return (self.styles, self.palettes, self.layouts, self.themes)

    @property
    def price(self) -> float:
        """Mean price of a sale in cents."""
        return sum(price * share for price, share in self.prices)


ORDINARY = Terms()
