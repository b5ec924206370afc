"""A series is measured when it is complete; its outliers are made anew, what is decided stays."""

import threading
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import TestCase

from curation.models import Candidate, Decision
from genart import workflow
from generation import images, queue
from generation.adherence import next_seed
from generation.consistency import tasks
from generation.consistency.likeness import LEAST_WORKS
from generation.models import Job, Render, RenderEvent
from generation.services.consistency import measure_consistency, unmeasured_jobs
from generation.services.jobs import cancel_job
from tests.curation.conftest import SOUND, make_gate
from tests.factories import COLORS, make_artwork, make_job, make_picture, make_render, make_style

pytestmark = pytest.mark.django_db

STRANGE = ("#101010", "#00FF00", "#0000FF", "#FF00FF", "#00FFFF", "#FFFFFF")


def make_series(count: int = 6, **version_fields: Any) -> Job:
    """Make a complete series of like pictures, and a last one that is not."""
    style = make_style(version_fields={"corridor": {"least": 0.6}, "reseeds": 2} | version_fields)
    job = make_job()
    for index in range(count):
        colors = STRANGE if index == count - 1 else COLORS
        picture = make_picture(64, 64, colors, seed=3 if colors == COLORS else 9)
        make_render(job=job, style=style, index=index, picture=picture)
    return job


def stranger_of(job: Job) -> Render:
    return job.renders.order_by("-index").first()  # type: ignore[return-value]


def measure(job: Job) -> dict[str, Any]:
    found = measure_consistency(job_id=job.pk)
    assert found is not None
    return found


def test_an_outlier_is_put_back_with_the_next_seed_and_the_record_says_why() -> None:
    job = make_series()
    seed = stranger_of(job).seed

    found = measure(job)

    render = stranger_of(job)
    assert (render.state, render.file, render.reseeds) == ("queued", "", 1)
    assert render.seed == next_seed(seed, 1)
    assert render.adherence["tries"][0]["seed"] == seed
    [event] = RenderEvent.objects.all()
    assert (event.render_id, event.kind, event.seed) == (render.pk, "reseeded", seed)
    [outlier] = found["outliers"]
    assert outlier["render"] == str(render.pk)
    assert "below 0.6" in outlier["reason"]
    assert found["rounds"][0]["again"] == [str(render.pk)]
    assert found["pictures"] == 6
    assert set(job.renders.exclude(pk=render.pk).values_list("state", flat=True)) == {"rendered"}
    job.refresh_from_db()
    assert job.consistency == found


def test_measuring_again_changes_nothing_until_the_series_is_complete_again() -> None:
    job = make_series()
    measure(job)

    assert measure_consistency(job_id=job.pk) is None
    assert unmeasured_jobs() == []
    claim = queue.claim_group(worker="w")
    assert claim is not None
    like = images.picture_of(make_picture(64, 64, COLORS, seed=3), {})
    assert queue.complete(render_id=claim.ids[0], token=claim.token, picture=like)

    assert unmeasured_jobs() == [job.pk]
    found = measure(job)
    assert found["outliers"] == []
    assert len(found["rounds"]) == 1
    assert measure(job) == found
    assert RenderEvent.objects.count() == 1


def test_without_a_corridor_outliers_are_told_and_left(db: None) -> None:
    job = make_series(count=8, corridor={})

    found = measure(job)

    assert [outlier["index"] for outlier in found["outliers"]] == [7]
    assert stranger_of(job).state == "rendered"


def test_a_budget_that_is_spent_ends_it() -> None:
    job = make_series(reseeds=0)
    assert len(measure(job)["outliers"]) == 1
    assert stranger_of(job).state == "rendered"


def test_what_is_approved_or_for_sale_or_being_looked_at_is_never_touched() -> None:
    approved, published = make_series(), make_series()
    for job in (approved, published):
        for render in job.renders.all():
            workflow.judge(None, render_id=render.pk)
    Candidate.objects.filter(render=stranger_of(approved)).update(state="approved")
    make_artwork(render=stranger_of(published))

    for job in (approved, published):
        assert len(measure(job)["outliers"]) == 1
        assert stranger_of(job).state == "rendered"


def test_a_picture_under_judgement_is_let_go_and_judged_anew() -> None:
    job = make_series()
    render = stranger_of(job)
    workflow.judge(None, render_id=render.pk)
    old = Candidate.objects.get(render=render)

    measure(job)
    assert not Candidate.objects.filter(pk=old.pk).exists()

    with TestCase.captureOnCommitCallbacks(execute=True):
        claim = queue.claim_group(worker="w")
        assert claim is not None
        like = images.picture_of(make_picture(64, 64, COLORS, seed=3), {})
        queue.complete(render_id=claim.ids[0], token=claim.token, picture=like)
    assert Candidate.objects.get(render=render).state == "scoring"


def test_one_that_a_gate_sent_to_review_waits_for_its_new_picture() -> None:
    job = make_series()
    render = stranger_of(job)
    workflow.judge(None, render_id=render.pk)
    candidate = Candidate.objects.get(render=render)
    gate = make_gate(candidate.brand, SOUND)
    Decision.objects.create(candidate=candidate, verdict="review", gate=gate)
    Candidate.objects.update(state="review")

    measure(job)
    candidate.refresh_from_db()
    assert (candidate.state, candidate.retry_at) == ("held", None)

    with TestCase.captureOnCommitCallbacks(execute=True):
        claim = queue.claim_group(worker="w")
        assert claim is not None
        like = images.picture_of(make_picture(64, 64, COLORS, seed=3), {})
        queue.complete(render_id=claim.ids[0], token=claim.token, picture=like)
    candidate.refresh_from_db()
    assert (candidate.state, candidate.reasons) == ("scoring", [])
    assert candidate.decisions.count() == 1


def test_a_series_that_is_not_complete_is_not_measured() -> None:
    job = make_series()
    style = job.renders.first().style_version.style  # type: ignore[union-attr]
    make_render(job=job, style=style, state="queued", index=50)

    assert measure_consistency(job_id=job.pk) is None
    assert unmeasured_jobs() == []
    cancel_job(job_id=job.pk)
    found = measure(job)
    assert (found["pictures"], found["rounds"]) == (6, [])


def test_the_sweep_rings_and_the_actor_measures(drain: Any, broker: Any) -> None:
    job = make_series(count=LEAST_WORKS, reseeds=0)
    tasks.sweep_series.send()
    drain()
    job.refresh_from_db()
    assert job.consistency["pictures"] == LEAST_WORKS


@pytest.mark.django_db(transaction=True)
def test_two_that_measure_at_once_reopen_once() -> None:
    job = make_series()
    barrier = threading.Barrier(2)

    def run() -> None:
        barrier.wait(10)
        try:
            measure_consistency(job_id=job.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    job.refresh_from_db()
    assert stranger_of(job).reseeds == 1
    assert RenderEvent.objects.count() == 1
    assert len(job.consistency["rounds"]) == 1


def test_the_old_picture_comes_back_where_the_new_one_fails_for_good() -> None:
    job = make_series()
    before = stranger_of(job)
    measure(job)
    claim = queue.claim_group(worker="w")
    assert claim is not None

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert queue.fail(token=claim.token, render_ids=claim.ids, reason="No.", final=True) == 0

    after = stranger_of(job)
    assert (after.state, after.sha256, after.seed) == ("rendered", before.sha256, before.seed)
    assert after.reseeds == 1
    assert storages["originals"].open(after.file).read()
    assert unmeasured_jobs() == [job.pk]


def test_the_old_picture_comes_back_where_the_new_one_is_out_of_tolerance() -> None:
    job = make_series(tolerances={"size": 0}, reseeds=1)
    before = stranger_of(job)
    measure(job)
    claim = queue.claim_group(worker="w")
    assert claim is not None
    wrong = images.picture_of(make_picture(72, 72, COLORS, seed=3), {})

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert queue.complete(render_id=claim.ids[0], token=claim.token, picture=wrong)

    after = stranger_of(job)
    assert (after.state, after.sha256, after.seed) == ("rendered", before.sha256, before.seed)
    assert "outside" not in after.adherence
    assert len(after.adherence["tries"]) == 2
