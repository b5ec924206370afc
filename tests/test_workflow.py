"""The whole flow on real parts: a spec goes in, a listing comes out, and comes off again."""

import hashlib

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from catalog import defaults as catalog_defaults
from catalog.models import Artwork
from curation import defaults as curation_defaults
from curation import services as curation
from curation.models import Candidate, Decision
from genart import workflow
from generation import defaults as generation_defaults
from generation import services as generation
from generation.models import Render
from tests.conftest import make_user
from tests.factories import make_render

SPEC = {
    "version": 1,
    "title": "Two mornings",
    "style": "sun-and-hills",
    "subject": "a sun over low hills",
    "palette": {"name": "terracotta"},
    "composition": {"layout": "centered", "density": 0.4},
    "size": {"width_px": 256, "height_px": 256},
    "count": 2,
    "seed": 11,
    "tier": "premium",
    "collection": "two-mornings",
}


@pytest.fixture
def ready(transactional_db):
    for app in (generation_defaults, curation_defaults, catalog_defaults):
        app.load()
    return make_user("curator", "studio", "curators")


def test_a_spec_becomes_a_listing_and_an_undo_takes_it_off(ready, drain):
    job, _created = generation.submit_job(spec=SPEC, owner=ready)
    drain()

    renders = list(job.renders.order_by("index"))
    assert [render.state for render in renders] == ["rendered", "rendered"]
    candidates = {c.render_id: c for c in Candidate.objects.all()}
    assert set(candidates) == {render.pk for render in renders}
    assert not Artwork.objects.exists()  # premium: a person decides

    chosen = candidates[renders[0].pk]
    assert chosen.scores.count() >= 5
    if chosen.state != Candidate.State.REVIEW:
        pytest.fail(f"A premium work must meet a person, not be {chosen.state}: {chosen.reasons}")
    curation.decide(candidate_id=chosen.pk, user=ready, verdict="approve")
    drain()

    artwork = Artwork.objects.get()
    with storages["originals"].open(artwork.original) as file:
        assert hashlib.sha256(file.read()).hexdigest() == artwork.sha256 == renders[0].sha256
    assert artwork.decided_by == "user:curator"
    assert artwork.collection.slug == "two-mornings"

    curation.undo(user=ready)
    drain()
    artwork.refresh_from_db()
    assert artwork.withdrawn_at is not None
    assert list(Decision.objects.order_by("pk").values_list("verdict", flat=True))[-2:] == [
        "approve",
        "undo",
    ]


def test_the_sweep_finds_what_lost_messages_left_behind(ready, drain, broker):
    render = make_render(finished_at=timezone.now() - 2 * workflow.SETTLE)
    assert not Candidate.objects.exists()

    workflow.sweep()
    assert Candidate.objects.filter(render=render).exists()
    workflow.sweep()
    drain()
    assert Candidate.objects.count() == 1


def test_an_approval_whose_message_was_lost_is_published_by_the_sweep(ready, drain):
    render = make_render(finished_at=timezone.now() - 2 * workflow.SETTLE)
    curation.admit_render(render_id=render.pk)
    Candidate.objects.filter(render=render).update(state=Candidate.State.REVIEW)
    candidate = Candidate.objects.get(render=render)
    curation.decide(candidate_id=candidate.pk, user=ready, verdict="approve")
    drain()
    Artwork.objects.all().delete()  # as if the publisher had never been called
    Candidate.objects.update(decided_at=timezone.now() - 2 * workflow.SETTLE)

    for _ in range(2):
        workflow.sweep()
        drain()
    assert Artwork.objects.filter(render=render).count() == 1


def test_nothing_is_published_without_an_approval(ready):
    render = make_render()
    workflow.publish(str(render.pk))

    assert not Artwork.objects.exists()
    assert Render.objects.get().pk == render.pk
