"""One trace from what asked for a picture, over the doorbell, to the picture and its judgement."""

from collections.abc import Callable
from typing import Any

import pytest

from genart.lib import tracing
from generation.models import Render
from tests.generation.conftest import Submit
from tests.observability.collector import attributes
from tests.observability.conftest import collector

__all__ = ["collector"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engine_of_the_test", "tiny_style"),
]


def test_a_trace_goes_from_request_to_render_and_to_its_judgement(
    collector: Any, submit: Submit, drain: Callable[..., None]
) -> None:
    with tracing.bind(request_id="req-9"), tracing.span("request", "server"):
        job = submit(count=2)

    drain()
    collector.flush()

    assert set(Render.objects.values_list("state", flat=True)) == {"rendered"}
    assert {render.origin["request_id"] for render in job.renders.all()} == {"req-9"}
    root, rendered = collector.span("request"), collector.span("render")
    assert rendered.trace_id == root.trace_id
    assert rendered.parent_span_id == root.span_id
    assert attributes(rendered)["genart.job_id"] == str(job.pk)
    assert attributes(rendered)["genart.request_id"] == "req-9"
    stored = [span for span in collector.spans if span.name == "store picture"]
    assert {span.trace_id for span in stored} == {root.trace_id}
    ids = {attributes(span)["genart.render_id"] for span in stored}
    assert ids == {str(pk) for pk in job.renders.values_list("pk", flat=True)}
    scored = [span for span in collector.spans if span.name == "process score"]
    assert root.trace_id in {span.trace_id for span in scored}
