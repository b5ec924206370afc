"""Keys come from the environment and go nowhere else."""

import logging
import re
from pathlib import Path

import pytest
from django.core import serializers

from generation.models import Provider, RemoteCall
from generation.remote import loop
from generation.remote.http import exchange
from generation.remote.keys import cleansed, is_own, key_of
from generation.remote.types import Unavailable
from tests.factories import make_provider
from tests.generation.remote.conftest import Order, Serve, drive
from tests.generation.remote.servers.base import KEY

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_key_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    provider = make_provider(slug="cloud", key_variable="NO_SUCH_KEY")
    with pytest.raises(Unavailable, match="NO_SUCH_KEY to the key of Cloud"):
        key_of(provider)
    assert key_of(make_provider(key_variable="")) == ""


@pytest.mark.parametrize("variable", ["SECRET_KEY", "STRIPE_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"])
def test_a_secret_of_our_own_is_sent_to_no_provider(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "ours-and-nobody-elses")
    with pytest.raises(Unavailable, match=f"{variable} is genart's own") as refused:
        key_of(make_provider(key_variable=variable))
    assert "ours-and" not in str(refused.value)


def test_every_secret_of_the_settings_is_known_as_ours() -> None:
    names = re.findall(r"^([A-Z0-9_]+)=", Path(".env.example").read_text(), re.M)
    secret = re.compile(r"(SECRET|KEY|TOKEN|DSN|CERTIFICATE|FALLBACKS|DATABASE_URL|REDIS_URL)$")

    assert [name for name in names if secret.search(name) and not is_own(name)] == []
    assert not is_own("RUNPOD_KEY")


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "100.100.100.200",
     "[::ffff:169.254.169.254]"],
)  # fmt: skip
def test_no_provider_lies_where_clouds_keep_keys(host: str) -> None:
    provider = make_provider(slug="cloud", base_url=f"http://{host}/latest")
    with pytest.raises(Unavailable, match="where clouds keep keys"):
        exchange(provider, "GET", f"http://{host}/latest/meta-data/")


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {KEY}",
        f"Authorization: Bearer {KEY}",
        f"{{'key': '{KEY}'}}",
        "Authorization: Bearer abc.def-ghi",
        "the key rpa_ABCDEFGH12345678 is not valid",
        "Credential=AKIAIOSFODNN7EXAMPLE/20260101, Signature=abcdef012345",
    ],
)
def test_errors_are_cleansed_of_keys(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUD_KEY", KEY)
    clean = cleansed(text, Provider(key_variable="CLOUD_KEY"))
    for secret in (KEY, "abc.def-ghi", "ABCDEFGH12345678", "AKIAIOSFODNN7EXAMPLE", "abcdef012345"):
        assert secret not in clean
    assert "…" in clean


@pytest.mark.parametrize("kind", ["openai", "stability", "runpod"])
def test_a_wrong_key_is_neither_logged_nor_stored_nor_the_renders_fault(
    kind: str,
    serve: Serve,
    order: Order,
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    serve(kind)
    render = order()
    monkeypatch.setenv("TEST_KEY", "sk-wrong-0123456789")

    loop.work_until_empty()

    call = RemoteCall.objects.latest("created_at")
    render.refresh_from_db()
    assert "401" in call.error or "invalid_api_key" in call.error
    assert (call.state, call.cost_cents) == ("failed", 0)
    assert (render.state, render.attempts) == ("queued", 0)
    rows = [*RemoteCall.objects.all(), *Provider.objects.all(), render, *render.events.all()]
    assert "sk-wrong" not in serializers.serialize("json", rows) + caplog.text

    monkeypatch.setenv("TEST_KEY", KEY)
    assert drive(render).state == "rendered"
