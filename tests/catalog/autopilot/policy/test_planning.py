"""Plans: replay, propensities, floors and caps."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from catalog.autopilot.policy import lots
from catalog.autopilot.types import Arm
from tests.catalog.autopilot.policy.facts import (
    ARMS,
    LIMITS,
    even_facts,
    loved_facts,
    planned,
)

SEEDS = 100


class TestReplay:
    def test_the_same_inputs_and_seed_give_the_same_plan(self):
        facts = loved_facts(lambda arm: arm.palette == "sage")
        assert planned(facts, seed=5) == planned(facts, seed=5)

    def test_the_order_of_facts_and_candidates_does_not_matter(self):
        facts = loved_facts(lambda arm: arm.palette == "sage")
        turned = planned(facts[::-1], ARMS[::-1], seed=5)
        assert [c.arm for c in turned.choices] == [c.arm for c in planned(facts, seed=5).choices]

    def test_another_seed_gives_another_plan(self):
        assert planned(even_facts(), seed=1).choices != planned(even_facts(), seed=2).choices

    def test_evidence_can_be_stored(self):
        for choice in planned(even_facts()).choices:
            assert json.loads(json.dumps(choice.evidence)) == choice.evidence


@pytest.fixture(scope="module")
def many():
    """Return the choices of many seeds on the same facts."""
    facts = loved_facts(lambda arm: arm.palette == "sage", times=1.5)
    return [choice for seed in range(SEEDS) for choice in planned(facts, seed=seed).choices]


class TestPropensity:
    def test_the_draw_gives_each_arm_its_chance(self):
        chance = np.random.default_rng(3)
        chances = chance.dirichlet(np.full(30, 0.4))
        strata, rounds = np.arange(30) % 5, 4000
        given_units = sum(lots.drawn(chances, 12, [strata], chance) for _ in range(rounds))
        error = np.sqrt(chances / (12 * rounds))
        assert np.all(np.abs(given_units / (12 * rounds) - chances) < 5 * error + 1e-9)

    def test_the_draw_is_never_off_by_a_unit(self):
        chance = np.random.default_rng(4)
        for _ in range(200):
            chances = chance.dirichlet(np.ones(9))
            strata, inner = np.arange(9) % 2, np.arange(9) % 3
            units = lots.drawn(chances, 7, [strata, inner], chance)
            assert units.sum() == 7
            assert np.all(np.abs(units - 7 * chances) < 1)
            due = np.bincount(strata, weights=7 * chances)
            assert np.all(np.abs(np.bincount(strata, weights=units) - due) < 1)

    def test_what_is_stated_is_how_often_it_happens(self, many):
        """Over many seeds an arm's share of the renders is its stated propensity."""
        made, stated = Counter(), {}
        for choice in many:
            made[choice.arm] += choice.renders / (48 * SEEDS)
            stated.setdefault(choice.arm, []).append(choice.propensity)
        assert sum(made.values()) == pytest.approx(1)
        for arm, share in made.items():
            # Seen only where it was chosen, an arm's mean propensity is slightly high.
            if len(stated[arm]) > 20:
                assert share == pytest.approx(np.mean(stated[arm]), rel=0.35, abs=0.015)

    def test_weighting_by_the_propensity_undoes_the_choice(self, many):
        """The mean of share / propensity is 1 for every arm: what off-policy estimates rest on."""
        weighted = Counter()
        for choice in many:
            weighted[choice.arm] += choice.renders / 48 / choice.propensity / SEEDS
        assert len(weighted) == len(ARMS)
        assert np.mean(list(weighted.values())) == pytest.approx(1, abs=0.06)
        assert all(0.5 < value < 1.5 for value in weighted.values())


class TestLimits:
    def test_no_more_than_the_cap_of_an_arm(self):
        limits = replace(LIMITS, arm_cap=6)
        facts = loved_facts(lambda arm: arm == ARMS[0], times=50.0)
        assert max(c.renders for c in planned(facts, limits=limits).choices) <= 6

    def test_exploration_has_its_floor(self):
        made = [replace(fact, renders=fact.renders * 4) for fact in even_facts()]
        known = [fact for fact in made if fact.arm.palette != "night"]
        limits = replace(LIMITS, exploration_floor=0.5)
        for seed in range(8):
            found = planned(known, limits=limits, seed=seed)
            new = sum(c.renders for c in found.choices if c.kind != "exploit")
            assert new >= 0.5 * sum(c.renders for c in found.choices)

    def test_styles_stay_varied(self):
        facts = loved_facts(lambda arm: arm.style == "waves", times=40.0)
        found = planned(facts, limits=replace(LIMITS, diversity_floor=3.0))
        styles = Counter()
        for choice in found.choices:
            styles[choice.arm.style] += choice.renders
        assert lots.effective_number(np.array(list(styles.values()), float)) > 2.6

    def test_gaps_get_a_part_of_the_exploration(self):
        gap = Arm("arches", "sage", "centered", "snails")
        found = [planned(even_facts(), gaps=[gap], seed=seed) for seed in range(8)]
        kinds = [c.kind for one in found for c in one.choices if c.arm == gap]
        assert kinds and set(kinds) == {"gap"}

    def test_no_share_rises_faster_than_allowed(self):
        facts = loved_facts(lambda arm: arm == ARMS[0], times=50.0)
        limits = replace(LIMITS, step_limit=0.05, arm_cap=48)
        found = planned(facts, limits=limits, previous={ARMS[1]: 1.0})
        assert all(c.renders <= 0.05 * 48 for c in found.choices if c.arm != ARMS[1])

    @pytest.mark.parametrize("renders", [0, 1, 5, 23, 48, 49, 200])
    def test_never_more_renders_than_asked_and_allowed(self, renders):
        found = planned(even_facts(), renders=renders)
        made = sum(choice.renders for choice in found.choices)
        assert made <= min(renders, LIMITS.renders_per_day)
        assert made >= 0.9 * min(renders, LIMITS.renders_per_day) - 1

    def test_only_candidates_are_made(self):
        found = planned(even_facts(), ARMS[:5])
        assert {choice.arm for choice in found.choices} <= set(ARMS[:5])

    def test_without_candidates_nothing_is_made_and_it_says_so(self):
        found = planned(even_facts(), [])
        assert found.choices == () and found.notes
