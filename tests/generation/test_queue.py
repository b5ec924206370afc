"""Claims and leases, on the real database, with several workers at once."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from generation import originals, queue
from generation.models import Checkpoint, Job, Render
from generation.signals import render_finished
from tests.generation.conftest import Submit, make_style

pytestmark = pytest.mark.django_db


def picture(content: bytes = b"png") -> queue.Picture:
    return queue.Picture(content, b"webp", "a" * 64, {"device": "cpu"})


def claimed(**options: Any) -> queue.Claim:
    claim = queue.claim_group(worker="w", **options)
    assert claim is not None
    return claim


def expire(claim: queue.Claim) -> None:
    Render.objects.filter(pk__in=claim.ids).update(
        lease_expires_at=timezone.now() - timedelta(seconds=1)
    )


def test_an_empty_queue_gives_nothing(db: None) -> None:
    assert queue.claim_group(worker="w") is None


def test_a_claim_holds_a_group_under_one_lease(submit: Submit) -> None:
    submit(count=3)

    claim = claimed(limit=2)

    rows = list(Render.objects.filter(pk__in=claim.ids))
    assert [render.index for render in claim.renders] == [0, 1]
    assert {row.state for row in rows} == {"rendering"}
    assert {row.lease_token for row in rows} == {claim.token}
    assert all(row.lease_expires_at > timezone.now() for row in rows)
    assert {row.worker for row in rows} == {"w"}


def test_only_what_can_share_a_pass_is_claimed_together(submit: Submit) -> None:
    submit(size={"width_px": 64, "height_px": 64})
    submit(size={"width_px": 128, "height_px": 64})

    sizes = [[render.width_px for render in claimed(limit=4).renders] for _ in range(2)]

    assert sorted(sizes) == [[64], [128]]


def test_jobs_share_a_pass_and_the_least_served_comes_first(submit: Submit) -> None:
    large, small = submit(count=6), submit(count=1)

    first, second = claimed(limit=2), claimed(limit=4)

    assert [render.job_id for render in first.renders] == [large.pk] * 2
    assert [render.job_id for render in second.renders] == [small.pk] + [large.pk] * 3


def test_a_resident_checkpoint_is_preferred(submit: Submit, palettes: Any) -> None:
    other = Checkpoint.objects.create(
        slug="other", name="Other", family="sd", licence="MIT", allows_commercial_use=True
    )
    make_style("other", other)
    submit()
    submit(style="other", size={"width_px": 256, "height_px": 256})

    assert claimed(resident=[other.pk]).renders[0].checkpoint_id == other.pk


def test_the_archive_lane_goes_one_by_one(submit: Submit) -> None:
    submit(count=3, lane="archive")

    assert len(claimed(limit=4).renders) == 1


def test_completing_stores_one_file_and_tells_the_apps_above(
    submit: Submit, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[UUID] = []

    def hear(sender: Any, render_id: UUID, **_more: Any) -> None:
        heard.append(render_id)

    submit()
    claim = claimed()
    render_finished.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert queue.complete(render_id=claim.ids[0], token=claim.token, picture=picture())
    finally:
        render_finished.disconnect(hear)

    render = Render.objects.get()
    assert render.state == "rendered"
    assert render.file == f"renders/{str(render.pk)[:2]}/{render.pk}.png"
    assert render.thumbnail == f"renders/{str(render.pk)[:2]}/{render.pk}.thumb.webp"
    assert storages["originals"].open(render.file).read() == b"png"
    assert (render.file_bytes, render.lease_token) == (3, None)
    assert heard == [render.pk]


def test_a_worker_that_comes_back_from_the_dead_changes_nothing(submit: Submit) -> None:
    submit()
    zombie = claimed()
    expire(zombie)
    assert [render.pk for render in queue.reap_expired()] == zombie.ids
    successor = claimed()
    assert queue.complete(
        render_id=successor.ids[0], token=successor.token, picture=picture(b"winner")
    )

    assert not queue.complete(
        render_id=zombie.ids[0], token=zombie.token, picture=picture(b"loser")
    )
    assert queue.renew_lease(zombie.token) == 0
    assert queue.note_step(token=zombie.token, render_ids=zombie.ids, step=3) == set()
    assert queue.release(token=zombie.token) == 0
    assert queue.fail(token=zombie.token, render_ids=zombie.ids, reason="No.") == 0

    render = Render.objects.get()
    directory = render.file.rpartition("/")[0]
    files = storages["originals"].listdir(directory)[1]
    assert storages["originals"].open(render.file).read() == b"winner"
    assert [name for name in files if name.endswith(".png")] == [f"{render.pk}.png"]


def test_an_attempt_that_died_after_writing_leaves_no_second_file(submit: Submit) -> None:
    submit()
    stem = originals.file_stem(Render.objects.get().pk)
    originals.store(f"{stem}.png", b"from an attempt that died before its commit")

    claim = claimed()
    assert queue.complete(render_id=claim.ids[0], token=claim.token, picture=picture())

    assert storages["originals"].open(Render.objects.get().file).read() == b"png"


def test_a_renewed_lease_lives_longer(submit: Submit) -> None:
    submit()
    claim = claimed()
    expire(claim)

    assert queue.renew_lease(claim.token) == 1
    assert queue.reap_expired() == []


def test_a_step_is_noted_and_cancelled_renders_are_reported(submit: Submit) -> None:
    submit(count=2)
    claim = claimed(limit=2)
    Render.objects.filter(pk=claim.ids[1]).update(
        state="cancelled", lease_token=None, lease_expires_at=None
    )

    wanted = queue.note_step(token=claim.token, render_ids=claim.ids, step=3)

    assert wanted == {claim.ids[0]}
    assert Render.objects.get(pk=claim.ids[0]).step == 3


def test_an_error_is_tried_thrice_alone_and_then_given_up(submit: Submit) -> None:
    submit(count=2)
    first = claimed(limit=2)
    assert queue.fail(token=first.token, render_ids=first.ids[:1], reason="Odd.") == 0
    queue.release(token=first.token)

    assert claimed(limit=2).ids == first.ids[1:]
    for expected in (0, 1):
        claim = claimed(limit=2)
        assert claim.ids == first.ids[:1]
        assert queue.fail(token=claim.token, render_ids=claim.ids, reason="Odd.") == expected

    failed = Render.objects.get(pk=first.ids[0])
    assert (failed.state, failed.attempts, failed.error) == ("failed", 3, "Odd.")
    assert queue.claim_group(worker="w") is None


def test_a_lost_worker_returns_its_renders_with_their_seeds(submit: Submit) -> None:
    job = submit(count=2)
    seeds = list(job.renders.order_by("index").values_list("seed", flat=True))
    expire(claimed(limit=2))

    assert len(queue.reap_expired()) == 2

    again = claimed(limit=2)
    assert [render.seed for render in again.renders] == seeds
    assert [render.losses for render in again.renders] == [1, 1]


def test_a_lease_from_before_a_clock_was_put_back_is_no_lease(submit: Submit) -> None:
    submit(count=2)
    first, second = claimed(limit=1), claimed(limit=1)
    ahead = timezone.now() + timedelta(hours=1)
    Render.objects.filter(pk__in=first.ids).update(lease_expires_at=ahead)
    Render.objects.filter(pk__in=second.ids).update(lease_expires_at=ahead)

    queue.renew_lease(second.token)  # its worker lives

    assert [render.pk for render in queue.reap_expired()] == first.ids


def test_what_kills_its_workers_is_isolated_and_given_up(submit: Submit) -> None:
    submit(count=2)
    Render.objects.filter(index=0).update(losses=queue.MAX_LOSSES - 1)
    Render.objects.filter(index=1).update(losses=queue.ALONE_AFTER_LOSSES)

    claim = claimed(limit=2)
    assert len(claim.renders) == 1
    expire(claim)
    queue.reap_expired()

    given_up = Render.objects.get(pk=claim.ids[0])
    assert given_up.state == "failed"
    assert given_up.error == "Its worker vanished 20 times while rendering it."


@pytest.mark.django_db(transaction=True)
def test_many_workers_render_everything_once(submit: Submit) -> None:
    job = submit(count=40)
    taken: list[UUID] = []
    start = threading.Barrier(6)

    def run(name: str) -> None:
        start.wait()
        while claim := queue.claim_group(worker=name, limit=3):
            for render in claim.renders:
                assert queue.complete(
                    render_id=render.pk, token=claim.token, picture=picture(name.encode())
                )
                taken.append(render.pk)
        connection.close()

    threads = [threading.Thread(target=run, args=(f"worker {n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == len(set(taken)) == 40
    assert Job.objects.get(pk=job.pk).renders.filter(state="rendered").count() == 40


@pytest.mark.django_db(transaction=True)
def test_cancel_renew_and_complete_at_once_do_not_block_each_other(submit: Submit) -> None:
    from generation.services import cancel_job

    job = submit(count=12)
    claim = claimed(limit=12)
    errors: list[BaseException] = []

    def repeat(action: Any) -> None:
        try:
            for _ in range(15):
                action()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    actions = [
        lambda: queue.renew_lease(claim.token),
        lambda: queue.note_step(token=claim.token, render_ids=claim.ids[::-1], step=1),
        lambda: cancel_job(job_id=job.pk),
    ]
    threads = [threading.Thread(target=repeat, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert set(job.renders.values_list("state", flat=True)) == {"cancelled"}


def test_one_given_render_is_claimed_once_and_for_whom(submit: Submit) -> None:
    wanted = submit(count=3).renders.get(index=1)

    claim = queue.claim_one(render_id=wanted.pk, worker="w", provider="runpod")
    again = queue.claim_one(render_id=wanted.pk, worker="v", provider="runpod")

    assert claim is not None and claim.ids == [wanted.pk]
    assert again is None
    wanted.refresh_from_db()
    assert (wanted.state, wanted.provider, wanted.lease_token) == (
        "rendering",
        "runpod",
        claim.token,
    )


def test_a_render_of_a_paused_job_is_not_claimed(submit: Submit) -> None:
    job = submit()
    Job.objects.filter(pk=job.pk).update(state="paused")

    assert queue.claim_one(render_id=job.renders.get().pk, worker="w") is None


def test_a_render_that_comes_home_from_a_provider_is_ours(submit: Submit) -> None:
    render = submit().renders.get()
    claim = queue.claim_one(render_id=render.pk, worker="w", provider="runpod")
    assert claim is not None
    queue.release(token=claim.token)

    assert [row.provider for row in claimed().renders] == [""]


def test_attempts_without_a_picture_are_kept_and_success_writes_nothing(submit: Submit) -> None:
    render = submit().renders.get()
    queue.release(token=claimed().token)
    failing = claimed()
    queue.fail(token=failing.token, render_ids=failing.ids, reason="Out of luck.")
    expire(claimed())
    queue.reap_expired()
    last = claimed()
    queue.complete(render_id=render.pk, token=last.token, picture=picture())

    events = list(render.events.values_list("kind", "worker", "note", "seed"))
    assert events == [
        ("released", "w", "", render.seed),
        ("failed", "w", "Out of luck.", render.seed),
        ("lost", "w", "", render.seed),
    ]
