"""The worker's loop on a real, tiny pipeline: from the queue to stored pictures."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import storages
from PIL import Image

from generation import heartbeat, queue, services, tasks, work
from generation.models import Checkpoint, Job, Render, Style, Worker
from tests.generation.conftest import Submit

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engine_of_the_test", "tiny_style"),
]


def test_a_job_is_rendered_from_the_doorbell_to_the_files(
    submit: Submit, drain: Callable[..., None]
) -> None:
    job = submit(count=5)

    drain()

    renders = list(job.renders.order_by("index"))
    assert [render.state for render in renders] == ["rendered"] * 5
    assert len({render.sha256 for render in renders}) == 5
    for render in renders:
        with storages["originals"].open(render.file) as file:
            assert Image.open(io.BytesIO(file.read())).size == (64, 64)
        with storages["originals"].open(render.thumbnail) as file:
            assert Image.open(io.BytesIO(file.read())).format == "WEBP"
    assert sorted(render.fingerprint["batch_size"] for render in renders) == [1, 4, 4, 4, 4]
    assert renders[0].fingerprint["lane"] == "standard"
    assert all(render.step == render.steps for render in renders)
    worker = Worker.objects.get()
    assert worker.name == heartbeat.worker_name()


def test_the_archive_lane_repeats_to_the_byte(submit: Submit) -> None:
    first = submit(lane="archive", count=2)
    load = submit(count=4)
    second = submit(lane="archive", count=2)

    work.work_until_empty()

    hashes = [
        list(job.renders.order_by("index").values_list("sha256", flat=True))
        for job in (first, second)
    ]
    assert hashes[0] == hashes[1]
    assert set(load.renders.values_list("state", flat=True)) == {"rendered"}


def test_a_job_that_is_cancelled_stops_within_a_step(submit: Submit, monkeypatch: Any) -> None:
    job, other = submit(count=2), submit(subject="a neighbour")
    steps: list[int] = []
    note_step = queue.note_step

    def cancel_at_the_second(*, token: Any, render_ids: Any, step: int) -> set[Any]:
        steps.append(step)
        if steps == [1, 2]:
            services.cancel_job(job_id=job.pk)
        return note_step(token=token, render_ids=render_ids, step=step)

    monkeypatch.setattr(queue, "note_step", cancel_at_the_second)
    work.work_until_empty()

    assert set(job.renders.values_list("state", flat=True)) == {"cancelled"}
    assert other.renders.get().state == "rendered"
    assert steps in ([1, 2, 1, 2, 3, 4], [1, 2, 3, 4])


def test_a_checkpoint_that_cannot_be_used_fails_its_renders_with_the_reason(
    submit: Submit, checkpoint: Checkpoint
) -> None:
    Checkpoint.objects.update(sha256="0" * 64)
    job = submit(count=2)

    work.work_until_empty()

    for render in job.renders.all():
        assert render.state == "failed"
        assert render.error.startswith("Tiny: the files have the hash")


def test_what_breaks_is_tried_again_and_the_loop_goes_on(
    submit: Submit, monkeypatch: Any, tiny_style: Style
) -> None:
    broken = submit(count=1)
    Render.objects.filter(job=broken).update(height_px=60, group_key="broken")
    fine = submit(count=1)

    work.work_until_empty()

    render = broken.renders.get()
    assert (render.state, render.attempts) == ("failed", queue.MAX_ATTEMPTS)
    assert render.error
    assert fine.renders.get().state == "rendered"


def test_a_worker_that_is_shut_down_hands_its_renders_back(
    submit: Submit, monkeypatch: Any
) -> None:
    from dramatiq.middleware import Shutdown

    job = submit(count=2)

    def shut_down(**_arguments: Any) -> set[Any]:
        raise Shutdown

    monkeypatch.setattr(queue, "note_step", shut_down)
    with pytest.raises(Shutdown):
        work.work_until_empty()

    assert set(job.renders.values_list("state", "losses", "attempts")) == {("queued", 0, 0)}


def test_a_process_that_ends_gives_back_what_it_renders(submit: Submit, monkeypatch: Any) -> None:
    job, stopped = submit(count=2), []

    def stop_at_the_first(**arguments: Any) -> set[Any]:
        work._over.set()
        stopped.append(arguments["step"])
        return set(arguments["render_ids"])

    monkeypatch.setattr(queue, "note_step", stop_at_the_first)
    try:
        assert work.work_until_empty() == 0
        assert work.work_until_empty() == 0
    finally:
        work.begin()

    assert stopped == [1]
    assert set(job.renders.values_list("state", "losses", "attempts")) == {("queued", 0, 0)}


def test_only_one_thread_has_the_engine_and_one_waits() -> None:
    with work.turn() as mine:
        assert mine
        assert work._next.acquire(blocking=False)  # another waits already
        with work.turn() as also_mine:
            assert not also_mine
        work._next.release()


def test_the_sweeps_find_what_was_lost(submit: Submit, broker: Any) -> None:
    job = submit(count=2)
    broker.flush_all()
    tasks.ring_queued()
    assert broker.queues["render"].qsize() == 1

    claim = queue.claim_group(worker="gone")
    assert claim is not None
    broker.flush_all()
    tasks.ring_queued()
    assert broker.queues["render"].qsize() == 0

    Render.objects.update(lease_expires_at="2020-01-01T00:00:00Z")
    tasks.reap_leases()
    assert set(job.renders.values_list("state", flat=True)) == {"queued"}
    assert broker.queues["render"].qsize() == 1


def test_the_heartbeat_renews_leases_and_shows_the_worker(submit: Submit) -> None:
    submit()
    claim = queue.claim_group(worker="w")
    assert claim is not None
    Render.objects.update(lease_expires_at="2020-01-01T00:00:00Z")
    beat = heartbeat.Heartbeat(["render", "default"])

    beat.hold(claim.token)
    beat.beat()

    assert queue.reap_expired() == []
    beat.let_go(claim.token)
    Render.objects.update(lease_expires_at="2020-01-01T00:00:00Z")
    beat.beat()
    assert len(queue.reap_expired()) == 1
    assert Worker.objects.get().queues == ["default", "render"]
    beat.stop()
    assert not Worker.objects.exists()


def test_a_warm_worker_holds_the_checkpoint(submit: Submit) -> None:
    submit()

    work.warm_up()

    assert work.engine().residency.names == ["Tiny"]
    assert Job.objects.get().renders.get().state == "queued"


def test_whoever_finds_work_calls_another_where_there_is_more(
    submit: Submit, broker: Any, settings: Any
) -> None:
    settings.RENDER_GROUP_LIMIT = 1
    submit(count=2)
    broker.flush_all()

    tasks.work_lane()
    assert broker.queues["render"].qsize() == 1
    broker.flush_all()

    submit(count=1)
    broker.flush_all()
    tasks.work_lane()
    assert broker.queues["render"].qsize() == 0
