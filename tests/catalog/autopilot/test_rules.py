"""Rules are versions; freezing stops everything at once; both stand in the log."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.autopilot import services
from catalog.autopilot.rules import is_frozen, limits_of, mode_of, owner_of, rules_in_force
from catalog.models import AutopilotAlarm, AutopilotEntry, AutopilotRules
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from generation.models import Style
from tests.factories import make_style, make_user

pytestmark = pytest.mark.django_db


def test_a_new_factory_suggests():
    rules = rules_in_force()
    assert rules.pk is None and mode_of(rules) == "suggest"
    assert limits_of(rules).renders_per_day == 48


def test_a_change_is_a_new_version_and_the_old_one_stays():
    style = make_style()
    first = services.revise_rules(mode="shadow", styles=[style], diversity_floor=1.0)
    second = services.revise_rules(mode="suggest", why="looks good", arm_cap=6)
    assert (first.version, second.version) == (1, 2)
    assert rules_in_force() == second and list(second.styles.all()) == [style]
    first.refresh_from_db()
    assert first.mode == "shadow" and not first.is_active
    assert "arm cap 12 → 6" in AutopilotEntry.objects.first().sentence


def test_an_earlier_version_can_be_taken_back():
    services.revise_rules(renders_per_day=10)
    services.revise_rules(renders_per_day=99)
    back = services.roll_back_rules(version=1)
    assert (back.version, back.renders_per_day, back.note) == (3, 10, "back to v1")
    with pytest.raises(NotFound):
        services.roll_back_rules(version=77)


def test_limits_that_can_never_be_kept_are_refused():
    with pytest.raises(InvalidInput) as error:
        services.revise_rules(styles=[make_style()], diversity_floor=2.0)
    assert error.value.where == "diversity_floor"
    with pytest.raises(InvalidInput):
        services.revise_rules(renders_per_day=2)
    with pytest.raises(InvalidInput):
        services.revise_rules(colour="red")
    assert not AutopilotRules.objects.exists()


def test_auto_falls_back_to_suggest_when_it_expires():
    now = timezone.now()
    rules = services.revise_rules(mode="auto", expires_at=now + timedelta(days=1))
    assert mode_of(rules, now=now) == "auto"
    assert mode_of(rules, now=now + timedelta(days=2)) == "suggest"


def test_somebody_must_commission(admin_user):
    assert owner_of(rules_in_force()) == admin_user
    gone = make_user("gone", is_active=False)
    with pytest.raises(StateConflict):
        owner_of(services.revise_rules(owner=gone))


def test_a_freeze_is_lifted_with_a_reason(admin_user):
    services.freeze(reason="a  look\nfirst", user=admin_user)
    again = services.freeze(reason="once more", user=admin_user)
    assert is_frozen() and AutopilotAlarm.objects.get() == again
    assert again.reason == "a look first"
    with pytest.raises(InvalidInput):
        services.unfreeze(reason=" ")
    assert services.unfreeze(reason="looked", user=admin_user) == 1
    assert services.unfreeze(reason="looked", user=admin_user) == 0
    assert not is_frozen()
    assert [entry.sentence for entry in AutopilotEntry.objects.order_by("pk")] == [
        "Frozen by admin: a look first",
        "Goes on (hand): looked",
    ]


# -- the admin ---------------------------------------------------------------------------------


def form_of(rules, **changes):
    """Return what the admin's form sends for rules."""
    fields = (
        "mode", "brand", "blocked_words", "renders_per_day", "gpu_seconds_per_day",
        "cents_per_day", "exploration_floor", "diversity_floor", "step_limit", "arm_cap",
        "near_duplicate_cap", "approval_floor", "refund_ceiling", "hour", "interval_hours",
        "look_back_days", "keep_days",
    )  # fmt: skip
    return {name: getattr(rules, name) for name in fields} | {"parent_specs": "{}"} | changes


def test_saving_in_the_admin_makes_a_version(admin_client):
    services.revise_rules(mode="shadow")
    rules = rules_in_force()
    page = admin_client.get(reverse("admin:catalog_autopilotrules_change", args=[rules.pk]))
    assert page.status_code == 200
    for field in page.context["adminform"].form:
        assert field.help_text, f"{field.name} has no help"
    answer = admin_client.post(
        reverse("admin:catalog_autopilotrules_change", args=[rules.pk]),
        form_of(rules, mode="suggest", note="people first", blocked_words="skull\nflag"),
    )
    assert answer.status_code == 302
    made = rules_in_force()
    assert (made.version, made.mode, made.note) == (2, "suggest", "people first")
    assert made.created_by.username == "admin"
    rules.refresh_from_db()
    assert rules.mode == "shadow" and rules.blocked_words == ""


def test_the_admin_says_which_limit_can_never_be_kept(admin_client):
    style = make_style()
    answer = admin_client.post(
        reverse("admin:catalog_autopilotrules_add"),
        form_of(rules_in_force(), styles=[style.pk], diversity_floor=3),
    )
    assert answer.status_code == 200
    assert "1 style(s) can never be as varied as 3" in answer.content.decode()
    assert not AutopilotRules.objects.exists()


def test_the_admin_takes_a_version_back(admin_client):
    first = services.revise_rules(arm_cap=5)
    services.revise_rules(arm_cap=7)
    admin_client.post(
        reverse("admin:catalog_autopilotrules_changelist"),
        {"action": "take_back", "_selected_action": [first.pk]},
    )
    assert rules_in_force().arm_cap == 5 and rules_in_force().version == 3


@pytest.mark.parametrize("name", ["rules", "proposal", "cycle", "alarm", "entry"])
def test_every_list_of_the_admin_opens(admin_client, name):
    services.revise_rules(mode="auto")
    services.freeze(reason="to have an alarm")
    answer = admin_client.get(reverse(f"admin:catalog_autopilot{name}_changelist"))
    assert answer.status_code == 200
    assert Style.objects.count() == 0
