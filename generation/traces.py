"""Work on renders as part of what asked for them: ids for log lines, spans for traces.

A message that rings for work knows nothing of the renders; each row keeps the request and the trace
that asked for it (`Render.origin`), and whoever works on it goes on from there.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from genart.lib import tracing
from generation.models import Render


@contextmanager
def of_render(
    render: Render, name: str, kind: tracing.Kind = "internal", **attributes: object
) -> Iterator[None]:
    """Let a block be about one render: a span of the trace that asked for it."""
    with of_renders([render], name, kind, **attributes):
        yield


@contextmanager
def of_renders(
    renders: Sequence[Render], name: str, kind: tracing.Kind = "internal", **attributes: object
) -> Iterator[None]:
    """Let a block be about renders that are worked on together.

    It is a span of the first one's trace, and linked to those of the others. Ids that all of them
    share are bound.
    """
    origins = [render.origin or {} for render in renders]
    parents = [origin.get(tracing.TRACEPARENT, "") for origin in origins]
    others = [parent for parent in dict.fromkeys(parents[1:]) if parent not in ("", parents[0])]
    ids: dict[str, object] = {
        "render_id": _shared([render.pk for render in renders]),
        "job_id": _shared([render.job_id for render in renders]),
        "request_id": _shared([origin.get("request_id", "") for origin in origins]),
        "user_id": _shared([origin.get("user_id", "") for origin in origins]),
    }
    about = {"renders": len(renders), **attributes}
    with (
        tracing.apart(),
        tracing.bind(**ids),
        tracing.span(name, kind, parent=next(iter(parents), ""), links=others, **about),
    ):
        yield


def _shared(values: list[object]) -> object:
    """Return the value that all have; nothing where they differ."""
    return values[0] if len(set(values)) == 1 else None
