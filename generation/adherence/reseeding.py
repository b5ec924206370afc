"""What happens to a picture outside its tolerance: made anew with the next seed, the best try kept.

Called by `generation/queue.py` while it holds the render's row. The row carries the record of
every try in `adherence`: `tries` (seed, distances, why it was not taken) and, until the end,
`best`, whose files lie beside the original's place. When no try is left, the best one is taken.
"""

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from PIL import Image

from genart.lib.queue import send_on_commit
from generation.adherence.measuring import measure
from generation.adherence.seeds import next_seed
from generation.adherence.tolerances import excess, outside, tolerances_of
from generation.attempts import note_ends
from generation.models import Job, Render, RenderEvent, StyleVersion
from generation.originals import file_stem, read, remove, store

if TYPE_CHECKING:
    from generation.queue import Picture

Measured = dict[str, Any]

MEASURED = ("version", "distances", "seen")
KEPT = {"png": "png", "thumbnail": "thumb.webp"}
"""Parts of a picture that are put aside, and the endings of their files."""


def look(render_id: UUID, picture: "Picture") -> Measured:
    """Return what is measured of a picture that was made for a render; nothing if it is none.

    For before the row is locked: it takes milliseconds.
    """
    render = Render.objects.select_related("style_version").filter(pk=render_id).first()
    if render is None:
        return {}
    try:
        image = picture.image or Image.open(io.BytesIO(picture.png))
        return measure(render, image)
    except (OSError, Image.DecompressionBombError):
        return {}


def reseeds_left(render: Render) -> int:
    """Return how often a render may still be made anew with the next seed.

    Never where one seed was asked for the whole series, nor what is not made for the shop: a golden
    prompt must show what its checkpoint makes of it.
    """
    spec, version = render.job.spec, render.style_version
    policy = spec.get("seed_policy") or version.seed_policy
    if policy == StyleVersion.SeedPolicy.FIXED or render.job.purpose != Job.Purpose.SERIES:
        return 0
    allowed = spec.get("reseeds")
    return max(0, int(version.reseeds if allowed is None else allowed) - render.reseeds)


def sent_back(render: Render, measured: Measured, picture: "Picture") -> bool:
    """Prepare a locked render for its next try, if its picture is outside and one is left.

    Writes the evidence and keeps the picture if it is the best so far; the caller saves the row.
    """
    reason = outside(render, measured) if measured else None
    if reason is None or not reseeds_left(render):
        return False
    note_ends([render], RenderEvent.Kind.RESEEDED, reason)
    over = excess(measured["distances"], tolerances_of(render))
    best = render.adherence.get("best")
    if best is None or over < best["excess"]:
        best = _kept(render, measured, picture, over)
    turn_to_next_seed(render, reason, measured, best)
    return True


def turn_to_next_seed(
    render: Render, reason: str, measured: Mapping[str, Any], best: Measured | None = None
) -> None:
    """Give a locked render the seed of its next try and write down the one before."""
    from generation import tasks

    tries = [*render.adherence.get("tries", []), _try(render, reason, measured)]
    render.adherence = {"tries": tries} | ({"best": best} if best else {})
    render.reseeds += 1
    render.seed = next_seed(tries[0]["seed"], render.reseeds)
    render.step, render.error = 0, ""
    send_on_commit(tasks.work_lane)


def best_of(render: Render, measured: Measured, picture: "Picture") -> "Picture":
    """Return the picture that a locked render gets: the present one, or a better earlier try.

    Puts what was measured on the row; the caller saves it.
    """
    tries, best = render.adherence.get("tries", []), render.adherence.get("best")
    reason = outside(render, measured) if measured else None
    if best and reason and best["excess"] <= excess(measured["distances"], tolerances_of(render)):
        present = _try(render, reason, measured)
        kept = last_resort(render)
        if kept:
            render.adherence["tries"].append(present)
            return replace(picture, **kept)
    render.adherence = measured | ({"outside": reason} if reason else {})
    if tries:
        render.adherence |= {"tries": tries}
        transaction.on_commit(lambda: _forget_kept(render))
    return picture


def last_resort(render: Render) -> dict[str, Any] | None:
    """Turn a locked render to its best earlier try and return that picture; `None`: there is none.

    Its fields are those of `queue.Picture`. The caller saves the row and stores the files.
    """
    best = render.adherence.get("best")
    if best is None:
        return None
    try:
        kept = {name: read(_kept_name(render, ending)) for name, ending in KEPT.items()}
    except OSError:
        return None
    tries = [*render.adherence.get("tries", [])]
    reason = {"outside": best["reason"]} if best["reason"] else {}
    render.adherence = best["measured"] | reason | {"tries": tries}
    render.seed = best["seed"]
    transaction.on_commit(lambda: _forget_kept(render))
    return kept | {"sha256": best["sha256"], "fingerprint": best["fingerprint"]}


def _try(render: Render, reason: str, measured: Mapping[str, Any]) -> Measured:
    distances = measured.get("distances", {})
    return {"seed": render.seed, "distances": distances, "reason": reason}


def present_kept(render: Render) -> Measured | None:
    """Put the picture of a finished render aside, which is to be made anew; `None`: it is gone."""
    measured = {name: render.adherence[name] for name in MEASURED if name in render.adherence}
    over = excess(measured.get("distances", {}), tolerances_of(render))
    try:
        files = {"png": read(render.file), "thumbnail": read(render.thumbnail)}
    except OSError:
        return None
    return _aside(render, measured, files, over) | {
        "reason": render.adherence.get("outside"),
        "sha256": render.sha256,
        "fingerprint": render.fingerprint,
    }


def _kept(render: Render, measured: Measured, picture: "Picture", over: float) -> Measured:
    """Put a new picture aside and return what is needed to take it after all."""
    files = {name: getattr(picture, name) for name in KEPT}
    return _aside(render, measured, files, over) | {
        "reason": outside(render, measured),
        "sha256": picture.sha256,
        "fingerprint": picture.fingerprint,
    }


def _aside(render: Render, measured: Measured, files: Mapping[str, bytes], over: float) -> Measured:
    for name, ending in KEPT.items():
        store(_kept_name(render, ending), files[name])
    return {"seed": render.seed, "excess": over, "measured": measured}


def _forget_kept(render: Render) -> None:
    for ending in KEPT.values():
        remove(_kept_name(render, ending))


def _kept_name(render: Render, ending: str) -> str:
    return f"{file_stem(render.pk)}.kept.{ending}"
