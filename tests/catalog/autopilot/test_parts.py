"""The pure parts: alarms, candidates, gaps to arms, specs, reasons, slots, documents."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone

from catalog.autopilot.alarms import alarms
from catalog.autopilot.documents import (
    facts_document,
    facts_of,
    history_document,
    history_of,
    plan_document,
    plan_of,
)
from catalog.autopilot.drafts import blocked_in, changes_between, draft, parents_of, seed_for
from catalog.autopilot.drawable import drawable
from catalog.autopilot.history import History, Spent
from catalog.autopilot.menu import Dishes, candidates, menu_of, themes_of
from catalog.autopilot.reasons import Lifts, poisson_interval, reason_of, series_of
from catalog.autopilot.rules import rules_in_force
from catalog.autopilot.schedule import due_slot
from catalog.autopilot.types import Arm, ArmDay, Belief, Choice, Limits, Plan
from catalog.models import AutopilotRules
from generation.services import submit_job
from tests.catalog.autopilot.conftest import STYLES

TODAY = date(2026, 5, 20)
ARCHES = Arm("boho-arches", "sage", "centered", "boho arches")
MENU = {
    slug: Dishes(slug, slug.replace("-", " ").title(), slug, ("ocean", "sage", "terracotta"),
                 ("centered", "left"), tuple(themes_of(slug)))
    for slug in ("boho-arches", "mountains", "sun-and-hills")
}  # fmt: skip
COLORS = {
    "ocean": ["#EEF6F7", "#1D6FA5"],
    "sage": ["#F6F2E9", "#8FA57C"],
    "terracotta": ["#F6EADB", "#C8553D"],
}


def fact(arm=ARCHES, ago=1, age=10, **counts):
    day = TODAY - timedelta(days=ago)
    return ArmDay(arm, day, day - timedelta(days=age), **{"works": 2} | counts)


# -- alarms ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("history", "facts", "kind"),
    [
        (History(judged=60, approved=3), [], "approval"),
        (History(sold=60, paid_back=30, largest_buyer=2), [], "refunds"),
        (History(sold=20, largest_buyer=15), [], "buyer"),
        (History(last_cycle=TODAY + timedelta(days=9)), [], "clock"),
        (History(newest_work=TODAY + timedelta(days=9)), [], "clock"),
        (History(), [fact(ago=-9)], "clock"),
        (History(), [fact(views=float("nan"))], "numbers"),
        (History(), [fact(views=-2)], "numbers"),
        (History(), [fact(views=900, impressions=20)], "clicks"),
        (
            History(),
            [*(fact(ago=n, views=10, impressions=50) for n in range(2, 12)),
             fact(ago=1, views=4000, impressions=9000)],
            "clicks",
        ),
        (
            History(days_with_signals=tuple(TODAY - timedelta(days=n) for n in range(20, 5, -1))),
            [],
            "missing",
        ),
    ],
)  # fmt: skip
def test_bad_and_unbelievable_numbers_alarm(history, facts, kind):
    (found,) = alarms(facts, Limits(), history, today=TODAY)
    assert found.kind == kind and found.sentence.endswith((".", "?"))


def test_new_works_that_eat_their_likes_alarm():
    chance, facts = np.random.default_rng(1), []
    for place in range(6):
        own = Arm(f"style-{place}", "sage", "centered", "waves")
        for ago in range(50, 0, -1):
            day, has_new = TODAY - timedelta(days=ago), (ago // 7) % 2 == place % 2
            sales = float(chance.poisson(2.0 if has_new else 5.0))
            counts = {"impressions": 2000, "examined": 1200, "views": 200, "sales": sales}
            facts.append(ArmDay(own, day, TODAY - timedelta(days=60), works=20, **counts))
            if has_new:
                born = TODAY - timedelta(days=ago // 7 * 7 + 6)
                facts.append(ArmDay(own, day, born, works=10, impressions=900, examined=500))
    (found,) = alarms(facts, Limits(), History(), today=TODAY)
    assert found.kind == "cannibalisation" and found.evidence["high"] < 0.8


def test_a_handful_of_cases_is_no_alarm():
    history = History(judged=9, approved=0, sold=5, paid_back=3, largest_buyer=5)
    assert alarms([fact(views=30, impressions=2)], Limits(), history, today=TODAY) == []


# -- what can be made --------------------------------------------------------------------------


def test_candidates_hold_what_is_known_and_one_step_from_the_best():
    other = Arm("mountains", "ocean", "left", "layered mountains")
    found = candidates(MENU, [fact(sales=3), fact(other)], seed=3)
    assert ARCHES in found and other in found
    assert replace(ARCHES, palette="terracotta") in found
    assert replace(ARCHES, layout="left") in found
    assert Arm("mountains", "sage", "centered", "layered mountains") in found
    assert found == candidates(MENU, [fact(other), fact(sales=3)], seed=3)
    assert all(MENU[arm.style].has(arm) for arm in found)


def test_what_is_no_longer_offered_is_no_candidate():
    gone = [Arm("waves", "sage", "centered", "waves"), replace(ARCHES, palette="gone")]
    found = candidates(MENU, [fact(arm, sales=9) for arm in gone], seed=1, themes=gone)
    assert not set(gone) & set(found)


@pytest.mark.parametrize(
    ("phrase", "arm"),
    [
        ("green arches", Arm("boho-arches", "sage", "centered", "boho arches")),
        ("blue mountain poster", Arm("mountains", "ocean", "centered", "layered mountains")),
        (
            "mountains with a moon",
            Arm("mountains", "sage", "centered", "layered mountains with a crescent moon"),
        ),
        (
            "sun on the left, terracotta",
            Arm("sun-and-hills", "terracotta", "left", "sun and hills"),
        ),
        ("unicorn", None),
    ],
)
def test_a_phrase_becomes_the_nearest_that_can_be_drawn(phrase, arm):
    found = drawable(phrase, MENU, COLORS)
    assert (found and found.arm) == arm


# -- specs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("Red Flag, burning", "flag"),
        ("flagship", ""),
        ("the FLAG-pole", "flag"),
        ("big cat", "Big  Cat"),
    ],
)
def test_blocked_words_are_whole_words(text, blocked):
    assert blocked_in(text, ["flag", "Big  Cat", "", " "]) == blocked


@pytest.mark.django_db
def test_a_draft_is_an_ordinary_spec_that_can_be_commissioned(factory):
    rules, menu = rules_in_force(), menu_of(rules_in_force())
    assert set(menu) == set(STYLES)
    choice = Choice(ARCHES, 3, 0.5, "exploit")
    parent = parents_of(["boho-arches"], rules)["boho-arches"]
    made = draft(choice, parent, menu, seed=seed_for(5, ARCHES), blocked=[])
    assert made.objection == ""
    job, _new = submit_job(spec=made.spec, owner=factory)
    assert job.renders.count() == 3 and job.title == "Boho arches in sage"
    assert {"field": "palette", "before": None, "after": {"name": "sage"}} in made.changes


@pytest.mark.django_db
def test_a_draft_is_a_diff_on_the_styles_best_series(factory):
    spec = {
        "version": 1, "style": "boho-arches", "subject": "arches over low hills",
        "palette": {"name": "ink"}, "composition": {"layout": "diagonal", "density": 0.8},
        "mood": ["calm"], "size": {"width_px": 256, "height_px": 320},
        "vary": {"palette": [{"name": "ink"}, {"name": "sage"}]}, "count": 2, "seed": 3,
    }  # fmt: skip
    job, _new = submit_job(spec=spec, owner=factory)
    parent = parents_of(["boho-arches"], rules_in_force())["boho-arches"]
    assert parent.job_id == job.pk
    menu = menu_of(rules_in_force())
    made = draft(Choice(ARCHES, 3, 0.5, "exploit"), parent, menu, seed=1, blocked=[])
    assert made.spec["size"] == {"width_px": 256, "height_px": 320}
    assert made.spec["composition"] == {"layout": "centered", "density": 0.8}
    assert made.spec["seed_policy"] == "item" and "vary" not in made.spec
    fields = {change["field"] for change in made.changes}
    assert {"palette", "subject", "composition", "vary"} <= fields and "mood" not in fields


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("theme", "blocked", "said"),
    [
        ("arches with a skull", ["skull"], "“skull”, which the rules block"),
        ("x" * 400, [], "300"),
        ("boho\narches", [], "line breaks"),
    ],
)
def test_what_the_rules_or_the_style_refuse_is_not_proposed(factory, theme, blocked, said):
    menu = menu_of(rules_in_force())
    parent = parents_of(["waves"], rules_in_force())["waves"]
    choice = Choice(Arm("waves", "sage", "centered", theme), 2, 0.5, "explore")
    assert said in draft(choice, parent, menu, seed=1, blocked=blocked).objection


def test_changes_are_told_field_by_field():
    before, after = {"style": "a", "mood": ["calm"], "seed": 1}, {"style": "b", "mood": ["calm"]}
    assert changes_between(before, after) == [{"field": "style", "before": "a", "after": "b"}]


# -- reasons -----------------------------------------------------------------------------------


def test_the_reason_is_the_attribute_that_surely_sells_better():
    other = [Arm("waves", palette, "centered", "waves") for palette in ("ink", "ocean", "plum")]
    facts = [fact(arm, ago, works=10, sales=1) for arm in other for ago in range(1, 7)]
    facts += [fact(ARCHES, ago, works=10, sales=6) for ago in range(1, 7)]
    reason, numbers = reason_of(
        Choice(ARCHES, 12, 0.4, "exploit"), Lifts(facts, TODAY), made_before=9
    )
    assert (
        reason.startswith("because ") and "sold 2.7 × as often as the average of its age" in reason
    )
    assert numbers["lift"]["low"] > 1
    assert series_of(Choice(ARCHES, 12, 0.4, "exploit")) == "12 × boho-arches in sage"


def test_without_sales_it_says_that_it_tries():
    lifts = Lifts([fact(sales=0)], TODAY)
    assert reason_of(Choice(ARCHES, 2, 0.1, "explore"), lifts, made_before=0)[0] == (
        "to try it: it was never made"
    )
    assert (
        "promises 31 cents a render"
        in (reason_of(Choice(ARCHES, 2, 0.1, "exploit", draw=31.2), lifts, made_before=4)[0])
    )


def test_what_is_tried_is_told_beside_what_it_is_near_to():
    near = {"near": "mountains|navy-gold|left|ridges", "near_by": "style"}
    choice = Choice(ARCHES, 2, 0.1, "explore", evidence=near)
    said, _numbers = reason_of(choice, Lifts([], TODAY), made_before=3)
    assert said == (
        "to try it: only 3 were made before, and but for its style it is like mountains in navy "
        "gold, which is known better"
    )


def test_the_interval_of_a_count_is_exact():
    low, high = poisson_interval(10)
    assert (low, high) == (pytest.approx(5.425, abs=0.01), pytest.approx(16.962, abs=0.01))
    assert poisson_interval(0) == (0.0, pytest.approx(2.996, abs=0.01))


# -- slots and documents -----------------------------------------------------------------------


def test_slots_follow_the_hour_and_the_interval():
    rules = AutopilotRules(hour=3, interval_hours=24)
    at = datetime(2026, 5, 20, 14, 30, tzinfo=UTC)
    zone = timezone.get_current_timezone()
    three = datetime(2026, 5, 20, 3, 0, tzinfo=zone).astimezone(UTC)
    assert due_slot(rules, at) == three.isoformat(timespec="minutes")
    assert due_slot(rules, at - timedelta(hours=13)) < due_slot(rules, at)
    rules.interval_hours = 6
    assert due_slot(rules, at) == (three + timedelta(hours=6)).isoformat(timespec="minutes")


def test_documents_come_back_as_they_went():
    facts = [fact(sales=1.5, renders=3), fact(replace(ARCHES, palette="ink"), ago=3)]
    assert facts_of(facts_document(facts)) == facts
    history = History(
        used=Spent(3, 4.5, 1.0),
        recent={"a": 3},
        previous={ARCHES: 0.5},
        near_duplicates={ARCHES: 2},
        days_with_signals=(TODAY,),
        newest_work=TODAY,
    )
    assert history_of(history_document(history)) == history
    plan = Plan(
        (Choice(ARCHES, 2, 0.5, "gap", 1.0, {"a": 1}),), (Belief(ARCHES, 1, 0, 2, 3, 4, 5, 6),), 7
    )
    assert plan_of(plan_document(plan)) == plan


def test_series_seeds_differ_by_arm_and_stay():
    other = replace(ARCHES, palette="ink")
    assert seed_for(1, ARCHES) == seed_for(1, ARCHES) != seed_for(1, other)
