"""Whatever breaks holds: nothing is published or refused unchecked, and all goes on by itself.

Each registered detector is broken in turn, by what it raises; the scoring worker is a real process
that is killed.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from curation import queries, services, tasks
from curation.compliance import DETECTORS
from curation.models import Candidate, Decision, Flag
from curation.services import scoring
from genart.lib.errors import StateConflict, Unavailable
from tests.curation.conftest import arches
from tests.factories import make_render

State = Candidate.State
FAULT = "Its weights cannot be read."


class Broken:
    """A registered detector whose every look fails, as with its weights gone."""

    def __init__(self, real):
        self.name, self.version = real.name, real.version
        self.title, self.explains = real.title, real.explains

    def skips(self, subject):
        return ""

    def inspect(self, subject):
        raise Unavailable(FAULT)


def due_now():
    """Let the time pass after which held pictures are looked at again."""
    past = timezone.now() - timedelta(seconds=1)
    Candidate.objects.filter(state=State.HELD).update(retry_at=past)


@pytest.mark.parametrize("name", list(DETECTORS))
def test_a_broken_detector_holds_and_its_repair_releases(
    name, gate, curator, monkeypatch, settings
):
    settings.EVERY_DETECTOR = True
    monkeypatch.setitem(DETECTORS, name, Broken(DETECTORS[name]))
    render = make_render(picture=arches())
    candidate = services.admit_render(render_id=render.pk)
    services.score_pending()

    candidate.refresh_from_db()
    assert candidate.state == State.HELD
    assert candidate.reasons == [f"The check for {name} could not run: {FAULT}"]
    assert candidate.checks.get(detector=name).outcome == "failed"
    assert not Decision.objects.exists()
    with pytest.raises(StateConflict):
        services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")

    monkeypatch.undo()
    settings.EVERY_DETECTOR = False
    due_now()
    tasks.sweep_unscored.fn()

    candidate.refresh_from_db()
    assert candidate.state in (State.APPROVED, State.REVIEW)
    assert candidate.checks.get(detector=name).outcome != "failed"
    assert candidate.decisions.count() == 1


def test_it_waits_longer_each_time_and_not_for_ever(gate, monkeypatch):
    name = next(iter(DETECTORS))
    monkeypatch.setitem(DETECTORS, name, Broken(DETECTORS[name]))
    candidate = services.admit_render(render_id=make_render(picture=arches()).pk)
    waits = []
    for _ in range(8):
        started = timezone.now()
        due_now()
        services.score_pending()
        candidate.refresh_from_db()
        waits.append(round((candidate.retry_at - started).total_seconds() / 5) * 5)
    assert candidate.attempts == 8
    assert waits == sorted(waits)
    assert waits[0] == 15
    assert waits[-1] == 15 * 60


def test_one_broken_picture_holds_up_nobody(gate):
    broken, whole = make_render(picture=arches()), make_render(picture=arches(shift=12))
    from django.core.files.storage import storages

    storages["originals"].delete(broken.file)
    for render in (broken, whole):
        services.admit_render(render_id=render.pk)
    services.score_pending()
    assert Candidate.objects.get(render=broken).state != State.APPROVED
    assert Candidate.objects.get(render=broken).state != State.REJECTED
    assert Candidate.objects.get(render=whole).decisions.count() == 1


def test_a_claim_whose_worker_died_is_taken_over(gate):
    """The variant within this process: claimed, and never heard of again."""
    services.admit_render(render_id=make_render(picture=arches()).pk)
    assert len(scoring._claim_for_scoring()) == 1
    assert services.score_pending() == 0
    assert Candidate.objects.get().state == State.SCORING
    Candidate.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert services.score_pending() == 1
    assert Candidate.objects.get().state in (State.APPROVED, State.REVIEW)


WORKER = """
import sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from datetime import timedelta
from curation import services
from curation.services import scoring
scoring.SCORE_LEASE = timedelta(seconds=2)
scoring.SCORE_BATCH = 4
import genart.ml.clip
genart.ml.clip.load()
print("ready", flush=True)
while True:
    services.score_pending()
"""


def worker():
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(connection.settings_dict["NAME"])],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().strip() == "ready"
    return process


def wait_until(done, seconds=180):
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, list(Candidate.objects.values_list("state", "reasons"))
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_nothing_and_decides_nothing_twice(gate):
    renders = [make_render(picture=arches(shift=index - 8)) for index in range(16)]
    for render in renders:
        services.admit_render(render_id=render.pk)
    leased = Candidate.objects.filter(state=State.SCORING, lease_expires_at__isnull=False)
    for _ in range(2):
        process = worker()
        wait_until(lambda: leased.exists())
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert all(row.decisions.count() <= 1 for row in Candidate.objects.all())
    process = worker()
    wait_until(lambda: not Candidate.objects.filter(state=State.SCORING).exists())
    process.kill()
    process.wait()
    assert Candidate.objects.count() == 16
    assert all(row.decisions.count() == 1 for row in Candidate.objects.all())
    for row in Candidate.objects.filter(state=State.APPROVED):
        assert row.scores.exists()
        assert not Flag.objects.filter(candidate=row).exists()


def test_counts_show_what_is_held(gate, monkeypatch):
    name = next(iter(DETECTORS))
    monkeypatch.setitem(DETECTORS, name, Broken(DETECTORS[name]))
    services.admit_render(render_id=make_render(picture=arches()).pk)
    services.score_pending()
    from curation.overview import Period, held_reasons, standing

    assert standing(Period())["held"] == 1
    assert held_reasons(Period()) == [(f"The check for {name} could not run: {FAULT}", 1)]
    assert queries.candidate_cards([Candidate.objects.get().render_id])
