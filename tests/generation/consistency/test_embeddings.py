"""Style embeddings: the mean look of chosen works, versioned, and the form that makes one."""

import threading
import uuid
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from genart.lib.errors import InvalidInput
from generation.consistency.looks import encoder, looks_of
from generation.guides import Guides
from generation.models import Adapter, ControlImage, Job, Render, StyleEmbedding
from generation.services.consistency import measure_consistency
from generation.services.embeddings import ask_reference, make_embedding, make_reference
from tests.factories import COLORS, make_checkpoint, make_job, make_picture, make_render, make_style

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(db: None) -> Job:
    made, style = make_job(), make_style()
    for index in range(3):
        picture = make_picture(64, 64, COLORS, seed=index)
        make_render(job=made, style=style, index=index, picture=picture)
    return made


def works_of(job: Job) -> list[uuid.UUID]:
    return list(job.renders.order_by("index").values_list("pk", flat=True))


def test_an_embedding_is_the_mean_look_of_its_works_and_others_make_the_next_version(
    job: Job,
) -> None:
    works = works_of(job)

    first = make_embedding(slug="warm", name="Warm", works=works)

    rows = looks_of(list(job.renders.all()))
    assert np.dot(first.vector, rows.mean(axis=0)) == pytest.approx(
        np.linalg.norm(rows.mean(axis=0)), abs=1e-4
    )
    assert np.linalg.norm(first.vector) == pytest.approx(1, abs=1e-4)
    assert (first.version, first.kind, first.encoder) == (1, "mean", encoder())
    assert make_embedding(slug="warm", name="Warm", works=works[::-1]) == first
    second = make_embedding(slug="warm", name="Warm", works=works[:2])
    assert (second.version, StyleEmbedding.objects.count()) == (2, 2)


def test_a_series_is_measured_against_its_style_s_embedding(job: Job) -> None:
    made = make_embedding(slug="warm", name="Warm", works=works_of(job))
    version = job.renders.first().style_version  # type: ignore[union-attr]
    version.embedding = made
    version.save()

    found = measure_consistency(job_id=job.pk)

    assert found is not None
    [style] = found["styles"]
    assert style["embedding"] == "warm@1"
    assert 0 < style["to_embedding"] <= 1


@pytest.mark.parametrize(
    ("slug", "name", "where"),
    [("a b", "A", "slug"), ("", "A", "slug"), ("a", " ", "name"), ("a", "A", "works")],
)
def test_what_cannot_be_made_is_refused(job: Job, slug: str, name: str, where: str) -> None:
    works = [] if where == "works" else works_of(job)
    with pytest.raises(InvalidInput) as refused:
        make_embedding(slug=slug, name=name, works=works)
    assert refused.value.where == where
    with pytest.raises(InvalidInput, match="no finished picture"):
        make_embedding(slug="a", name="A", works=[uuid.uuid4()])
    assert not StyleEmbedding.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_that_make_versions_at_once_make_two(job: Job) -> None:
    works, barrier = works_of(job), threading.Barrier(2)

    def make(chosen: list[uuid.UUID]) -> None:
        barrier.wait(10)
        try:
            make_embedding(slug="warm", name="Warm", works=chosen)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=[chosen]) for chosen in (works, works[:2])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    versions = StyleEmbedding.objects.order_by("version").values_list("version", flat=True)
    assert list(versions) == [1, 2]


def test_the_job_page_makes_one_of_its_works(curator_client: Client, job: Job) -> None:
    measure_consistency(job_id=job.pk)
    page = curator_client.get(job.get_absolute_url()).content.decode()
    assert "Make a style embedding" in page
    assert "Consistency" in page

    address = reverse("generation:make_embedding", args=[job.pk])
    answer = curator_client.post(address, {"name": "Warm arches"}, follow=True)

    assert "warm-arches@1 is made of 3 works" in answer.content.decode()
    assert StyleEmbedding.objects.get().slug == "warm-arches"


def test_a_name_without_letters_is_told(curator_client: Client, job: Job) -> None:
    address = reverse("generation:make_embedding", args=[job.pk])
    answer = curator_client.post(address, {"name": "!!!"}, follow=True)
    assert answer.status_code == 200
    assert "Use small letters" in answer.content.decode()


def test_others_may_not(stranger: Client, buyer_client: Client, job: Job) -> None:
    address = reverse("generation:make_embedding", args=[job.pk])
    assert stranger.post(address).status_code == 302
    assert buyer_client.post(address).status_code == 403
    assert not StyleEmbedding.objects.exists()


def test_the_admin_makes_one_of_chosen_renders(admin_client: Client, job: Job) -> None:
    data = {"action": "embed", "_selected_action": [str(work) for work in works_of(job)]}
    answer = admin_client.post(
        reverse("admin:generation_render_changelist"), data, follow=True
    ).content.decode()
    assert "@1 is made of 3 works." in answer
    made = StyleEmbedding.objects.get()
    page = admin_client.get(reverse("admin:generation_styleembedding_change", args=[made.pk]))
    assert page.status_code == 200


def test_pictures_to_follow_are_shown_in_the_admin(admin_client: Client) -> None:
    row = ControlImage.objects.create(
        sha256="a" * 64, name="Squares", file="none.png", width_px=96, height_px=64, rights="Ours."
    )
    listed = admin_client.get(reverse("admin:generation_controlimage_changelist"))
    shown = admin_client.get(reverse("admin:generation_controlimage_change", args=[row.pk]))
    assert "Squares" in listed.content.decode()
    assert f"/studio/pictures/{row.sha256}/" in shown.content.decode()


def test_an_ip_adapter_s_embedding_is_made_by_a_worker_and_followed(
    job: Job, drain: Any, tiny_folder: Any, tmp_path: Any
) -> None:
    from generation.engine.types import CheckpointRef
    from tests.generation.engine.guides import DIM, make_ip_adapter

    tiny = CheckpointRef(1, "Tiny", "sd", "folder", location=str(tiny_folder))
    ref = make_ip_adapter(tiny, tmp_path / "looks")
    adapter = Adapter.objects.create(
        slug="looks", version="1", name="Looks", kind="ip-adapter", checkpoint=make_checkpoint(),
        location=ref.location, sha256=ref.sha256, licence="MIT", allows_commercial_use=True,
    )  # fmt: skip
    works = works_of(job)
    ask_reference(slug="warm", name="Warm", works=works, adapter=adapter)
    drain()

    made = StyleEmbedding.objects.get()
    assert (made.kind, made.encoder, len(made.vector)) == ("ip-adapter", "looks@1", DIM)
    assert make_reference(slug="warm", name="Warm", works=works, adapter=adapter) == made
    render = Render.objects.first()
    assert render is not None
    render.reference = {"embedding": "warm@1", "adapter": "looks@1", "strength": 0.5}
    found = Guides([render]).reference(render)
    assert found is not None
    assert (found.adapter.slug, len(found.vector), found.strength) == ("looks", DIM, 0.5)
