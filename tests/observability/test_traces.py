"""Traces: one from the request over the queue and the worker to the provider, read by OTLP."""

from typing import Any

import pytest
from django.test import Client

from genart.lib import tracing
from genart.observability import telemetry
from tests import factories
from tests.observability.collector import attributes

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_without_an_address_nothing_is_recorded(settings: Any) -> None:
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = ""
    assert telemetry.start() is None
    with tracing.span("nothing"):
        assert tracing.carried() == {}


@pytest.mark.django_db
def test_a_request_is_a_span_of_the_callers_trace(collector: Any, stranger: Client) -> None:
    stranger.get("/browse/", headers={"traceparent": PARENT, "X-Request-ID": "proxy-12345"})
    collector.flush()
    span = collector.span("GET catalog:browse")
    assert collector.services == {"genart-test"}
    assert span.trace_id.hex() == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert span.parent_span_id.hex() == "00f067aa0ba902b7"
    about = attributes(span)
    assert about["http.response.status_code"] == 200
    assert about["genart.request_id"] == "proxy-12345"


def test_an_error_marks_its_span_and_tells_no_secret(collector: Any) -> None:
    with pytest.raises(ValueError, match="hunter22"), tracing.span("broken", "server"):
        raise ValueError("password=hunter22")
    collector.flush()
    span = collector.span("broken")
    assert span.status.code == 2
    assert span.status.message == "ValueError: password=[hidden]"
    assert b"hunter22" not in collector.raw


@pytest.mark.django_db
def test_renders_of_several_traces_are_one_span_with_links(collector: Any) -> None:
    from generation import traces

    other = PARENT.replace("4bf9", "aaaa")
    first = factories.make_render(origin={"traceparent": PARENT, "request_id": "one"})
    second = factories.make_render(origin={"traceparent": other, "request_id": "two"})
    with traces.of_renders([first, second], "group"):
        assert tracing.current() == {}, "they share no id"
    collector.flush()
    span = collector.span("group")
    assert span.trace_id.hex().startswith("4bf9")
    assert [link.trace_id.hex()[:4] for link in span.links] == ["aaaa"]


@pytest.mark.django_db
def test_a_provider_gets_the_trace(collector: Any) -> None:
    from generation.remote import http

    provider = factories.make_provider(base_url=collector.address)
    with tracing.span("errand", "server"):
        answer = http.exchange(provider, "POST", f"{collector.address}/v1/render", data=b"\n\n")
    collector.flush()
    assert answer.status == 200
    called = collector.span(f"POST {provider.slug}")
    assert called.parent_span_id == collector.span("errand").span_id
    assert called.kind == 3, "client"
    given = [headers["traceparent"] for headers in collector.headers if headers["traceparent"]]
    assert called.span_id.hex() in given[0]


def test_what_nobody_asked_for_makes_no_trace(collector: Any) -> None:
    with tracing.span("process sweep", "consumer"), tracing.span("storage open"):
        assert tracing.carried() == {}
    collector.flush()
    assert collector.spans == []
