"""What is believed and made follows what sells."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from catalog.autopilot.types import Arm
from tests.catalog.autopilot.policy.facts import (
    ARMS,
    TODAY,
    cohort,
    even_facts,
    loved_facts,
    planned,
    share_of,
)


class TestWhatSells:
    def test_a_loved_palette_is_made_more(self):
        found = planned(loved_facts(lambda arm: arm.palette == "sage"))
        assert share_of(found, lambda arm: arm.palette == "sage") > 0.55

    def test_more_love_means_no_fewer_renders(self):
        shares = [
            np.mean(
                [
                    share_of(
                        planned(loved_facts(lambda arm: arm.style == "waves", times), seed=seed),
                        lambda arm: arm.style == "waves",
                    )
                    for seed in range(6)
                ]
            )
            for times in (0.5, 1.0, 2.0, 4.0)
        ]
        assert shares == sorted(shares)

    def test_views_tell_before_sales_can(self):
        """New cohorts that nobody bought from yet are told apart by their views and saves."""
        facts = even_facts()
        new = {"sales": 0.0, "revenue_cents": 0.0, "carts": 0.0}
        for arm in ARMS:
            more = 3.0 if arm.palette == "night" else 1.0
            facts += cohort(arm, days=3, ago=3, views=4 * more, saves=0.4 * more, **new)
        found = planned(facts)
        assert share_of(found, lambda arm: arm.palette == "night") > 0.4

    def test_an_arm_is_judged_by_what_it_shares(self):
        """A combination that was never made gains from its palette."""
        never = Arm("arches", "sage", "centered", "hills")
        facts = loved_facts(lambda arm: arm.palette == "sage", times=6.0)
        found = planned([fact for fact in facts if fact.arm != never])
        belief = {one.arm: one for one in found.beliefs}
        poor = Arm("arches", "clay", "centered", "hills")
        assert belief[never].renders == 0
        assert belief[never].mean > 1.5 * belief[poor].mean
        assert belief[never].high - belief[never].low > belief[poor].high - belief[poor].low

    def test_exploring_near_a_winner_names_it(self):
        never = Arm("arches", "sage", "centered", "hills")
        facts = loved_facts(lambda arm: arm.palette == "sage" and arm.layout == "left", times=6.0)
        known = [fact for fact in facts if fact.arm != never]
        found = [planned(known, seed=seed, candidates=[never]).choices[0] for seed in range(3)]
        assert {c.evidence["near"] for c in found} == {"arches|sage|left|hills"}
        assert {c.evidence["near_by"] for c in found} == {"layout"}
        assert all(c.kind == "explore" for c in found)

    def test_what_curation_refuses_is_made_less(self):
        facts = [
            replace(fact, renders=fact.kept * 8) if fact.arm.style == "leaves" else fact
            for fact in even_facts()
        ]
        belief = {one.arm: one.mean for one in planned(facts).beliefs}
        kept = np.mean([mean for arm, mean in belief.items() if arm.style != "leaves"])
        refused = np.mean([mean for arm, mean in belief.items() if arm.style == "leaves"])
        assert refused < 0.5 * kept

    def test_refunds_lower_the_reward(self):
        facts = [
            replace(fact, revenue_cents=fact.revenue_cents * 0.2)
            if fact.arm.style == "leaves"
            else fact
            for fact in even_facts(sales=1.0, revenue_cents=1600.0)
        ]
        belief = {one.arm: one.mean for one in planned(facts).beliefs}
        assert belief[Arm("leaves", "sage", "left", "hills")] < 0.6 * belief[ARMS[0]]

    def test_young_works_are_compared_with_young_works(self):
        """Works of few days have few sales; that is their age, not their arm."""
        old = [f for arm in ARMS[:12] for f in cohort(arm, days=30, ago=30)]
        slow = {"views": 8.0, "examined": 80.0, "sales": 0.0, "revenue_cents": 0.0}
        early = [
            replace(fact, **slow) if (fact.day - fact.cohort).days < 3 else fact for fact in old
        ]
        young = [f for arm in ARMS[12:] for f in cohort(arm, days=3, ago=3, **slow)]
        belief = {one.arm: one.mean for one in planned(early + young).beliefs}
        assert np.mean([belief[arm] for arm in ARMS[12:]]) > 0.5 * np.mean(
            [belief[arm] for arm in ARMS[:12]]
        )

    def test_a_change_of_taste_is_noticed_and_followed(self):
        facts = []
        for arm in ARMS:
            for ago, loved in ((40, "sage"), (5, "night")):
                more = 3.0 if arm.palette == loved else 1.0
                days = 35 if ago == 40 else 5
                facts += [
                    replace(fact, cohort=TODAY - timedelta(days=60))
                    for fact in cohort(
                        arm,
                        days=days,
                        ago=ago,
                        examined=160.0,
                        views=12 * more,
                        saves=1.2 * more,
                        carts=0.6 * more,
                        sales=0.3 * more,
                        revenue_cents=480 * more,
                    )
                ]
        found = planned(facts)
        assert "Tastes changed about 5 days ago" in found.notes[0]
        night = share_of(found, lambda arm: arm.palette == "night")
        assert night > share_of(found, lambda arm: arm.palette == "sage")

    def test_steady_tastes_are_no_change(self):
        assert planned(loved_facts(lambda arm: arm.palette == "sage")).notes == ()
