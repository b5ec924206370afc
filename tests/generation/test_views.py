"""The studio's pages, for everybody who may come along."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from generation import queue
from generation.models import Job, Render, Style, Worker
from tests.conftest import signed_in
from tests.generation.conftest import Submit
from tests.generation.specs import EXAMPLE, SMALL

pytestmark = pytest.mark.django_db


def finish(render: Render, content: bytes = b"png") -> Render:
    """Give a queued render its picture."""
    claim = queue.claim_group(worker="w", limit=1)
    assert claim is not None
    picture = queue.Picture(content, b"webp", "a" * 64, {"batch_size": 1})
    assert queue.complete(render_id=claim.ids[0], token=claim.token, picture=picture)
    return Render.objects.get(pk=claim.ids[0])


@pytest.fixture
def rendered(submit: Submit) -> Render:
    """A finished render of the curator's."""
    return finish(submit().renders.get())


def fields(**changes: Any) -> dict[str, Any]:
    """What the form sends."""
    return {
        "key": "k1",
        "style": "tiny",
        "subject": "a small picture",
        "palettes": ["sage", "terracotta"],
        "layouts": ["centered", "diagonal"],
        "density": "0.3",
        "mood": "calm, warm",
        "size": "512x512",
        "seed": "5",
    } | changes


STUDIO_PAGES = [
    reverse("generation:jobs"),
    reverse("generation:new_job"),
    reverse("generation:workers"),
]


@pytest.mark.parametrize("address", STUDIO_PAGES)
def test_the_studio_is_for_the_studio(
    address: str,
    stranger: Client,
    buyer_client: Client,
    curator_client: Client,
    admin_client: Client,
) -> None:
    assert stranger.get(address).status_code == 302
    assert buyer_client.get(address).status_code == 403
    assert curator_client.get(address).status_code == 200
    assert admin_client.get(address).status_code == 200


def test_a_job_is_seen_by_its_owner_and_the_studio(
    submit: Submit, stranger: Client, buyer: Any, buyer_client: Client, admin_client: Client
) -> None:
    job = submit()
    address = job.get_absolute_url()

    assert stranger.get(address).status_code == 302
    assert buyer_client.get(address).status_code == 404
    assert admin_client.get(address).status_code == 200
    Job.objects.update(owner=buyer)
    assert buyer_client.get(address).status_code == 200


def test_pictures_are_seen_by_the_owner_the_studio_and_the_curators(
    rendered: Render, stranger: Client, buyer_client: Client, curator_client: Client
) -> None:
    for name, content in [("render_image", b"png"), ("render_thumb", b"webp")]:
        address = reverse(f"generation:{name}", args=[rendered.pk])
        assert stranger.get(address).status_code == 302
        assert buyer_client.get(address).status_code == 404
        answer = curator_client.get(address)
        assert answer.content == content
        assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
        again = curator_client.get(address, headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304


def test_a_picture_that_is_not_there_is_not_found(
    submit: Submit, rendered: Render, curator_client: Client
) -> None:
    queued = submit().renders.get()
    for missing in (queued.pk, uuid4()):
        address = reverse("generation:render_image", args=[missing])
        assert curator_client.get(address).status_code == 404

    storages["originals"].delete(rendered.file)
    address = reverse("generation:render_image", args=[rendered.pk])
    assert curator_client.get(address).status_code == 404


def test_a_page_of_a_job_shows_where_everything_is(
    submit: Submit, rendered: Render, curator_client: Client
) -> None:
    job = rendered.job
    html = curator_client.get(job.get_absolute_url()).content.decode()

    assert f'id="tile-{rendered.pk}"' in html
    assert reverse("generation:render_thumb", args=[rendered.pk]) in html
    assert "Being judged" in html
    assert f'ws-connect="/ws/jobs/{job.pk}/"' in html
    assert rendered.prompt in html
    assert "Cancel what is left" not in html
    assert 'http-equiv="refresh"' not in html

    under_way = submit(count=2)
    html = curator_client.get(under_way.get_absolute_url()).content.decode()
    assert "Cancel what is left" in html
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in html


def test_a_page_of_a_job_costs_the_same_for_many_renders(
    submit: Submit, curator_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few, many = submit(count=1), submit(count=9)
    for job in (few, many):
        with django_assert_num_queries(11):
            curator_client.get(job.get_absolute_url())


def test_the_list_costs_the_same_for_many_jobs(
    submit: Submit, curator_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    submit()
    with django_assert_num_queries(11):
        curator_client.get(reverse("generation:jobs"))
    submit(), submit(count=3)
    with django_assert_num_queries(11):
        curator_client.get(reverse("generation:jobs"))


def test_the_fields_commission_a_series_once(
    style: Style, curator: Any, curator_client: Client
) -> None:
    for _ in range(2):
        answer = curator_client.post(reverse("generation:new_job"), fields())
        assert answer.status_code == 302

    job = Job.objects.get()
    assert answer["Location"] == job.get_absolute_url()
    assert job.owner == curator
    assert job.renders.count() == 4
    assert job.spec["vary"] == {
        "palette": [{"name": "sage"}, {"name": "terracotta"}],
        "composition.layout": ["centered", "diagonal"],
    }
    assert (job.spec["mood"], job.spec["seed"]) == (["calm", "warm"], 5)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"size": "1024x1024"}, "size", "Tiny renders 64 to 512 px."),
        ({"count": "401"}, "count", "Must be at most 400."),
        (
            {"collection": "-"},
            "collection",
            "Use small letters, digits and single hyphens, for example boho-arches.",
        ),
        ({"subject": ""}, "subject", "This field is required."),
        ({"palettes": []}, "palettes", "This field is required."),
        ({"mood": "x" * 41}, "mood", "Must have at most 40 characters."),
    ],
)
def test_a_fault_is_shown_at_its_field_and_nothing_is_lost(
    style: Style, curator_client: Client, changes: dict[str, Any], field: str, sentence: str
) -> None:
    answer = curator_client.post(
        reverse("generation:new_job"), fields(title="What I typed", **changes)
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    html = answer.content.decode()
    assert 'value="What I typed"' in html
    assert html.count(" checked>") == (4 if changes == {"palettes": []} else 6)
    assert Job.objects.count() == 0


def test_a_changed_form_sent_again_asks_for_a_new_key(style: Style, curator_client: Client) -> None:
    curator_client.post(reverse("generation:new_job"), fields())

    answer = curator_client.post(reverse("generation:new_job"), fields(subject="another"))

    assert answer.status_code == 409
    assert answer.context["form"].faults[0]["msg"].startswith("This form was sent before.")
    assert 'value="k1"' not in answer.content.decode()
    assert Job.objects.count() == 1


def test_json_goes_the_same_way(style: Style, curator_client: Client) -> None:
    data = {"key": "k2", "spec": json.dumps(EXAMPLE), "lane": "archive"}

    answer = curator_client.post(reverse("generation:new_job"), data)

    assert answer.status_code == 302
    assert Job.objects.get().lane == "archive"
    assert Render.objects.count() == 8


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "This is not JSON"),
        ("[]", "Must be an object."),
        (json.dumps(SMALL | {"style": "cubism"}), "There is no active style cubism."),
    ],
)
def test_faulty_json_is_explained_and_kept(
    style: Style, curator_client: Client, text: str, sentence: str
) -> None:
    answer = curator_client.post(reverse("generation:new_job"), {"key": "k3", "spec": text})

    assert answer.status_code == 422
    assert answer.context["form"].faults[0]["msg"].startswith(sentence)
    assert answer.context["form"]["spec"].value() == text
    assert Job.objects.count() == 0


def test_a_series_like_another_starts_from_its_values(
    submit: Submit, curator_client: Client
) -> None:
    job = submit(subject="a red house")

    for tab in ("", "&as=json"):
        html = curator_client.get(f"{reverse('generation:new_job')}?like={job.pk}{tab}").content
        assert b"a red house" in html
    assert curator_client.get(f"{reverse('generation:new_job')}?like=nonsense").status_code == 200


def test_cancel_and_retry_are_forms(
    submit: Submit, buyer_client: Client, curator_client: Client
) -> None:
    job = submit(count=2)
    cancel = reverse("generation:cancel_job", args=[job.pk])
    retry = reverse("generation:retry_job", args=[job.pk])

    assert curator_client.get(cancel).status_code == 405
    assert buyer_client.post(cancel).status_code == 404
    assert buyer_client.post(retry).status_code == 404
    assert set(job.renders.values_list("state", flat=True)) == {"queued"}

    Render.objects.update(state="failed", error="It broke.")
    assert curator_client.post(retry)["Location"] == job.get_absolute_url()
    assert set(job.renders.values_list("state", flat=True)) == {"queued"}
    assert curator_client.post(cancel)["Location"] == job.get_absolute_url()
    assert set(job.renders.values_list("state", flat=True)) == {"cancelled"}
    assert curator_client.post(retry).status_code == 409


def test_workers_are_listed(admin_client: Client) -> None:
    from django.utils import timezone

    now = timezone.now()
    Worker.objects.create(
        name="here:1",
        queues=["render"],
        device="cpu",
        resident=["Tiny"],
        started_at=now,
        seen_at=now,
    )

    html = admin_client.get(reverse("generation:workers")).content.decode()

    assert "here:1" in html
    assert "Alive" in html


def test_a_bad_address_is_not_found(admin_user: Any) -> None:
    client = signed_in(admin_user)

    assert client.get(f"/studio/jobs/{uuid4()}/").status_code == 404
    assert client.get("/studio/jobs/7/").status_code == 404
