"""A picture outside its tolerance: made anew with the next seed, the best kept, all recorded."""

import threading
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import TestCase

from generation import images, queue, services
from generation.adherence import next_seed
from generation.adherence.reseeding import reseeds_left
from generation.models import Job, Render, RenderEvent, Style, StyleVersion
from tests.factories import make_picture
from tests.generation.conftest import Submit

pytestmark = pytest.mark.django_db

SAGE = ("#F6F2E9", "#8FA57C", "#E3B7A0", "#B9C7A3", "#5F7A5C", "#34423A")
FAR = ("#D8E2F9", "#8F75AC", "#B3B7D0", "#99A7D3", "#5F5AAC", "#34427A")
"""Outside the tolerance, but not another palette altogether, as the next one is."""
FARTHER = ("#FF0000", "#FF0000", "#00FF00", "#FF00FF", "#00FFFF", "#FFFF00")


@pytest.fixture
def strict(style: Style) -> Style:
    """The style `tiny`, which enforces its palette and allows two fresh tries."""
    StyleVersion.objects.update(tolerances={"palette": 0.2}, reseeds=2)
    return style


def drawn(colors: tuple[str, ...], seed: int = 1) -> queue.Picture:
    return images.picture_of(make_picture(64, 64, colors, seed), {"device": "cpu"})


def turn(picture: queue.Picture) -> Render:
    """Let a worker make the one render that waits; return it as it then is."""
    claim = queue.claim_group(worker="w")
    assert claim is not None
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert queue.complete(render_id=claim.ids[0], token=claim.token, picture=picture)
    return Render.objects.get(pk=claim.ids[0])


def files(render: Render) -> list[str]:
    directory = queue.file_stem(render.pk).rpartition("/")[0]
    return sorted(
        name for name in storages["originals"].listdir(directory)[1] if str(render.pk) in name
    )


def test_a_picture_within_its_tolerance_is_stored_with_what_was_measured(
    strict: Style, submit: Submit
) -> None:
    submit()

    render = turn(drawn(SAGE))

    assert (render.state, render.reseeds) == ("rendered", 0)
    assert render.adherence["version"] == "1"
    assert render.adherence["distances"]["palette"] < 0.05
    assert set(render.adherence) == {"version", "distances", "seen"}


def test_a_picture_outside_is_made_anew_with_the_next_seed(strict: Style, submit: Submit) -> None:
    job = submit()
    seed = job.renders.get().seed

    sent_back = turn(drawn(FAR))
    assert (sent_back.state, sent_back.file, sent_back.reseeds) == ("queued", "", 1)
    assert sent_back.seed == next_seed(seed, 1)
    [event] = RenderEvent.objects.filter(render=sent_back)
    assert (event.kind, event.seed) == ("reseeded", seed)
    assert event.note.startswith("Too far from its order: its colours")

    render = turn(drawn(SAGE))
    assert (render.state, render.reseeds, render.attempts) == ("rendered", 1, 0)
    assert [one["seed"] for one in render.adherence["tries"]] == [seed]
    assert render.adherence["tries"][0]["distances"]["palette"] > 0.2
    assert "outside" not in render.adherence
    assert files(render) == [f"{render.pk}.png", f"{render.pk}.thumb.webp"]


def test_when_no_try_is_left_the_best_becomes_the_picture(strict: Style, submit: Submit) -> None:
    seed = submit().renders.get().seed
    best, worst = drawn(FAR), drawn(FARTHER)

    turn(worst)
    turn(best)
    render = turn(worst)

    assert (render.state, render.reseeds) == ("rendered", 2)
    assert render.sha256 == best.sha256
    assert render.seed == next_seed(seed, 1)
    assert storages["originals"].open(render.file).read() == best.png
    assert storages["originals"].open(render.thumbnail).read() == best.thumbnail
    assert render.adherence["outside"].startswith("Too far from its order")
    seeds = [one["seed"] for one in render.adherence["tries"]]
    assert seeds == [next_seed(seed, n) for n in (0, 1, 2)]
    assert files(render) == [f"{render.pk}.png", f"{render.pk}.thumb.webp"]


def test_the_last_try_is_taken_when_it_is_the_best(strict: Style, submit: Submit) -> None:
    submit()
    turn(drawn(FARTHER))
    turn(drawn(FARTHER))

    render = turn(drawn(FAR))

    assert render.sha256 == drawn(FAR).sha256
    assert len(render.adherence["tries"]) == 2
    assert "outside" in render.adherence


@pytest.mark.parametrize(
    "changes",
    [{"seed_policy": "fixed"}, {"reseeds": 0}, {"tolerances": {"palette": 1}}],
    ids=["one seed for all", "no budget", "wide tolerance"],
)
def test_the_spec_may_forbid_fresh_tries(
    strict: Style, submit: Submit, changes: dict[str, Any]
) -> None:
    submit(version=2, **changes)

    assert turn(drawn(FAR)).state == "rendered"


def test_golden_prompts_and_previews_are_measured_and_never_made_anew(
    strict: Style, submit: Submit
) -> None:
    job = submit()
    job.purpose = Job.Purpose.GOLDEN
    job.save()

    assert reseeds_left(job.renders.get()) == 0
    render = turn(drawn(FAR))

    assert render.state == "rendered"
    assert "outside" in render.adherence


def test_what_is_no_picture_is_stored_unmeasured(strict: Style, submit: Submit) -> None:
    submit()
    render = turn(queue.Picture(b"png", b"webp", "a" * 64, {}))
    assert (render.state, render.adherence) == ("rendered", {})


def test_a_job_cancelled_between_two_tries_stays_cancelled(strict: Style, submit: Submit) -> None:
    job = submit()
    turn(drawn(FAR))
    second = queue.claim_group(worker="w")
    assert second is not None

    services.cancel_job(job_id=job.pk)

    assert not queue.complete(render_id=second.ids[0], token=second.token, picture=drawn(SAGE))
    render = job.renders.get()
    assert (render.state, render.file) == ("cancelled", "")
    assert queue.claim_group(worker="w") is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("colors", [SAGE, FAR])
def test_two_workers_that_complete_one_render_at_once_do_it_once(
    strict: Style, submit: Submit, colors: tuple[str, ...]
) -> None:
    submit()
    claim = queue.claim_group(worker="w")
    assert claim is not None
    barrier, answers = threading.Barrier(2), []

    def complete() -> None:
        barrier.wait(10)
        try:
            answers.append(
                queue.complete(render_id=claim.ids[0], token=claim.token, picture=drawn(colors))
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=complete) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    render = Render.objects.get()
    assert sorted(answers) == [False, True]
    assert render.reseeds == (colors == FAR)
    assert render.state == ("queued" if colors == FAR else "rendered")
    assert RenderEvent.objects.count() == render.reseeds


def test_a_try_that_fails_for_good_leaves_the_best_one_before(
    strict: Style, submit: Submit
) -> None:
    seed = submit().renders.get().seed
    first = turn(drawn(FAR))
    claim = queue.claim_group(worker="w")
    assert claim is not None

    with TestCase.captureOnCommitCallbacks(execute=True):
        failed = queue.fail(token=claim.token, render_ids=claim.ids, reason="No.", final=True)

    render = Render.objects.get()
    assert (failed, render.state, render.seed) == (0, "rendered", seed)
    assert render.sha256 == drawn(FAR).sha256
    assert render.adherence["outside"].startswith("Too far")
    assert len(render.adherence["tries"]) == first.reseeds == 1
    assert files(render) == [f"{render.pk}.png", f"{render.pk}.thumb.webp"]
