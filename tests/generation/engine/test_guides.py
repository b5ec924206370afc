"""Control images and references on real, tiny pipelines: they act, alone, and leave no trace."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from generation.engine.controls import controlnets_of, prepared
from generation.engine.edges import edges_of
from generation.engine.errors import EngineError, WeightsChanged
from generation.engine.guides import held_bytes
from generation.engine.references import references_of
from generation.engine.session import Engine
from generation.engine.types import (
    AdapterRef,
    CheckpointRef,
    ControlRef,
    ReferenceRef,
    Rendered,
    RenderRequest,
    keep_all,
)
from generation.house import PIPELINE_DIR
from tests.generation.engine.guides import DIM, make_controlnet, make_ip_adapter, picture

Make = Callable[..., RenderRequest]


@pytest.fixture(scope="module")
def net(tiny: CheckpointRef, tmp_path_factory: Any) -> AdapterRef:
    return make_controlnet(tiny, tmp_path_factory.mktemp("net") / "controlnet")


@pytest.fixture(scope="module")
def looks(tiny: CheckpointRef, tmp_path_factory: Any) -> AdapterRef:
    return make_ip_adapter(tiny, tmp_path_factory.mktemp("looks") / "ip")


@pytest.fixture
def fresh(tiny: CheckpointRef) -> Engine:
    return Engine(device="cpu", threads=1, budget_gib=1)


def control(net: AdapterRef, seed: int, **changes: Any) -> ControlRef:
    image = picture(seed)
    ref = ControlRef("canny", image, hashlib.sha256(image).hexdigest(), net)
    return replace(ref, **changes)


def reference(looks: AdapterRef, seed: int, **changes: Any) -> ReferenceRef:
    image = picture(seed)
    return replace(ReferenceRef(looks, hashlib.sha256(image).hexdigest(), image=image), **changes)


def run(engine: Engine, tiny: CheckpointRef, *requests: RenderRequest) -> list[Rendered]:
    return list(engine.render(tiny, list(requests), on_step=keep_all))


def pixels(rendered: Rendered) -> np.ndarray:
    return np.asarray(rendered.image).astype(int)


def test_a_control_image_changes_the_picture_and_leaves_no_trace(
    fresh: Engine, tiny: CheckpointRef, request_number: Make, net: AdapterRef
) -> None:
    def bytes_of(guide: ControlRef | None) -> bytes:
        return run(fresh, tiny, request_number(1, control=guide))[0].image.tobytes()

    plain = bytes_of(None)
    first, second = bytes_of(control(net, 1)), bytes_of(control(net, 2))
    weaker = bytes_of(control(net, 1, strength=0.4))
    given = bytes_of(control(net, 1, kind="depth"))

    assert len({plain, first, second, weaker, given}) == 5
    assert bytes_of(control(net, 1)) == first
    assert bytes_of(None) == plain


def test_a_reference_changes_the_picture_and_leaves_no_trace(
    fresh: Engine, tiny: CheckpointRef, request_number: Make, looks: AdapterRef
) -> None:
    def bytes_of(guide: ReferenceRef | None) -> bytes:
        return run(fresh, tiny, request_number(1, reference=guide))[0].image.tobytes()

    plain = bytes_of(None)
    first, second = bytes_of(reference(looks, 1)), bytes_of(reference(looks, 2))
    weaker = bytes_of(reference(looks, 1, strength=0.3))

    assert len({plain, first, second, weaker}) == 4
    assert bytes_of(reference(looks, 1)) == first
    assert bytes_of(None) == plain


def test_an_embedding_acts_as_the_picture_it_was_made_of(
    fresh: Engine, tiny: CheckpointRef, request_number: Make, looks: AdapterRef
) -> None:
    resident = fresh.load(tiny)
    vector, _none = references_of(resident.pipeline).encoder(looks).encode(picture(1))
    assert vector.shape == (1, DIM)
    told = ReferenceRef(looks, "look@1", vector=tuple(vector[0].tolist()))

    [by_picture] = run(fresh, tiny, request_number(1, reference=reference(looks, 1)))
    [by_vector] = run(fresh, tiny, request_number(1, reference=told))

    assert np.abs(pixels(by_picture) - pixels(by_vector)).max() <= 1


def test_a_batch_with_different_pictures_equals_single_passes(
    fresh: Engine, tiny: CheckpointRef, request_number: Make, net: AdapterRef, looks: AdapterRef
) -> None:
    requests = [
        request_number(n, control=control(net, n), reference=reference(looks, 7 - n))
        for n in (1, 2, 3)
    ]

    together = run(fresh, tiny, *requests)
    apart = [run(fresh, tiny, request)[0] for request in requests]

    for one, other in zip(together, apart, strict=True):
        assert np.abs(pixels(one) - pixels(other)).max() <= 2
    [astray] = run(fresh, tiny, replace(requests[0], reference=requests[1].reference))
    assert np.abs(pixels(astray) - pixels(apart[0])).mean() > 1
    assert [image.fingerprint["control"]["image"] for image in together] == [
        request.control.sha256 for request in requests if request.control
    ]
    assert together[0].fingerprint["reference"]["adapter"] == "looks@1"
    assert together[0].fingerprint["control"]["kind"] == "canny"


def test_without_guidance_references_work_too(
    fresh: Engine, tiny: CheckpointRef, request_number: Make, looks: AdapterRef
) -> None:
    plain, followed = (
        run(fresh, tiny, request_number(1, guidance=1.0, reference=guide))[0].image.tobytes()
        for guide in (None, reference(looks, 1))
    )
    assert plain != followed


def test_what_cannot_share_a_pass_is_refused(
    fresh: Engine, tiny: CheckpointRef, request_number: Make, net: AdapterRef, looks: AdapterRef
) -> None:
    for guides, sentence in [
        (({"control": control(net, 1)}, {}), "with and without a control image"),
        (({}, {"reference": reference(looks, 1)}), "with and without a reference"),
        (
            ({"control": control(net, 1)}, {"control": control(net, 1, strength=0.5)}),
            "one ControlNet at one strength",
        ),
        (
            ({"reference": reference(looks, 1)}, {"reference": reference(looks, 2, strength=0.5)}),
            "one IP-Adapter at one strength",
        ),
    ]:
        requests = [request_number(n, **guide) for n, guide in enumerate(guides)]
        with pytest.raises(EngineError, match=sentence):
            run(fresh, tiny, *requests)


def test_changed_or_missing_files_are_refused(
    fresh: Engine,
    tiny: CheckpointRef,
    request_number: Make,
    net: AdapterRef,
    looks: AdapterRef,
    tmp_path: Path,
) -> None:
    plain = run(fresh, tiny, request_number(1))[0].image.tobytes()
    bare = replace(looks, location=str(next(Path(looks.location).glob("*.safetensors"))), sha256="")
    for guide, error in [
        ({"control": control(replace(net, sha256="0" * 64, slug="a"), 1)}, WeightsChanged),
        ({"control": control(replace(net, location=str(tmp_path), slug="b"), 1)}, EngineError),
        ({"reference": reference(replace(looks, sha256="0" * 64, slug="c"), 1)}, WeightsChanged),
        (
            {"reference": reference(replace(looks, location=str(tmp_path), slug="d"), 1)},
            EngineError,
        ),
        ({"reference": reference(bare, 1)}, EngineError),  # no image encoder for a picture
    ]:
        with pytest.raises(error):
            run(fresh, tiny, request_number(1, **guide))
    assert run(fresh, tiny, request_number(1))[0].image.tobytes() == plain


def test_the_house_model_follows_no_picture_and_says_so(
    fresh: Engine, request_number: Make, net: AdapterRef, looks: AdapterRef
) -> None:
    if not (PIPELINE_DIR / "model_index.json").is_file():
        pytest.skip("the house model has no weights yet")
    house = CheckpointRef(9, "House", "house", "house")
    slots = ("#FFFFFF", "#111111", "#222222", "#333333", "#444444", "#000000")
    asked = {"width_px": 256, "height_px": 256, "steps": 1, "slots": slots, "finish": "flat"}
    for guide in ({"control": control(net, 1)}, {"reference": reference(looks, 1)}):
        with pytest.raises(EngineError, match="HousePipeline takes no"):
            run(fresh, house, request_number(1, **asked, **guide))


def test_guides_count_for_the_memory_of_their_checkpoint_and_others_make_room(
    fresh: Engine, tiny: CheckpointRef, request_number: Make, net: AdapterRef, looks: AdapterRef
) -> None:
    other = fresh.residency.get(replace(tiny, key=2, name="Other"), torch.float32)
    resident = fresh.load(tiny)
    before = resident.weight_bytes
    fresh.residency.budget_bytes = before + other.weight_bytes

    run(fresh, tiny, request_number(1, control=control(net, 1), reference=reference(looks, 1)))

    assert resident.weight_bytes - before == held_bytes(resident.pipeline) > 0
    assert list(controlnets_of(resident.pipeline).held) == ["lines@1"]
    assert list(references_of(resident.pipeline).held) == ["looks@1"]
    assert fresh.residency.names == ["Tiny"]


def test_lines_are_found_where_colours_meet() -> None:
    image = Image.new("RGB", (64, 64), "white")
    image.paste("black", (20, 0, 64, 64))
    lines = np.asarray(edges_of(image).convert("L"))

    assert set(np.unique(lines)) == {0, 255}
    columns = (lines[8:-8] > 0).mean(axis=0)
    assert columns[18:22].max() == 1
    assert columns[:16].max() == columns[24:60].max() == 0
    assert not np.asarray(edges_of(Image.new("RGB", (64, 64), "navy"))).any()


def test_a_control_image_is_brought_to_the_picture_s_size(net: AdapterRef) -> None:
    assert prepared(control(net, 1), (64, 40)).size == (64, 40)
    assert prepared(control(net, 1, kind="depth"), (24, 80)).size == (24, 80)
