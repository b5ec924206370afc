"""Submitting, cancelling and retrying jobs, on the real database."""

import threading
from typing import Any

import pytest
from django.db import connection

from genart.lib.errors import InvalidInput, NotFound, StateConflict
from generation import queue
from generation.models import Adapter, Checkpoint, Job, Palette, Render, Style, StyleAdapter
from generation.services import cancel_job, retry_job, submit_job
from tests.generation.conftest import Submit, make_style
from tests.generation.specs import EXAMPLE, SMALL

pytestmark = pytest.mark.django_db


def refused(spec: dict[str, Any], owner: Any, **more: Any) -> list[tuple[tuple[Any, ...], str]]:
    before = Job.objects.count(), Render.objects.count()
    with pytest.raises(InvalidInput) as refusal:
        submit_job(spec=spec, owner=owner, **more)
    assert (Job.objects.count(), Render.objects.count()) == before
    return [(tuple(fault["loc"]), fault["msg"]) for fault in refusal.value.as_dict()["detail"]]


def test_the_example_becomes_eight_queued_renders(style: Style, curator: Any) -> None:
    job, created = submit_job(spec=EXAMPLE, owner=curator)

    renders = list(job.renders.order_by("index"))
    assert created
    assert (job.title, job.collection, job.tier) == (
        "Desert mornings",
        "desert-mornings",
        "commodity",
    )
    assert [render.state for render in renders] == ["queued"] * 8
    assert [(render.palette_name, render.layout) for render in renders[:4]] == [
        ("terracotta", "centered"),
        ("terracotta", "diagonal"),
        ("sage", "centered"),
        ("sage", "diagonal"),
    ]
    first = renders[0]
    assert first.slots == ["#F6EADB", "#C8553D", "#E9A178", "#F2CC8F", "#9A5B45", "#4A2C2A"]
    assert sum(entry["weight"] for entry in first.palette) == pytest.approx(1)
    assert first.prompt == "arches over low hills, centered composition, balanced detail, calm"
    assert first.negative_prompt == "text"
    assert (first.width_px, first.height_px, first.density) == (512, 512, 0.4)
    assert len({render.group_key for render in renders}) == 1


def test_the_same_spec_anew_gives_the_same_prompts_and_seeds(style: Style, curator: Any) -> None:
    def asked(job: Job) -> list[tuple[str, int]]:
        return list(job.renders.order_by("index").values_list("prompt", "seed"))

    first, _ = submit_job(spec=EXAMPLE, owner=curator)
    second, _ = submit_job(spec=EXAMPLE, owner=curator)

    assert first.pk != second.pk
    assert asked(first) == asked(second)


def test_a_seed_that_is_left_out_is_drawn_and_recorded(style: Style, curator: Any) -> None:
    spec = {key: value for key, value in EXAMPLE.items() if key != "seed"}

    first, _ = submit_job(spec=spec, owner=curator)
    second, _ = submit_job(spec=spec, owner=curator)

    assert first.spec["seed"] != second.spec["seed"]
    assert first.spec_hash == second.spec_hash


def test_a_key_and_spec_give_one_job(style: Style, curator: Any, buyer: Any) -> None:
    first, created = submit_job(spec=EXAMPLE, owner=curator, idempotency_key="k")
    again, created_again = submit_job(spec=EXAMPLE, owner=curator, idempotency_key="k")
    others, created_others = submit_job(spec=EXAMPLE, owner=buyer, idempotency_key="k")

    assert (created, created_again, created_others) == (True, False, True)
    assert first == again != others
    assert Render.objects.count() == 16


def test_a_key_with_another_spec_is_a_conflict(style: Style, curator: Any) -> None:
    submit_job(spec=EXAMPLE, owner=curator, idempotency_key="k")

    with pytest.raises(StateConflict):
        submit_job(spec=EXAMPLE | {"seed": 1}, owner=curator, idempotency_key="k")
    with pytest.raises(StateConflict):
        submit_job(spec=EXAMPLE, owner=curator, idempotency_key="k", lane="archive")

    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_used_twice_at_once_gives_one_job(style: Style, curator: Any) -> None:
    start = threading.Barrier(6)
    found: list[tuple[Any, bool]] = []

    def ask() -> None:
        start.wait()
        job, created = submit_job(spec=EXAMPLE, owner=curator, idempotency_key="k")
        found.append((job.pk, created))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({pk for pk, _created in found}) == 1
    assert sorted(created for _pk, created in found) == [False] * 5 + [True]
    assert Render.objects.count() == 8


def test_what_is_unknown_is_named_with_its_place(style: Style, curator: Any) -> None:
    assert refused(SMALL | {"style": "cubism"}, curator) == [
        (("style",), "There is no active style cubism.")
    ]
    assert refused(SMALL | {"palette": {"name": "mud"}}, curator) == [
        (("palette", "name"), "There is no palette mud.")
    ]
    vary = {"palette": [{"name": "sage"}, {"name": "mud"}], "composition.layout": ["grid"]}
    assert refused(SMALL | {"vary": vary, "count": None}, curator) == [
        (
            ("vary", "composition.layout", 0),
            "Tiny has no layout grid. Choose from centered, diagonal.",
        ),
        (("vary", "palette", 1, "name"), "There is no palette mud."),
    ]


def test_a_size_outside_the_checkpoint_is_refused(style: Style, curator: Any) -> None:
    size = {"width_px": 1024, "height_px": 32}

    places = dict(refused(SMALL | {"size": size | {"height_px": 64}}, curator))

    assert places == {("size", "width_px"): "Tiny renders 64 to 512 px."}


def test_a_style_may_restrict_its_palettes_and_layouts(
    style: Style, curator: Any, palettes: dict[str, Palette]
) -> None:
    version = style.current_version
    assert version is not None
    version.palettes.set([palettes["terracotta"]])
    version.layouts = ["diagonal"]
    version.save()

    assert dict(refused(SMALL, curator)) == {
        ("palette", "name"): "Tiny does not use this palette. Choose from terracotta.",
        ("composition", "layout"): "Tiny has no layout centered. Choose from diagonal.",
    }


def test_what_may_not_be_sold_is_not_rendered_and_named(
    style: Style, checkpoint: Checkpoint, curator: Any
) -> None:
    adapter = Adapter.objects.create(
        slug="ink",
        name="Ink lines",
        checkpoint=checkpoint,
        licence="CC BY-NC 4.0",
        location="x",
        sha256="0",
    )
    StyleAdapter.objects.create(style_version=style.current_version, adapter=adapter)

    [(place, sentence)] = refused(SMALL, curator)

    assert place == ("style",)
    assert sentence.startswith("Ink lines 1 (LoRA) is licensed CC BY-NC 4.0")


def test_a_premium_style_cannot_be_asked_for_as_commodity(
    checkpoint: Checkpoint, palettes: Any, curator: Any
) -> None:
    style = make_style("fine", checkpoint)
    style.tier = "premium"
    style.save()

    assert [
        place for place, _ in refused(SMALL | {"style": "fine", "tier": "commodity"}, curator)
    ] == [("tier",)]
    assert submit_job(spec=SMALL | {"style": "fine"}, owner=curator)[0].tier == "premium"


def test_an_unknown_lane_is_refused(style: Style, curator: Any) -> None:
    assert [place for place, _ in refused(SMALL, curator, lane="fast")] == [("lane",)]


def test_own_colours_fill_the_slots(submit: Submit) -> None:
    colors = [{"hex": "#FFFFFF", "weight": 0.6}, {"hex": "#102030", "weight": 0.4}]

    render = submit(palette={"colors": colors}).renders.get()

    assert render.palette == colors
    assert (render.slots[0], render.slots[5]) == ("#FFFFFF", "#102030")


def test_cancelling_keeps_what_is_rendered_and_is_repeatable(submit: Submit) -> None:
    job = submit(count=3)
    claim = queue.claim_group(worker="w", limit=2)
    assert claim is not None
    picture = queue.Picture(b"png", b"webp", "0" * 64, {})
    assert queue.complete(render_id=claim.ids[0], token=claim.token, picture=picture)

    assert cancel_job(job_id=job.pk) == 2
    assert cancel_job(job_id=job.pk) == 0

    job.refresh_from_db()
    states = list(job.renders.order_by("state").values_list("state", flat=True))
    assert (job.state, states) == ("cancelled", ["cancelled", "cancelled", "rendered"])
    assert not queue.complete(render_id=claim.ids[1], token=claim.token, picture=picture)


def test_failed_renders_are_tried_again_with_their_seeds(submit: Submit) -> None:
    job = submit(count=2)
    seeds = list(job.renders.order_by("index").values_list("seed", flat=True))
    claim = queue.claim_group(worker="w", limit=2)
    assert claim is not None
    queue.fail(token=claim.token, render_ids=claim.ids, reason="It broke.", final=True)

    assert retry_job(job_id=job.pk) == 2
    assert retry_job(job_id=job.pk) == 0

    again = job.renders.order_by("index")
    assert list(again.values_list("seed", "state", "error")) == [
        (seed, "queued", "") for seed in seeds
    ]


def test_a_cancelled_job_cannot_be_retried(submit: Submit) -> None:
    job = submit()
    cancel_job(job_id=job.pk)

    with pytest.raises(StateConflict):
        retry_job(job_id=job.pk)


def test_an_unknown_job_is_not_found() -> None:
    unknown = "00000000-0000-0000-0000-000000000000"

    for verb in (cancel_job, retry_job):
        with pytest.raises(NotFound):
            verb(job_id=unknown)
