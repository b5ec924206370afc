"""Priority, pause and order by hand, on the real queue."""

import threading
from uuid import UUID, uuid4

import pytest
from django.db import connection

from genart.lib.errors import InvalidInput, NotFound, StateConflict
from generation import queue
from generation.models import Job
from generation.queued import has_queued
from generation.services import (
    cancel_job,
    move_job,
    pause_job,
    release_place,
    resume_job,
    set_priority,
)
from tests.generation.conftest import Submit

pytestmark = pytest.mark.django_db


def next_job() -> UUID | None:
    """Return whose renders a worker gets next, one at a time."""
    claim = queue.claim_group(worker="w", limit=1)
    return claim.renders[0].job_id if claim else None


def test_a_paused_job_is_left_alone_until_it_goes_on(submit: Submit) -> None:
    job = submit(count=2)

    assert pause_job(job_id=job.pk).paused_at is not None
    assert next_job() is None
    assert not has_queued()

    assert resume_job(job_id=job.pk).paused_at is None
    assert next_job() == job.pk


def test_a_pause_takes_nothing_from_a_worker(submit: Submit) -> None:
    job = submit(count=1)
    claim = queue.claim_group(worker="w")
    assert claim is not None

    pause_job(job_id=job.pk)

    picture = queue.Picture(b"png", b"webp", "a" * 64, {})
    assert queue.complete(render_id=claim.ids[0], token=claim.token, picture=picture)


def test_pausing_and_resuming_twice_changes_nothing_more(submit: Submit) -> None:
    job = submit()
    first = pause_job(job_id=job.pk).paused_at

    assert pause_job(job_id=job.pk).paused_at == first
    resume_job(job_id=job.pk)
    assert resume_job(job_id=job.pk).state == Job.State.ACTIVE


def test_a_paused_job_can_be_cancelled_and_then_no_more_be_resumed(submit: Submit) -> None:
    job = submit(count=2)
    pause_job(job_id=job.pk)

    assert cancel_job(job_id=job.pk) == 2
    with pytest.raises(StateConflict):
        resume_job(job_id=job.pk)


def test_the_higher_priority_is_served_first(submit: Submit) -> None:
    usual, urgent = submit(), submit()

    set_priority(job_id=urgent.pk, priority=5)

    assert [next_job(), next_job()] == [urgent.pk, usual.pk]


@pytest.mark.parametrize("priority", [-11, 11])
def test_a_priority_out_of_range_is_refused(submit: Submit, priority: int) -> None:
    with pytest.raises(InvalidInput, match="-10 to 10"):
        set_priority(job_id=submit().pk, priority=priority)


def test_jobs_are_served_in_the_order_they_were_put_in(submit: Submit) -> None:
    jobs = [submit().pk for _ in range(4)]
    fourth, third, second, first = jobs

    move_job(job_id=second, before=None)
    move_job(job_id=third, before=None)
    move_job(job_id=first, before=second)

    assert [next_job() for _ in jobs] == [first, second, third, fourth]


def test_there_is_always_room_between_two_jobs(submit: Submit) -> None:
    front, back, *others = [submit().pk for _ in range(62)]
    move_job(job_id=front, before=None)
    move_job(job_id=back, before=None)

    for other in others:
        move_job(job_id=other, before=back)

    placed = Job.objects.filter(place__isnull=False).order_by("place")
    assert list(placed.values_list("pk", flat=True)) == [front, *others, back]


def test_a_moved_job_takes_over_the_priority_of_its_follower(submit: Submit) -> None:
    job, urgent = submit(), submit()
    set_priority(job_id=urgent.pk, priority=3)

    assert move_job(job_id=job.pk, before=urgent.pk).priority == 3
    assert [next_job(), next_job()] == [job.pk, urgent.pk]


def test_a_job_can_take_turns_again(submit: Submit) -> None:
    job = submit()
    move_job(job_id=job.pk, before=None)

    assert release_place(job_id=job.pk).place is None


def test_moves_that_make_no_sense_are_refused(submit: Submit) -> None:
    job = submit()

    with pytest.raises(InvalidInput, match="itself"):
        move_job(job_id=job.pk, before=job.pk)
    with pytest.raises(NotFound):
        move_job(job_id=job.pk, before=uuid4())


@pytest.mark.django_db(transaction=True)
def test_two_people_who_move_at_once_end_with_one_order(submit: Submit) -> None:
    anchor = submit().pk
    movers = [submit().pk for _ in range(4)]
    move_job(job_id=anchor, before=None)

    def move(job_id: UUID) -> None:
        move_job(job_id=job_id, before=anchor)
        connection.close()

    threads = [threading.Thread(target=move, args=(job_id,)) for job_id in movers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    places = list(Job.objects.filter(place__isnull=False).order_by("place").values_list("place"))
    assert len(set(places)) == 5
    assert Job.objects.order_by("-place").exclude(place=None).first().pk == anchor
