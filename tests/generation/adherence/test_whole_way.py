"""The whole way on a tiny pipeline: out of tolerance, made anew, the best kept, and repeatable."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genart.lib.errors import InvalidInput
from generation import queries
from generation.adherence import next_seed
from generation.engine.types import CheckpointRef
from generation.models import Adapter, Checkpoint, ControlImage, RenderEvent
from generation.originals import store
from generation.verify import verify_render
from tests.generation.conftest import Submit
from tests.generation.engine.guides import make_controlnet, make_ip_adapter, picture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engine_of_the_test", "tiny_style"),
]


def test_each_render_ends_with_its_best_try_and_can_be_made_again(
    submit: Submit, drain: Callable[..., None]
) -> None:
    job = submit(version=2, count=3, tolerances={"palette": 0, "density": 0}, reseeds=2)
    seeds = list(job.renders.order_by("index").values_list("seed", flat=True))

    drain()

    renders = list(job.renders.order_by("index"))
    assert [render.state for render in renders] == ["rendered"] * 3
    assert [render.reseeds for render in renders] == [2, 2, 2]
    assert RenderEvent.objects.filter(kind="reseeded").count() == 6
    for render, seed in zip(renders, seeds, strict=True):
        tries = render.adherence["tries"]
        assert {one["seed"] for one in tries} | {render.seed} == {
            next_seed(seed, turn) for turn in range(3)
        }
        worst = max(one["distances"]["density"] for one in tries)
        far = [max(one["distances"]["palette"], one["distances"]["density"]) for one in tries]
        own = render.adherence["distances"]
        assert max(own["palette"], own["density"]) <= min(far) + 1e-9
        assert worst >= 0
    assert verify_render(renders[1]).equal


@pytest.fixture
def followed(checkpoint: Checkpoint, tiny_folder: Path, tmp_path: Path) -> dict[str, Any]:
    """A ControlNet, an IP-Adapter and two pictures for the tiny checkpoint."""
    tiny = CheckpointRef(1, "Tiny", "sd", "folder", location=str(tiny_folder))
    for ref, words in (
        (make_controlnet(tiny, tmp_path / "net"), "canny depth"),
        (make_ip_adapter(tiny, tmp_path / "looks"), ""),
    ):
        Adapter.objects.create(
            slug=ref.slug, version="1", name=ref.slug, kind=ref.kind, checkpoint=checkpoint,
            location=ref.location, sha256=ref.sha256, trigger_words=words,
            licence="MIT", allows_commercial_use=True,
        )  # fmt: skip
    digests = ["a" * 64, "b" * 64]
    for place, digest in enumerate(digests):
        file = store(f"followed/{digest[:2]}/{digest}.png", picture(place))
        ControlImage.objects.create(
            sha256=digest, name="Squares", file=file, width_px=96, height_px=96, rights="Ours."
        )
    return {
        "control": {"kind": "canny", "image": digests[0], "strength": 0.8},
        "reference": {"image": digests[1], "strength": 0.6},
    }


def test_a_spec_s_pictures_are_followed(
    submit: Submit, drain: Callable[..., None], followed: dict[str, Any]
) -> None:
    plain, guided = submit(), submit(version=2, **followed)
    assert plain.renders.get().group_key != guided.renders.get().group_key

    drain()

    first, second = plain.renders.get(), guided.renders.get()
    assert (first.state, second.state, second.error) == ("rendered", "rendered", "")
    assert first.sha256 != second.sha256
    assert second.fingerprint["control"]["adapter"] == "lines@1"
    assert second.fingerprint["reference"]["strength"] == 0.6
    assert "control" not in first.fingerprint
    assert second.control["adapter"] == "lines@1"
    assert verify_render(second).equal
    assert queries.original_bytes(second) != queries.original_bytes(first)


def test_what_no_adapter_follows_is_refused_at_submit(
    submit: Submit, followed: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput, match="no control of the kind pose"):
        submit(version=2, control=followed["control"] | {"kind": "pose"})
    Adapter.objects.update(is_active=False)
    with pytest.raises(InvalidInput, match="follows no control image"):
        submit(version=2, control=followed["control"])
