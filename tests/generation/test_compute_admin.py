"""Providers, offers and the ledger in the admin."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from generation import queue
from generation.models import Offer, Provider, RemoteCall
from tests import factories

pytestmark = pytest.mark.django_db
LIST = reverse("admin:generation_provider_changelist")
ADD = reverse("admin:generation_provider_add")
KEY = "sk-very-secret-0123456789"


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Cloud",
        "slug": "cloud",
        "kind": "openai",
        "base_url": "https://cloud.example/v1",
        "options": "{}",
        "key_variable": "CLOUD_KEY",
        "terms": "",
        "timeout_seconds": "60",
        "most_at_once": "2",
        "daily_budget_cents": "",
        "is_active": "on",
        "offers-TOTAL_FORMS": "0",
        "offers-INITIAL_FORMS": "0",
    } | changes


def offered(**changes: Any) -> dict[str, Any]:
    checkpoint = factories.make_checkpoint(slug="foreign", source="remote")
    row = {
        "checkpoint": str(checkpoint.pk),
        "model": "gpt-image-1",
        "price_cents": "4.2",
        "after_seconds": "0",
        "capabilities": '{"sizes": [[1024, 1024]], "adapters": true}',
        "is_active": "on",
    }
    named = {f"offers-0-{name}": value for name, value in (row | changes).items()}
    return form() | named | {"offers-TOTAL_FORMS": "1"}


def test_a_provider_is_added_with_its_offer(admin_client: Client) -> None:
    answer = admin_client.post(ADD, offered())

    assert answer.status_code == 302, answer.context["errors"]
    offer = Offer.objects.get()
    assert offer.provider.slug == "cloud"
    assert offer.capabilities["sizes"] == [[1024, 1024]]


@pytest.mark.parametrize("key", [KEY, "AKIA:secret", "cloud_key", "CLOUD-KEY"])
def test_a_key_in_place_of_its_name_is_refused_and_not_kept(key: str, admin_client: Client) -> None:
    answer = admin_client.post(ADD, form(key_variable=key))

    assert answer.status_code == 200
    assert "not the key" in answer.content.decode()
    assert not Provider.objects.exists()


@pytest.mark.parametrize(
    "capabilities",
    [
        "[1]",
        '{"size": 3}',
        '{"sizes": [[1024]]}',
        '{"sizes": 3}',
        '{"max_px": -1}',
        '{"max_px": "much"}',
        '{"controls": "canny"}',
        '{"adapters": "ink@1"}',
    ],
)
def test_capabilities_that_would_be_read_as_nothing_are_refused(
    capabilities: str, admin_client: Client
) -> None:
    answer = admin_client.post(ADD, offered(capabilities=capabilities))

    assert answer.status_code == 200
    assert not Offer.objects.exists()


def test_options_must_be_an_object(admin_client: Client) -> None:
    assert admin_client.post(ADD, form(options="[1]")).status_code == 200
    assert not Provider.objects.exists()


def test_the_list_shows_health_and_whether_the_key_is_set(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_provider(key_variable="CLOUD_KEY")
    open_until = timezone.now() + timedelta(minutes=5)
    factories.make_provider(failures=3, closed_until=open_until)

    without = admin_client.get(LIST).content.decode()
    monkeypatch.setenv("CLOUD_KEY", KEY)
    with_key = admin_client.get(LIST).content.decode()

    assert "icon-no" in without and "open until" in without
    assert KEY not in with_key
    assert with_key.count("icon-yes") == without.count("icon-yes") + 1


def act(client: Client, action: str, *providers: Provider) -> list[str]:
    chosen = [provider.pk for provider in providers]
    answer = client.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)
    return [str(message) for message in answer.context["messages"]]


def test_a_person_sends_renders_again(admin_client: Client) -> None:
    resting = timezone.now() + timedelta(minutes=5)
    provider = factories.make_provider(failures=5, closed_until=resting, last_error="502")

    act(admin_client, "close_breaker", provider)

    provider.refresh_from_db()
    assert (provider.failures, provider.closed_until, provider.last_error) == (0, None, "")


class Endpoint(BaseHTTPRequestHandler):
    """Answers like the free questions of the providers, to those who have the key."""

    FREE: ClassVar[dict[str, object]] = {
        "/v1/models": {"data": []},
        "/v2/painter/health": {"workers": {"idle": 1}},
        "/v1/user/balance": {"credits": 10.0},
    }

    def do_GET(self) -> None:
        found = self.FREE.get(self.path)
        allowed = self.headers.get("authorization") == f"Bearer {KEY}"
        status = 404 if found is None else 200 if allowed else 401
        body = json.dumps(found if status == 200 else {"error": f"wrong key {KEY}"}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("kind", "path", "options"),
    [
        ("openai", "/v1", {}),
        ("runpod", "/v2", {"endpoint": "painter"}),
        ("stability", "", {}),
        ("sagemaker", "", {"endpoint": "painter", "region": "eu-central-1"}),
    ],
)
def test_the_connection_is_tested_for_nothing(
    kind: str,
    path: str,
    options: dict[str, str],
    endpoint: str,
    admin_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLOUD_KEY", KEY)
    provider = factories.make_provider(
        name="Cloud", kind=kind, base_url=endpoint + path, key_variable="CLOUD_KEY", options=options
    )

    [said] = act(admin_client, "test_connection", provider)

    assert said.startswith(("Cloud answers and lets us in", "Cloud can be reached"))
    assert not RemoteCall.objects.exists()


def test_a_connection_that_fails_says_why_without_the_key(
    endpoint: str, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"base_url": f"{endpoint}/v1", "key_variable": "CLOUD_KEY"}
    provider = factories.make_provider(name="Cloud", **fields)
    away = factories.make_provider(name="Away", base_url="http://127.0.0.1:9")

    [unset] = act(admin_client, "test_connection", provider)
    monkeypatch.setenv("CLOUD_KEY", "sk-another-0123456789")
    [wrong] = act(admin_client, "test_connection", provider)
    [gone] = act(admin_client, "test_connection", away)

    assert unset.startswith("Set the environment variable CLOUD_KEY")
    assert wrong.startswith("Cloud answers 401")
    assert KEY not in wrong
    assert gone.startswith("Away cannot be reached")


def test_the_ledger_is_to_look_at_only(admin_client: Client, curator_client: Client) -> None:
    render = factories.make_render(state="queued")
    provider = factories.make_provider()
    call = RemoteCall.objects.create(render=render, provider=provider, error="Nobody is home.")
    address = reverse("admin:generation_remotecall_changelist")

    page = admin_client.get(address).content.decode()

    assert "Nobody is home." in page
    assert reverse("generation:render", args=[render.pk]) in page
    assert admin_client.get(reverse("admin:generation_remotecall_add")).status_code == 403
    change = reverse("admin:generation_remotecall_change", args=[call.pk])
    assert admin_client.post(change, {"state": "done"}).status_code == 403
    assert curator_client.get(address).status_code == 302


def test_a_render_shows_its_attempts(admin_client: Client) -> None:
    render = factories.make_render(state="queued")
    claim = queue.claim_group(worker="w")
    assert claim is not None
    queue.fail(token=claim.token, render_ids=claim.ids, reason="The device is on fire.")

    page = admin_client.get(reverse("admin:generation_render_change", args=[render.pk]))

    assert "The device is on fire." in page.content.decode()
