"""`manage.py autopilot`: what it would do, that a dry run writes nothing, stopping it."""

import io

import pytest
from django.core.management import CommandError, call_command

from catalog.autopilot.rules import is_frozen
from catalog.models import AutopilotCycle, AutopilotEntry, AutopilotProposal, AutopilotRules
from tests.catalog.autopilot.conftest import set_mode

pytestmark = pytest.mark.django_db(transaction=True)


def run(*args, **options):
    out = io.StringIO()
    call_command("autopilot", *args, stdout=out, **options)
    return out.getvalue()


def test_a_dry_run_says_what_and_why_and_writes_nothing(shop):
    said = run("--once", "--dry-run", seed=4)
    assert "Mode suggest" in said and "Nothing is written." in said
    assert "propensity 0." in said and "from a plain spec, changed: " in said
    for table in (AutopilotCycle, AutopilotEntry, AutopilotProposal, AutopilotRules):
        assert not table.objects.exists()
    assert run("--once", "--dry-run", seed=4) == said


def test_once_runs_a_cycle_and_prints_its_log(shop):
    said = run("--once")
    assert "done." in said and "proposes " in said
    assert AutopilotCycle.objects.get().slot.startswith("manual-")


def test_off_is_said(factory):
    set_mode("off")
    with pytest.raises(CommandError, match="the autopilot is off"):
        run("--once")


def test_it_is_frozen_and_let_go_on(factory):
    assert "Frozen" in run("--freeze", "prices are wrong")
    assert is_frozen()
    assert "Lifted 1 alarm(s)." in run("--unfreeze", "they are right")
    assert not is_frozen()
    with pytest.raises(CommandError, match="Say why"):
        run("--freeze", " ")
