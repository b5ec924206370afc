"""Execution settings: what may be written, what they mean on a device, what they do to a pass."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generation.engine import tuning
from generation.engine.errors import EngineError
from generation.engine.execution import Settings, dtype_of, faults, settings_of
from generation.engine.session import Engine
from generation.engine.types import CheckpointRef, RenderRequest, keep_all

Make = Callable[..., RenderRequest]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["cpu", "cuda", "mode", "name", "odd"]), inner)
    ),
    max_leaves=6,
)
NAMES = ["dtype", "compile", "attention", "channels_last", "caches", "offload", "vae_tiling", "odd"]


@pytest.mark.parametrize(
    "execution",
    [
        {},
        {"dtype": {"cuda": "bfloat16", "cpu": "float32"}, "compile": True},
        {"dtype": "float16", "compile": {"mode": "max-autotune", "regional": True}},
        {"compile": {"cuda": {"regional": True}, "cpu": False}, "attention": {"cuda": "flash"}},
        {"caches": {"name": "first-block", "threshold": 0.1}, "offload": "none"},
        {"caches": "taylorseer", "vae_tiling": True, "attention": "sdpa"},
    ],
)
def test_good_settings_have_no_fault(execution: dict[str, Any]) -> None:
    assert faults(execution) == []


@pytest.mark.parametrize(
    ("execution", "sentence"),
    [
        ([], "Write an object"),
        ({"speed": 9}, "There is no setting speed: choose from dtype, compile"),
        ({"dtype": "int4"}, 'dtype is "int4": choose from float32, bfloat16, float16.'),
        ({"dtype": {"cuda": "int4"}}, 'dtype is "int4"'),
        ({"compile": "yes"}, 'compile is "yes": write true, or'),
        ({"compile": {"mode": "fast"}}, 'compile.mode is "fast": choose from default'),
        ({"attention": "flash_hub"}, 'attention is "flash_hub": choose from sdpa, native'),
        ({"channels_last": 1}, "channels_last is 1: write true or false."),
        ({"caches": "tea"}, 'caches is "tea": choose from none, first-block'),
        ({"caches": {"name": "text-kv", "threshold": 1}}, "text-kv takes no number, not threshold"),
        ({"caches": {"name": "taylorseer", "max_order": 0.5}}, "write a whole number"),
        ({"offload": "disk"}, 'offload is "disk": choose from none, model'),
    ],
)
def test_bad_settings_say_what_to_write(execution: Any, sentence: str) -> None:
    [found] = faults(execution)
    assert sentence in found


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_settings_have_a_meaning_or_a_sentence(execution: dict[str, Any]) -> None:
    try:
        settings = settings_of(execution, "cuda", dtype="float32")
    except EngineError as error:
        assert faults(execution) and faults(execution)[0] in error.message
    else:
        assert hash(settings) == hash(settings_of(execution, "cuda", dtype="float32"))
        assert settings_of(execution, "cuda", dtype="float32", archive=True).compile_mode == ""


def test_settings_are_read_for_the_device() -> None:
    execution = {
        "dtype": {"cuda": "bfloat16"},
        "compile": {"cuda": {"regional": True}},
        "caches": {"name": "first-block", "threshold": 0.1},
    }

    assert dtype_of(execution, "cuda") == "bfloat16"
    assert dtype_of(execution, "cpu") == ""
    numbers = (("threshold", 0.1),)
    assert settings_of(execution, "cuda", dtype="bfloat16") == Settings(
        "bfloat16", "default", regional=True, cache="first-block", cache_numbers=numbers
    )
    assert settings_of(execution, "cpu", dtype="float32").compile_mode == ""
    assert settings_of(execution, "cuda", dtype="float32", archive=True) == Settings("float32")


# -- on a pipeline ---------------------------------------------------------------------------


@pytest.fixture
def own_engine() -> Engine:
    return Engine(device="cpu", threads=1, budget_gib=1)


def with_settings(tiny: CheckpointRef, **execution: Any) -> CheckpointRef:
    return replace(tiny, execution=execution)


def facts(engine: Engine, ref: CheckpointRef, request: RenderRequest, **options: Any) -> Any:
    [rendered] = engine.render(ref, [request], on_step=keep_all, **options)
    return rendered


def test_settings_enter_the_fingerprint_and_repeat(
    own_engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    ref = with_settings(tiny, vae_tiling=True, vae_slicing=True, channels_last=True)

    first, second = (facts(own_engine, ref, request_number(1)) for _ in range(2))

    assert first.fingerprint["execution"] == {
        "channels_last": True, "vae_slicing": True, "vae_tiling": True,
    }  # fmt: skip
    assert first.fingerprint["fell_back"] == {}
    assert first.image.tobytes() == second.image.tobytes()
    vae = own_engine.load(ref).pipeline.vae
    assert (vae.use_tiling, vae.use_slicing) == (True, True)


def test_another_setting_loads_anew_and_the_older_one_goes(
    own_engine: Engine, tiny: CheckpointRef
) -> None:
    plain = own_engine.load(tiny)
    assert own_engine.load(tiny) is plain

    changed = own_engine.load(with_settings(tiny, channels_last=True))

    assert changed is not plain
    assert len(own_engine.residency._held) == 1
    assert own_engine.residency.keys == [tiny.key]


def test_precision_by_device_counts_in_memory(own_engine: Engine, tiny: CheckpointRef) -> None:
    whole = own_engine.load(tiny).weight_bytes
    half = own_engine.load(with_settings(tiny, dtype={"cpu": "bfloat16"}))

    assert half.dtype == torch.bfloat16
    assert 0.45 < half.weight_bytes / whole < 0.55
    assert half.lora_bytes == 0


def test_the_archive_lane_is_plain_whatever_is_set(
    own_engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    plain = facts(own_engine, tiny, request_number(1), archive=True)
    ref = with_settings(tiny, dtype="bfloat16", compile=True, channels_last=True)
    tuned = facts(own_engine, ref, request_number(1), archive=True)

    assert tuned.image.tobytes() == plain.image.tobytes()
    assert tuned.fingerprint == plain.fingerprint


@pytest.mark.parametrize(
    ("execution", "name", "sentence"),
    [
        ({"attention": "sage"}, "attention", "cannot be exchanged"),
        ({"attention": "xformers"}, "attention", "xformers"),
        ({"offload": "model"}, "offload", "nothing to offload from a CPU"),
    ],
)
def test_what_only_saves_time_or_memory_falls_back_and_says_so(
    own_engine: Engine,
    tiny: CheckpointRef,
    request_number: Make,
    execution: dict[str, Any],
    name: str,
    sentence: str,
) -> None:
    rendered = facts(own_engine, with_settings(tiny, **execution), request_number(1))

    assert sentence in rendered.fingerprint["fell_back"][name]
    plain = facts(own_engine, tiny, request_number(1))
    assert rendered.image.tobytes() == plain.image.tobytes()


@pytest.mark.parametrize(
    ("execution", "sentence"),
    [
        ({"caches": "first-block"}, "caches cannot be applied: .* takes no cache"),
        ({"compile": "soon"}, "Its execution settings are wrong: compile is"),
    ],
)
def test_what_changes_the_picture_fails_with_a_sentence(
    own_engine: Engine, tiny: CheckpointRef, execution: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(EngineError, match=sentence):
        own_engine.load(with_settings(tiny, **execution))
    assert own_engine.residency.names == []


# -- compiled --------------------------------------------------------------------------------


@pytest.fixture
def fresh_compiler() -> Iterator[None]:
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("g++") or shutil.which("c++")), reason="no C++ compiler")
@pytest.mark.usefixtures("fresh_compiler")
def test_a_compiled_checkpoint_repeats_and_looks_the_same(
    own_engine: Engine, tiny: CheckpointRef, request_number: Make
) -> None:
    ref = with_settings(tiny, compile={"regional": True})

    first, second = (facts(own_engine, ref, request_number(1)) for _ in range(2))
    plain = facts(own_engine, tiny, request_number(1))

    assert first.fingerprint["compiled"] is True
    assert first.fingerprint["fell_back"] == {}
    assert first.image.tobytes() == second.image.tobytes()
    pairs = zip(first.image.tobytes(), plain.image.tobytes(), strict=True)
    assert max(abs(a - b) for a, b in pairs) <= 2


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("g++") or shutil.which("c++")), reason="no C++ compiler")
@pytest.mark.usefixtures("fresh_compiler")
def test_compiled_code_does_not_depend_on_what_was_rendered_before(
    tiny: CheckpointRef, request_number: Make
) -> None:
    ref = with_settings(tiny, compile={"regional": True})

    def pair(*before: int) -> list[bytes]:
        torch._dynamo.reset()
        engine = Engine(device="cpu", threads=1, budget_gib=1)
        for count in (*before, 2):
            requests = [request_number(number) for number in range(count)]
            images = list(engine.render(ref, requests, on_step=keep_all))
        assert {image.fingerprint["compiled"] for image in images} == {True}
        return [image.image.tobytes() for image in images]

    assert pair(1, 3) == pair()


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_compiler")
def test_a_checkpoint_that_cannot_be_compiled_here_runs_as_it_is(
    own_engine: Engine, tiny: CheckpointRef, request_number: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Comes after the test that compiles: torch remembers for good what it failed to find.
    monkeypatch.setattr("torch._inductor.config.cpp.cxx", ("no-such-compiler",))
    monkeypatch.setattr("torch._inductor.config.force_disable_caches", True)
    ref = with_settings(tiny, compile={"regional": True})

    rendered = facts(own_engine, ref, request_number(1))

    assert rendered.fingerprint["fell_back"]["compile"]
    assert "compiled" not in rendered.fingerprint
    assert rendered.image.tobytes() == facts(own_engine, tiny, request_number(1)).image.tobytes()


# -- caches ----------------------------------------------------------------------------------


def tiny_flux() -> Any:
    """Return a Flux transformer of real classes at the smallest size, as a pipeline's part."""
    from diffusers import FluxTransformer2DModel

    torch.manual_seed(0)
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=4, num_layers=2, num_single_layers=2, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=16, pooled_projection_dim=16,
        axes_dims_rope=(4, 4, 8),
    ).eval()  # fmt: skip
    return SimpleNamespace(
        transformer=transformer, components={"transformer": transformer}, to=transformer.to
    )


def flux_pass(pipeline: Any, steps: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    latents = torch.randn(1, 16, 4, generator=generator)
    text, pooled = (torch.randn(shape, generator=generator) for shape in [(1, 3, 16), (1, 16)])
    found = []
    with torch.inference_mode():
        for step in range(steps):
            with pipeline.transformer.cache_context("cond"):
                [latents] = pipeline.transformer(
                    hidden_states=latents, encoder_hidden_states=text, pooled_projections=pooled,
                    timestep=torch.tensor([1 - step / steps]), img_ids=torch.zeros(16, 3),
                    txt_ids=torch.zeros(3, 3), guidance=None, return_dict=False,
                )  # fmt: skip
            found.append(latents)
    return found


@pytest.mark.parametrize(
    "caches", [{"name": "first-block", "threshold": 5.0}, {"name": "taylorseer"}]
)
def test_a_cache_changes_the_picture_and_is_fresh_at_each_pass(caches: dict[str, Any]) -> None:
    plain = flux_pass(tiny_flux(), 6)
    pipeline = tiny_flux()
    settings = settings_of({"caches": caches}, "cpu", dtype="float32")
    assert tuning.tune(pipeline, settings, torch.device("cpu")) == {}

    flux_pass(pipeline, 2)  # a pass that is left before its end
    tuning.fresh_caches(pipeline)
    first = flux_pass(pipeline, 6)
    tuning.fresh_caches(pipeline)
    second = flux_pass(pipeline, 6)

    assert torch.equal(first[-1], second[-1])
    assert not torch.equal(first[-1], plain[-1])


def test_a_choice_of_attention_stays_with_its_pipeline() -> None:
    from diffusers.models.attention_dispatch import _AttentionBackendRegistry

    pipeline = tiny_flux()
    settings = settings_of({"attention": "_native_math"}, "cpu", dtype="float32")

    assert tuning.tune(pipeline, settings, torch.device("cpu")) == {}

    chosen = {
        str(module.processor._attention_backend.value)
        for module in pipeline.transformer.modules()
        if hasattr(getattr(module, "processor", None), "_attention_backend")
    }
    assert chosen == {"_native_math"}
    assert _AttentionBackendRegistry._active_backend.value == "native"
    assert torch.allclose(flux_pass(pipeline, 1)[0], flux_pass(tiny_flux(), 1)[0], atol=1e-5)


@pytest.mark.parametrize("backend", ["flash", "sage"])
def test_a_backend_that_is_not_installed_falls_back(backend: str) -> None:
    settings = settings_of({"attention": backend}, "cpu", dtype="float32")

    fell_back = tuning.tune(tiny_flux(), settings, torch.device("cpu"))

    assert "not usable" in fell_back["attention"]
