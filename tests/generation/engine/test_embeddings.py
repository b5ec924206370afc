"""Textual-inversion embeddings: their trigger words act for those who wear them, and only there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generation.engine import adapters
from generation.engine.adapters import wardrobe_of, worded
from generation.engine.errors import EngineError, WeightsChanged
from generation.engine.session import Engine
from generation.engine.types import AdapterRef, CheckpointRef, RenderRequest, keep_all
from generation.engine.weights import hash_of

Make = Callable[..., RenderRequest]


def make_embedding(folder: Path, slug: str, width: int = 16, vectors: int = 1) -> AdapterRef:
    """Write an embedding for the tiny text encoder."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(sum(slug.encode()))
    path = folder / f"{slug}.safetensors"
    save_file({"emb_params": 4 * torch.randn(vectors, width)}, path)
    return AdapterRef(slug, "1", "embedding", str(path), hash_of(path), trigger_words="sun")


def test_the_trigger_word_acts_for_who_wears_it_and_for_nobody_else(
    tiny: CheckpointRef, request_number: Make, tmp_path: Path
) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    worn = make_embedding(tmp_path, "sunny", vectors=2)

    def picture(prompt: str, *ref: AdapterRef) -> bytes:
        asked = request_number(1, prompt=prompt, adapters=ref)
        return next(iter(engine.render(tiny, [asked], on_step=keep_all))).image.tobytes()

    plain, calm = picture("a sun"), picture("a moon")
    assert picture("a sun", worn) != plain
    assert picture("a Sun", worn) == picture("a sun", worn)
    assert picture("a moon", worn) == calm  # without the trigger word it does nothing
    assert picture("a sunset", worn) == picture("a sunset")
    assert picture("a sun") == plain


def test_rows_with_and_without_share_a_pass(
    tiny: CheckpointRef, request_number: Make, tmp_path: Path
) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    worn = make_embedding(tmp_path, "sunny")
    rows = [
        request_number(1, prompt="a sun", adapters=(worn,)),
        request_number(2, prompt="a sun", seed=101),
    ]

    first, second = engine.render(tiny, rows, on_step=keep_all)

    assert first.image.tobytes() != second.image.tobytes()
    assert first.request.prompt == "a sun"


def test_those_unused_longest_are_forgotten_and_come_back(
    tiny: CheckpointRef, request_number: Make, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(adapters, "LOADED_LIMIT", 2)
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    refs = [make_embedding(tmp_path, slug) for slug in ("one", "two", "three")]

    def picture(ref: AdapterRef) -> bytes:
        asked = request_number(1, prompt="a sun", adapters=(ref,))
        return next(iter(engine.render(tiny, [asked], on_step=keep_all))).image.tobytes()

    first = [picture(ref) for ref in refs]
    wardrobe = wardrobe_of(engine.load(tiny).pipeline)
    assert wardrobe.tokens == ["<two@1>", "<three@1>"]
    assert picture(refs[0]) == first[0]
    assert len(set(first)) == 3


def test_a_changed_file_or_another_checkpoint_s_is_refused(
    tiny: CheckpointRef, request_number: Make, tmp_path: Path
) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    wide = make_embedding(tmp_path, "wide", width=32)
    changed = make_embedding(tmp_path, "changed")
    Path(changed.location).write_bytes(Path(wide.location).read_bytes())

    for ref, error, sentence in [
        (wide, EngineError, "made for another checkpoint"),
        (changed, WeightsChanged, "have the hash"),
    ]:
        with pytest.raises(error, match=sentence):
            asked = request_number(1, prompt="a sun", adapters=(ref,))
            list(engine.render(tiny, [asked], on_step=keep_all))


def test_only_whole_trigger_words_are_replaced(request_number: Make, tmp_path: Path) -> None:
    worn = make_embedding(tmp_path, "sunny")
    told = worded(
        request_number(1, prompt="sun, sunset; SUN.", negative_prompt="sun", adapters=(worn,))
    )
    assert told.prompt == "<sunny@1>, sunset; <sunny@1>."
    assert told.negative_prompt == "<sunny@1>"
