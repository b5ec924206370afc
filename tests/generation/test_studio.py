"""The studio's lists: jobs, queue, workers, providers, the history of a render."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from generation import queue
from generation.models import Job, Provider, RemoteCall, Render, Worker
from generation.services import cancel_job
from generation.waiting import NO_WORKER, PAUSED, why_waiting
from tests import factories

pytestmark = pytest.mark.django_db

QUEUED, RENDERED = Render.State.QUEUED, Render.State.RENDERED
PAGES = [reverse(f"generation:{name}") for name in ("jobs", "queue", "workers", "providers")]
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("address", PAGES)
def test_lists_are_for_the_studio(
    address: str, stranger: Client, buyer_client: Client, curator_client: Client
) -> None:
    assert stranger.get(address).status_code == 302
    assert buyer_client.get(address).status_code == 403
    assert curator_client.get(address).status_code == 200


def see_worker(**fields: Any) -> Worker:
    now = timezone.now()
    values = {"queues": ["render"], "started_at": now, "seen_at": now, "device": "cuda:0"}
    return Worker.objects.create(name=f"w{factories.number()}", **values | fields)


# -- jobs --------------------------------------------------------------------------------------


def listed(client: Client, **query: str) -> list[str]:
    response = client.get(reverse("generation:jobs"), query)
    assert response.status_code == 200
    return sorted(job.title for job in response.context["page"])


@pytest.fixture
def four_jobs(db: None) -> dict[str, Job]:
    """A job in each of four states."""
    jobs = {
        "waiting": factories.make_job(title="waiting", spec={"subject": "low hills"}),
        "paused": factories.make_job(title="paused", state="paused"),
        "done": factories.make_job(title="done", collection="desert"),
        "broken": factories.make_job(title="broken"),
    }
    for name, state in [("waiting", "queued"), ("paused", "queued"), ("done", "rendered")]:
        factories.make_render(job=jobs[name], state=state)
    factories.make_render(job=jobs["broken"], state="failed", error="Out of luck.")
    return jobs


@pytest.mark.parametrize(
    ("state", "titles"),
    [
        ("", ["broken", "done", "paused", "waiting"]),
        ("waiting", ["waiting"]),
        ("under-way", []),
        ("paused", ["paused"]),
        ("finished", ["broken", "done"]),
        ("failed", ["broken"]),
        ("cancelled", []),
        ("nonsense", ["broken", "done", "paused", "waiting"]),
    ],
)
def test_jobs_are_chosen_by_state(
    state: str, titles: list[str], four_jobs: Any, curator_client: Client
) -> None:
    assert listed(curator_client, state=state) == titles


def test_jobs_are_chosen_by_owner_style_and_words(four_jobs: Any, curator_client: Client) -> None:
    job = four_jobs["waiting"]
    style = job.renders.get().style_version.style.slug

    assert listed(curator_client, owner=job.owner.username) == ["waiting"]
    assert listed(curator_client, style=style) == ["waiting"]
    assert listed(curator_client, q="HILLS") == ["waiting"]
    assert listed(curator_client, q="desert") == ["done"]
    assert listed(curator_client, q=str(job.pk)) == ["waiting"]
    assert listed(curator_client, q="%_\x00") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_job_and_three(
    count: int, curator_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        factories.make_render(job=factories.make_job())
    curator_client.get(reverse("generation:jobs"))

    with django_assert_num_queries(11):
        curator_client.get(reverse("generation:jobs"))


def press(client: Client, name: str, job: Job, htmx: str = "", **fields: Any) -> Any:
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
    return client.post(reverse(f"generation:{name}", args=[job.pk]), fields, headers=headers)


def test_a_button_changes_the_row_in_place(four_jobs: Any, curator_client: Client) -> None:
    job = four_jobs["waiting"]

    paused = press(curator_client, "pause_job", job, htmx=f"job-{job.pk}").content.decode()
    raised = press(curator_client, "job_priority", job, htmx=f"job-{job.pk}", priority=3)

    assert paused.strip().startswith("<li") and "Paused" in paused
    assert "Priority 3" in raised.content.decode()
    job.refresh_from_db()
    assert (job.state, job.priority) == ("paused", 3)


def test_without_javascript_a_button_leads_back(four_jobs: Any, curator_client: Client) -> None:
    job = four_jobs["paused"]

    near = press(curator_client, "resume_job", job, back="/studio/?state=paused")
    far = press(curator_client, "pause_job", job, back="https://elsewhere.example/")

    assert near.url == "/studio/?state=paused"
    assert far.url == job.get_absolute_url()


def test_buttons_are_for_those_who_may(
    four_jobs: Any, buyer: Any, buyer_client: Client, stranger: Client
) -> None:
    job = four_jobs["waiting"]

    assert press(stranger, "pause_job", job).status_code == 302
    assert press(buyer_client, "pause_job", job).status_code == 404
    assert press(buyer_client, "move_job", job).status_code == 403
    Job.objects.filter(pk=job.pk).update(owner=buyer)
    assert press(buyer_client, "pause_job", job).status_code == 302
    assert press(buyer_client, "job_priority", job, priority=10).status_code == 403


@pytest.mark.parametrize("value", ["", "high", "11", "1e9", "9" * 30])
def test_a_wrong_priority_is_answered(value: str, four_jobs: Any, curator_client: Client) -> None:
    assert (
        press(curator_client, "job_priority", four_jobs["done"], priority=value).status_code == 422
    )


@pytest.mark.parametrize(("before", "status"), [("me", 422), ("x", 422), (NOBODY, 404)])
def test_a_wrong_move_is_answered(
    before: str, status: int, four_jobs: Any, curator_client: Client
) -> None:
    job = four_jobs["waiting"]
    before = str(job.pk) if before == "me" else before

    assert press(curator_client, "move_job", job, before=before).status_code == status


# -- queue -------------------------------------------------------------------------------------


def in_lanes(client: Client) -> dict[str, list[str]]:
    lanes = client.get(reverse("generation:queue")).context["lanes"]
    return {lane.slug: [entry.job.title for entry in lane.jobs] for lane in lanes}


def test_the_queue_is_in_the_order_of_serving(curator_client: Client) -> None:
    for title, fields in [
        ("first", {}),
        ("second", {}),
        ("urgent", {"priority": 5}),
        ("paused", {"state": "paused"}),
    ]:
        factories.make_render(job=factories.make_job(title=title, **fields), state=QUEUED)
    archive = factories.make_job(title="archive", lane="archive")
    factories.make_render(job=archive, state=QUEUED, lane="archive")

    assert in_lanes(curator_client) == {
        "standard": ["urgent", "first", "second", "paused"],
        "archive": ["archive"],
        "remote": [],
    }


def test_jobs_are_moved_by_hand_and_back(curator_client: Client) -> None:
    first, second, third = (factories.make_job(title=name) for name in "abc")
    for job in (first, second, third):
        factories.make_render(job=job, state=QUEUED)

    press(curator_client, "move_job", third, htmx="queue", before=str(first.pk))
    assert in_lanes(curator_client)["standard"] == ["c", "a", "b"]
    response = press(curator_client, "move_job", third, htmx="queue", before="turns")
    press(curator_client, "move_job", first, before="turns")
    assert in_lanes(curator_client)["standard"] == ["a", "b", "c"]
    assert response.content.decode().strip().startswith('<div id="queue"')


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_asks_the_same_for_one_job_and_three(
    count: int, curator_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        factories.make_render(state=QUEUED)
    curator_client.get(reverse("generation:queue"))

    with django_assert_num_queries(15):
        curator_client.get(reverse("generation:queue"))


# -- why something waits -----------------------------------------------------------------------


def make_foreign(**fields: Any) -> Job:
    checkpoint = factories.make_checkpoint(slug="foreign", name="Foreign", source="remote")
    style = factories.make_style(version_fields={"checkpoint": checkpoint})
    return factories.make_render(style=style, state=QUEUED, **fields).job


def test_a_render_that_nobody_offers_says_so(curator_client: Client) -> None:
    job = make_foreign()

    assert why_waiting(job).startswith("No provider offers Foreign: add an offer")
    page = curator_client.get(job.get_absolute_url())
    assert "No provider offers Foreign" in page.content.decode()
    assert (page.context["status"], page.context["seconds_left"]) == ("waiting", None)
    assert "No provider offers Foreign" in curator_client.get(PAGES[1]).content.decode()


def test_each_offer_says_what_speaks_against_it() -> None:
    job = make_foreign()
    Job.objects.filter(pk=job.pk).update(budget_cents=3)
    factories.make_offer(price_cents=5, provider=factories.make_provider(name="Dear"))
    small = factories.make_provider(name="Small")
    factories.make_offer(provider=small, capabilities={"sizes": [[1024, 1024]]})
    job.refresh_from_db()

    assert why_waiting(job) == (
        "Nobody can make it with Foreign as it stands: Dear: costs 5.00 cents, and 3.00 are left "
        "of the job's budget. Small: does not make 64 × 64 px."
    )


def test_a_provider_that_rests_is_named_with_its_error() -> None:
    job = make_foreign()
    factories.make_offer()
    Provider.objects.update(
        name="Cloud",
        failures=3,
        closed_until=timezone.now() + timedelta(minutes=5),
        last_error="It answered 502.",
    )

    assert why_waiting(job).startswith("Cloud: is left alone after errors until ")
    assert why_waiting(job).endswith("(It answered 502).")


def test_the_archive_lane_of_a_foreign_checkpoint_never_starts() -> None:
    assert "own workers only" in why_waiting(make_foreign(lane="archive"))


def test_what_waits_for_its_turn_says_nothing() -> None:
    job = make_foreign()
    factories.make_offer()

    assert why_waiting(job) == ""


def test_our_own_renders_need_a_worker() -> None:
    job = factories.make_render(state=QUEUED).job

    assert why_waiting(job) == NO_WORKER
    see_worker()
    assert why_waiting(job) == ""
    job.state = Job.State.PAUSED
    assert why_waiting(job) == PAUSED


# -- workers and providers ---------------------------------------------------------------------


def test_workers_show_device_memory_and_what_they_render(curator_client: Client) -> None:
    worker = see_worker(resident=["House model"])
    render = factories.make_render(state=QUEUED)
    queue.claim_group(worker=worker.name)

    page = curator_client.get(reverse("generation:workers")).content.decode()

    for text in ("cuda:0", "House model", f"{render.job.title} #", "Alive"):
        assert text in page


def test_providers_show_health_spending_and_calls(curator_client: Client) -> None:
    offer = factories.make_offer(price_cents=2)
    render = factories.make_render()
    for attempt, state in enumerate(["done", "failed"], start=1):
        RemoteCall.objects.create(
            render=render, provider=offer.provider, attempt=attempt, state=state, cost_cents=attempt
        )

    page = curator_client.get(reverse("generation:providers")).content.decode()

    assert "Well" in page and "3 cents" in page
    assert ">1</span> done" in page and ">1</span> failed" in page


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("workers", 9), ("providers", 17)])
def test_lists_of_machines_ask_the_same_for_one_and_three(
    name: str,
    queries: int,
    count: int,
    curator_client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        see_worker()
        factories.make_offer()
    curator_client.get(reverse(f"generation:{name}"))

    with django_assert_num_queries(queries):
        curator_client.get(reverse(f"generation:{name}"))


# -- the history of a render -------------------------------------------------------------------


def test_the_history_shows_every_attempt(curator_client: Client) -> None:
    render = factories.make_render(state=QUEUED)
    failing = queue.claim_group(worker="first")
    assert failing is not None
    queue.fail(token=failing.token, render_ids=failing.ids, reason="The device is on fire.")
    claim = queue.claim_group(worker="second")
    assert claim is not None
    picture = queue.Picture(b"png", b"webp", "a" * 64, {"dtype": "float32", "batch_size": 1})
    queue.complete(render_id=render.pk, token=claim.token, picture=picture)
    offer = factories.make_offer()
    RemoteCall.objects.create(
        render=render, provider=offer.provider, state="refused", error="Not nice.", remote_id="r-1"
    )

    response = curator_client.get(reverse("generation:render", args=[render.pk]))

    assert [step.word for step in response.context["steps"]] == [
        "Asked for",
        "Ended in an error",
        "Rendered",
    ]
    page = response.content.decode()
    for text in ("The device is on fire.", "first", "second", "float32", "Not nice.", "r-1"):
        assert text in page


def test_a_render_given_up_tells_its_error_once(curator_client: Client) -> None:
    render = factories.make_render(state=QUEUED)
    claim = queue.claim_group(worker="w")
    assert claim is not None
    queue.fail(token=claim.token, render_ids=claim.ids, reason="Never.", final=True)

    response = curator_client.get(reverse("generation:render", args=[render.pk]))

    assert [step.word for step in response.context["steps"]] == [
        "Asked for",
        "Ended in an error",
        "Given up",
    ]


def test_a_history_is_seen_by_whoever_may_see_its_job(
    stranger: Client, buyer: Any, buyer_client: Client, curator_client: Client, admin_client: Client
) -> None:
    render = factories.make_render()
    address = reverse("generation:render", args=[render.pk])

    assert stranger.get(address).status_code == 302
    assert buyer_client.get(address).status_code == 404
    assert curator_client.get(address).status_code == 200
    assert admin_client.get(address).status_code == 200
    Job.objects.filter(pk=render.job_id).update(owner=buyer)
    assert buyer_client.get(address).status_code == 200


def test_a_render_cancelled_under_way_tells_who_had_it(curator_client: Client) -> None:
    render = factories.make_render(state=QUEUED)
    queue.claim_group(worker="w")
    cancel_job(job_id=render.job_id)
    cancel_job(job_id=render.job_id)

    response = curator_client.get(reverse("generation:render", args=[render.pk]))

    steps = [(step.word, step.place) for step in response.context["steps"]]
    assert steps == [("Asked for", ""), ("Cancelled", "w")]
