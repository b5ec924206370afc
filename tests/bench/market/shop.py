"""The shop: works on sale, a day of buyers, and the ledger of what was seen and bought."""

from datetime import date, timedelta

import numpy as np

from catalog.autopilot.policy.ledger import COUNTS, Ledger
from catalog.autopilot.types import ArmDay
from tests.bench.market.tastes import Tastes
from tests.bench.market.terms import ORDINARY, Terms

ROOM = 8192
"""Most works; one shop makes fewer than half of that in a hundred days."""
LAST_DAY = 220
FIRST_DAY = date(2026, 1, 1)


class Shop:
    """One simulated shop. `make` puts works on sale, `trade` lets one day of buyers pass.

    Attributes:
        day: the day that begins; the ledger holds the days before it.
        count: works made so far; the arrays are filled up to it.
        renders: by arm, made since the opening was over.
        earned: revenue by work less refunds, as far as it has come in.
    """

    def __init__(self, seed: int, terms: Terms = ORDINARY):
        self.terms = terms
        self.tastes = Tastes(terms, np.random.default_rng([seed, 1]))
        self.chance = np.random.default_rng([seed, 2])
        arms = len(self.tastes.arms)
        self._draw_shop(np.random.default_rng([seed, 3]))
        self.day, self.count = 0, 0
        self.arm = np.zeros(ROOM, int)
        self.group = np.zeros(ROOM, int)
        self.cohort = np.zeros(ROOM, int)
        self.quality = np.zeros(ROOM)
        self.popularity = np.zeros(ROOM)
        self.due: dict[str, np.ndarray] = {
            name: np.zeros((LAST_DAY, ROOM), np.float32) for name in ("sales", "refunds", "revenue")
        }
        self.groups: dict[tuple[int, int], int] = {}
        self.made: list[tuple[int, int, int, float]] = []
        self.rows: list[np.ndarray] = []
        self.renders = np.zeros(arms)
        self.earned = np.zeros(ROOM)
        self._open(np.random.default_rng([seed, 4]))

    def _draw_shop(self, chance: np.random.Generator) -> None:
        terms, codes = self.terms, self.tastes.codes
        self.segments = chance.dirichlet(np.full(terms.segments, 5.0))
        odds = chance.normal(*terms.kept, terms.styles)[codes[:, 0]]
        self.keeps = 1 / (1 + np.exp(-odds))
        self.costs = (terms.cost_cents * np.exp(chance.normal(0, 0.35, terms.styles)))[codes[:, 0]]
        self.refund_share = chance.beta(*terms.refund, terms.styles)[codes[:, 0]]

    def _open(self, chance: np.random.Generator) -> None:
        for _day in range(self.terms.opening_days):
            drawn = chance.integers(len(self.tastes.arms), size=self.terms.opening_renders)
            self.make(np.bincount(drawn, minlength=len(self.tastes.arms)))
            self.trade()
        self.first = self.count
        self.renders[:] = 0

    def make(self, renders: np.ndarray) -> None:
        """Render, judge and publish so many of each arm."""
        kept = self.chance.binomial(renders, self.keeps)
        for arm in np.flatnonzero(renders):
            group = self.groups.setdefault((int(arm), self.day), len(self.groups))
            self.made.append((group, int(renders[arm]), int(kept[arm]), float(self.costs[arm])))
            new = slice(self.count, self.count + int(kept[arm]))
            self.arm[new], self.group[new], self.cohort[new] = arm, group, self.day
            self.quality[new] = self.chance.normal(0, self.terms.work_sd, int(kept[arm]))
            self.count = new.stop
        self.renders += renders

    def attention(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return impressions and looks of each work by the shelf, and looks that taste directs.

        Per visitor; the shelf's have shape `(works,)`, the directed ones `(segments, works)`.
        """
        terms, live = self.terms, slice(0, self.count)
        age = self.day - self.cohort[live]
        score = 1.5 * np.exp(-age / 7) + 0.5 * np.log1p(self.popularity[live])
        order = np.argsort(-score - self.chance.gumbel(0, 0.7, self.count))
        place = np.empty(self.count, int)
        place[order] = np.arange(self.count)
        shown = terms.depth ** (place // terms.page)
        looked = shown / np.sqrt(1 + place % terms.page)
        looked *= terms.looks * (1 - terms.directed) / max(looked.sum(), 1e-9)
        wish = np.exp(self.tastes.affinity(self.day)[:, self.arm[live]])
        directed = terms.looks * terms.directed * wish / wish.sum(axis=1, keepdims=True)
        return shown, looked, directed

    def appetite(self, looks: np.ndarray) -> np.ndarray:
        """Return how much of the appetite for each look is left at so many looks a visitor."""
        scaled = np.maximum(looks / self.terms.fatigue, 1e-9)
        return -np.expm1(-scaled) / scaled

    def by_look(self, looks: np.ndarray) -> np.ndarray:
        """Return looks a visitor by segment and look, shape `(segments, looks)`."""
        size = int(self.tastes.looks.max()) + 1
        look = self.tastes.looks[self.arm[: self.count]]
        return np.stack([np.bincount(look, weights=row, minlength=size) for row in looks])

    def trade(self) -> None:
        """Let one day of buyers pass and write down what they did."""
        terms, live, chance = self.terms, slice(0, self.count), self.chance
        arm = self.arm[live]
        shown, looked, directed = self.attention()
        looks = looked + directed
        appeal = self.tastes.appeal(self.day)[:, arm] + self.quality[live]
        appeal -= terms.staleness * (self.day - self.cohort[live])
        clicky = self.tastes.clicky[arm]
        left = self.appetite(self.by_look(looks))[:, self.tastes.looks[arm]]
        seen = (terms.visitors * self.segments)[:, None] * looks
        view = seen * np.minimum(terms.view * np.exp(0.6 * appeal + clicky), 0.6)
        cart = view * np.minimum(terms.cart * np.exp(0.4 * appeal - clicky) * left, 0.5)
        save = view * np.minimum(terms.save * np.exp(0.5 * appeal), 0.6)
        day: dict[str, np.ndarray] = {"works": np.ones(self.count)}
        day["examined"] = chance.poisson(seen.sum(axis=0)).astype(float)
        day["impressions"] = day["examined"] + chance.poisson(terms.visitors * shown)
        rate = view.sum(axis=0)
        day["views"] = chance.poisson(rate)
        day["carts"] = chance.binomial(day["views"], np.minimum(cart.sum(axis=0) / rate, 1))
        day["saves"] = chance.binomial(day["views"], np.minimum(save.sum(axis=0) / rate, 1))
        day["comps"] = chance.binomial(day["views"], terms.comp)
        self._sell(chance.binomial(day["carts"], terms.sale))
        self._write(day)
        self.popularity[live] = 0.9 * self.popularity[live] + day["views"]
        self.day += 1
        self.tastes.move()

    def _sell(self, bought: np.ndarray) -> None:
        """Lay what today's carts become on the days when it is paid and given back."""
        work = np.repeat(np.arange(self.count), bought)
        paid = self.day + self.chance.geometric(1 / (1 + self.terms.delay_days), len(work)) - 1
        amounts, shares = zip(*self.terms.prices, strict=True)
        price = self.chance.choice(amounts, size=len(work), p=shares)
        back = self.chance.random(len(work)) < self.refund_share[self.arm[work]]
        later = paid + 1 + self.chance.poisson(self.terms.refund_days, len(work))
        for days, what, value, part in (
            (paid, "sales", 1, slice(None)),
            (paid, "revenue", price, slice(None)),
            (later, "refunds", 1, back),
            (later, "revenue", -price, back),
        ):
            known = np.minimum(days, LAST_DAY - 1)[part]
            np.add.at(self.due[what], (known, work[part]), np.broadcast_to(value, len(work))[part])

    def _write(self, day: dict[str, np.ndarray]) -> None:
        live, size = slice(0, self.count), len(self.groups)
        for name in ("sales", "refunds", "revenue"):
            day[name] = self.due[name][self.day, live]
        self.earned[live] += day["revenue"]
        table = np.zeros((size, len(COUNTS) + 3))
        for number, name in enumerate((*COUNTS, "revenue")):
            if name in day:
                table[:, 2 + number] = np.bincount(
                    self.group[live], weights=day[name], minlength=size
                )
        if size:
            table[:, :2] = np.array(list(self.groups), float)
        for group, renders, kept, cost in self.made:
            table[group, 2 + COUNTS.index("renders")] += renders
            table[group, 2 + COUNTS.index("kept")] += kept
            table[group, 2 + COUNTS.index("cost_cents")] += cost * renders
        self.made = []
        kept_rows = (table[:, 2] > 0) | (table[:, 3] > 0)
        self.rows.append(np.column_stack([table[kept_rows], np.full(kept_rows.sum(), self.day)]))

    def ledger(self, days: int = 60) -> Ledger:
        """Return what the shop knows of its last days, as the policy reads it."""
        rows = np.concatenate(self.rows[-days:])
        arm, cohort, day = rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, -1].astype(int)
        counts = {name: rows[:, 2 + number] for number, name in enumerate(COUNTS)}
        arms = tuple(self.tastes.arms)
        return Ledger(arms, arm, self.day - day, day - cohort, counts, rows[:, -2])

    def facts(self, days: int = 60) -> list[ArmDay]:
        """Return the same as the factory's signals would give it; day 0 is `FIRST_DAY`."""
        rows = np.concatenate(self.rows[-days:])
        return [
            ArmDay(
                self.tastes.arms[int(row[0])],
                FIRST_DAY + timedelta(days=int(row[-1])),
                FIRST_DAY + timedelta(days=int(row[1])),
                *row[2:-1].tolist(),
            )
            for row in rows
        ]


def worth(shop: Shop) -> tuple[np.ndarray, np.ndarray]:
    """Return what a new work earns where nobody is tired of its look, and how often it is seen.

    Both of shape `(segments, arms)`: cents a day, and looks a visitor. What the shelf gives is what
    works of the last week have on average.
    """
    terms, tastes = shop.terms, shop.tastes
    _shown, looked, directed = shop.attention()
    fresh = shop.day - shop.cohort[: shop.count] < 7
    shelf = float(looked[fresh].mean()) if fresh.any() else float(looked.mean())
    wish = np.exp(tastes.affinity(shop.day))
    weight = directed.sum(axis=1) / wish[:, shop.arm[: shop.count]].sum(axis=1)
    looks = shelf + wish * weight[:, None]
    chance = terms.view * terms.cart * terms.sale * np.exp(tastes.appeal(shop.day))
    price = terms.price * (1 - shop.refund_share)
    return (terms.visitors * shop.segments)[:, None] * looks * chance * price, looks
