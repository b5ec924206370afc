"""What judging costs beside rendering, and a search phrase on its way to a vector.

Once in this process, in turns with the house model's own time for a render of the same size; and
once in a running factory, by the processor time of its worker processes.
"""

import time
from collections.abc import Iterator
from typing import Any

from curation import defaults, services
from genart.ml import text
from generation.house import PIPELINE_DIR
from tests.bench import Figure, percentile, timed_ms
from tests.bench.curation import running
from tests.factories import COLORS, make_job, make_picture, make_render, make_style

SIDE, BATCH, ROUNDS = 512, 8, 3


def figures() -> Iterator[Figure]:
    """Yield the figures of scoring; loads torch."""
    defaults.load()
    yield from phrases()
    yield from scoring()
    yield from running.figures()


def phrases() -> Iterator[Figure]:
    """Measure a search phrase on its way to a vector, without torch."""
    text.encode_text("warm up")
    times = [timed_ms(text.encode_text, f"arches over low hills {index}") for index in range(100)]
    yield Figure("encode_phrase_p95", percentile(times, 0.95), "ms", "<=20")


def scoring() -> Iterator[Figure]:
    """Measure scoring and judging against rendering."""
    style, job = make_style(), make_job()
    from generation.house.pipeline import HousePipeline

    pipeline = HousePipeline.from_pretrained(PIPELINE_DIR)
    draw(pipeline, 1)
    score_batch(style, job, seed=0)  # loads the CLIP
    judged, rendered = [], []
    for turn in range(1, ROUNDS + 1):
        judged.append(score_batch(style, job, seed=100 * turn))
        rendered.append(draw(pipeline, 2))
    yield Figure("score_per_image", 1000 * percentile(judged, 0.5), "ms")
    yield Figure("render_per_image", 1000 * percentile(rendered, 0.5), "ms")
    share = percentile(judged, 0.5) / percentile(rendered, 0.5)
    yield Figure("score_share_of_render", share, "share")


def score_batch(style: Any, job: Any, *, seed: int) -> float:
    """Return seconds per picture for admitting, scoring and judging one batch."""
    renders = [
        make_render(style=style, job=job, picture=make_picture(SIDE, SIDE, seed=seed + index))
        for index in range(BATCH)
    ]
    started = time.perf_counter()
    for render in renders:
        services.admit_render(render_id=render.pk)
    services.score_pending()
    return (time.perf_counter() - started) / BATCH


def draw(pipeline: Any, count: int) -> float:
    """Return seconds per picture for one pass of the house model at its usual settings."""
    import torch

    started = time.perf_counter()
    pipeline(
        ["boho arches, centered, balanced"] * count,
        slots=[tuple(COLORS)] * count,
        height=SIDE,
        width=SIDE,
        num_inference_steps=12,
        guidance_scale=3.0,
        generator=[torch.Generator().manual_seed(index) for index in range(count)],
        output_type="pil",
    )
    return (time.perf_counter() - started) / count
