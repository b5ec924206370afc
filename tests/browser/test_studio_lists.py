"""The studio's lists in a browser: nothing to find for axe, and their buttons work in place."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from generation import queue
from generation.models import Job, Provider, RemoteCall, Render, Worker
from tests import factories

pytestmark = pytest.mark.slow
LOOKS = [(width, scheme) for width in (390, 1440) for scheme in ("light", "dark")]


@pytest.fixture
def studio(curator):
    """A studio at work: jobs of every kind, two workers, three providers, a render with a past."""
    style = factories.make_style(slug="boho-arches")
    series = factories.make_job(title="Desert mornings", owner=curator, collection="desert")
    for seed in range(12):
        factories.make_render(job=series, style=style, picture=factories.make_picture(seed=seed))
    going = factories.make_job(title="Coastal evenings", owner=curator, priority=2)
    factories.make_render(job=going, style=style)
    for _ in range(4):
        factories.make_render(job=going, style=style, state="queued")
    paused = factories.make_job(title="Winter light", owner=curator, state="paused")
    factories.make_render(job=paused, style=style, state="queued")
    archive = factories.make_job(title="Museum proofs", owner=curator, lane="archive")
    factories.make_render(job=archive, style=style, state="queued", lane="archive")
    broken = factories.make_job(title="Too large to hold", owner=curator)
    factories.make_render(
        job=broken, style=style, state="failed", error="There is not enough memory for one image."
    )
    now = timezone.now()
    for name, resident in [("studio-1:812/worker-render", ["House model"]), ("studio-2:77", [])]:
        Worker.objects.create(
            name=name, queues=["render"], device="NVIDIA H200", resident=resident,
            started_at=now - timedelta(hours=3), seen_at=now,
        )  # fmt: skip
    return {"series": series, "going": going, "render": _past(going), **_providers(style)}


def _past(job):
    """Return a render of a job that failed, was lost, and is being made."""
    claim = queue.claim_group(worker="studio-1:812/worker-render", limit=1)
    reason = "RuntimeError: the device is on fire, and everything near it as well."
    queue.fail(token=claim.token, render_ids=claim.ids, reason=reason)
    claim = queue.claim_one(render_id=claim.ids[0], worker="studio-2:77")
    Render.objects.filter(pk__in=claim.ids).update(lease_expires_at=timezone.now() - timedelta(1))
    queue.reap_expired()
    queue.claim_one(render_id=claim.ids[0], worker="studio-1:812/worker-render")
    return Render.objects.get(pk=claim.ids[0])


def _providers(style):
    checkpoint = factories.make_checkpoint(slug="foreign", name="Flux Pro", source="remote")
    foreign = factories.make_style(version_fields={"checkpoint": checkpoint})
    job = factories.make_job(title="Made elsewhere", budget_cents=3)
    factories.make_render(job=job, style=foreign, state="queued")
    well = factories.make_provider(name="RunPod", latency_seconds=7.4, daily_budget_cents=500)
    away = factories.make_provider(name="Stability", allows_commercial_use=False)
    trial = factories.make_provider(name="Our own endpoint", kind="sagemaker")
    for provider, price in [(well, 5), (away, 4), (trial, 6)]:
        factories.make_offer(provider=provider, checkpoint=checkpoint, price_cents=price)
    now = timezone.now()
    Provider.objects.filter(pk=away.pk).update(
        failures=4, closed_until=now + timedelta(minutes=4), last_error="It answered 502."
    )
    Provider.objects.filter(pk=trial.pk).update(failures=3, closed_until=now)
    made = factories.make_render(job=job, style=foreign, provider=well.slug, cost_cents=5)
    RemoteCall.objects.create(
        render=made,
        provider=well,
        state="done",
        cost_cents=5,
        remote_id="sync-8a1f-u1",
        ended_at=now,
    )
    RemoteCall.objects.create(
        render=made, provider=away, state="refused", error="The prompt was flagged.", ended_at=now
    )
    fingerprint = {"device_name": "NVIDIA H200", "dtype": "bfloat16", "batch_size": 4, "seed": 7}
    Render.objects.filter(pk=made.pk).update(
        fingerprint=fingerprint, adherence={"palette": 0.93, "layout": 0.88}
    )
    return {"made": made}


def addresses(studio):
    pages = {name: reverse(f"generation:{name}") for name in ("jobs", "queue", "workers")}
    pages["providers"] = reverse("generation:providers")
    pages["past"] = reverse("generation:render", args=[studio["render"].pk])
    pages["made"] = reverse("generation:render", args=[studio["made"].pk])
    return pages


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing(page, sign_in, curator, studio, width, scheme):
    sign_in(curator)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    for name, address in addresses(studio).items():
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_a_job_is_paused_in_its_row(page, sign_in, curator, studio):
    sign_in(curator)
    page.goto("/studio/?q=coastal")
    row = page.locator(f"#job-{studio['going'].pk}")
    row.get_by_role("button", name="Pause").click()
    row.get_by_role("button", name="Go on").wait_for()
    row.get_by_role("button", name="Higher priority").click()
    row.get_by_text("Priority 3").wait_for()
    found = Job.objects.get(pk=studio["going"].pk)
    assert (found.state, found.priority) == ("paused", 3)
    assert page.url.endswith("/studio/?q=coastal")


def test_the_queue_is_put_in_order_by_hand(page, sign_in, curator, studio):
    style = studio["render"].style_version.style
    for title in ("Alpha", "Beta"):
        factories.make_render(job=factories.make_job(title=title), style=style, state="queued")
    sign_in(curator)
    page.goto("/studio/queue/")
    names = page.locator("#lane-standard").locator("xpath=../..").locator("strong")
    assert names.all_inner_texts()[:3] == ["Coastal evenings", "Alpha", "Beta"]
    row = page.locator(".lane-row", has_text="Beta")
    row.get_by_role("button", name="Earlier").click()
    row.get_by_text("Placed by hand").wait_for()
    assert names.all_inner_texts()[:3] == ["Coastal evenings", "Beta", "Alpha"]
