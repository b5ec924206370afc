"""A cycle whose process is killed at any moment makes each job once."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import connection

from catalog.autopilot.cycle import replays
from catalog.models import AutopilotCycle, AutopilotProposal
from generation.models import Job, Render
from tests.catalog.autopilot.conftest import set_mode

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KILLS = 5


def run_and_kill(slot, kill_after):
    """Run a cycle in a process of its own, killed after so many seconds; return what it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.catalog.autopilot.cycle_process",
         str(connection.settings_dict["NAME"]), slot],
        cwd=settings.BASE_DIR, env=os.environ | {"LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    with suppress(subprocess.TimeoutExpired):
        process.wait(kill_after)
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read().split()
    process.wait()
    return said


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_process_makes_each_job_once(shop, seed):
    chance = random.Random(seed)
    set_mode("auto", renders_per_day=24, arm_cap=3)
    seen = Counter()
    for _kill in range(KILLS):
        seen[(run_and_kill("one", chance.uniform(0.05, 3.0)) or ["begun"])[-1]] += 1
    while "over" not in run_and_kill("one", 60):
        pass
    cycle = AutopilotCycle.objects.get()
    assert cycle.state == "done" and replays(cycle), seen
    proposals = AutopilotProposal.objects.all()
    assert {one.state for one in proposals} == {"submitted"} and proposals.count() > 2
    assert [one.position for one in proposals.order_by("position")] == list(range(len(proposals)))
    assert Job.objects.filter(idempotency_key__startswith="autopilot-").count() == len(proposals)
    made = Render.objects.filter(job__proposal__isnull=False).count()
    assert made == sum(one.renders for one in proposals) <= 24
