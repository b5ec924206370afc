"""A day's work in small: 400 renders over twenty LoRAs and three checkpoints, some much in demand.

Three ways over the same list, in one process, in turns so that what else the machine does strikes
all: the product (jobs submitted, claimed, rendered mixed, stored); a careful diffusers loop that
holds every checkpoint and LoRA in memory and renders full batches of one LoRA after another; and
one render after another as they came, each checkpoint and LoRA loaded when its turn comes.

`BENCH_TRACE_RENDERS` makes it shorter. The LoRAs are random; what they cost does not depend on
what they hold.
"""

import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth import get_user_model

from generation import defaults, heartbeat, services, work
from generation.engine.types import AdapterRef
from generation.models import Adapter, Checkpoint, Job, Render, Style, StyleVersion
from generation.orders import checkpoint_ref, requests_of
from tests.bench import Figure
from tests.bench.bench_generation import SPEC, random_lora

RENDERS = int(os.environ.get("BENCH_TRACE_RENDERS", "400"))
LORAS, CHECKPOINTS, JOB_SIZE, BATCH, PARTS = 20, 3, 4, 4, 4
"""The trace is cut into `PARTS`, and each part goes all three ways before the next."""
PLAIN = nullcontext()


def figures() -> Iterator[Figure]:
    """Yield the throughput of the three ways and their ratios."""
    defaults.load()
    owner = get_user_model().objects.create_user("trace")
    with TemporaryDirectory() as folder:
        styles = make_styles(Path(folder))
        jobs = draw_jobs(styles)
        for checkpoint in Checkpoint.objects.filter(slug__startswith="trace-"):
            work.load(checkpoint)
        seconds = {"product": 0.0, "batched": 0.0, "one_by_one": 0.0}
        for part in range(PARTS):
            chosen = jobs[part::PARTS]
            taken, renders = product(owner, chosen, part)
            seconds["product"] += taken
            seconds["batched"] += batched(renders)
            seconds["one_by_one"] += one_by_one(renders)
    heartbeat.stop()
    images = len(jobs) * JOB_SIZE
    for name, taken in seconds.items():
        yield Figure(f"trace_{name}_images", images / taken, "per_s")
    yield Figure(
        "trace_product_over_batched", seconds["batched"] / seconds["product"], "share", ">=0.85"
    )
    yield Figure(
        "trace_product_over_one_by_one", seconds["one_by_one"] / seconds["product"], "x", ">=1.5"
    )


def make_styles(folder: Path) -> list[Style]:
    """Make three checkpoints and twenty styles, each with a LoRA of its own on one of them."""
    checkpoints = [copied(folder, number) for number in range(CHECKPOINTS)]
    styles = []
    for number in range(LORAS):
        checkpoint = checkpoints[number % CHECKPOINTS]
        ref = random_lora(folder, 100 + number)
        adapter = Adapter.objects.create(
            slug=f"trace-{number}",
            name=f"Trace {number}",
            checkpoint=checkpoint,
            location=ref.location,
            sha256=ref.sha256,
            licence="own",
            allows_commercial_use=True,
        )
        style = Style.objects.create(slug=f"trace-{number}", name=f"Trace {number}")
        version = StyleVersion.objects.create(
            style=style, number=1, checkpoint=checkpoint, motif="boho-arches", finish="paper"
        )
        version.style_adapters.create(adapter=adapter, weight=0.5)
        style.current_version = version
        style.save()
        styles.append(style)
    return styles


def copied(folder: Path, number: int) -> Checkpoint:
    """Register a copy of the house model whose weights differ a little, as a checkpoint."""
    from safetensors.torch import load_file, save_file

    from generation.engine.weights import weights_sha256
    from generation.house import PIPELINE_DIR

    target = folder / f"checkpoint-{number}"
    shutil.copytree(PIPELINE_DIR, target)
    file = target / "unet" / "diffusion_pytorch_model.safetensors"
    weights = load_file(file)
    name = next(key for key in weights if key.endswith("conv_out.bias"))
    weights[name] = weights[name] + 1e-3 * (number + 1)
    save_file(weights, file, metadata={"format": "pt"})
    house = Checkpoint.objects.get(source=Checkpoint.Source.HOUSE, is_active=True)
    return Checkpoint.objects.create(
        slug=f"trace-{number}",
        name=f"Trace {number}",
        family="house",
        source=Checkpoint.Source.FOLDER,
        location=str(target),
        sha256=weights_sha256(target),
        licence="own",
        allows_commercial_use=True,
        capabilities=house.capabilities,
    )


def draw_jobs(styles: list[Style]) -> list[Style]:
    """Return the style of each job, drawn with Zipf's popularity, always the same."""
    chance = random.Random(7)
    weights = [1 / rank for rank in range(1, len(styles) + 1)]
    return chance.choices(styles, weights, k=max(PARTS, RENDERS // JOB_SIZE))


def product(owner: Any, styles: list[Style], part: int) -> tuple[float, list[Render]]:
    """Submit one job for each style and work until all is stored; return seconds and renders."""
    started = time.perf_counter()
    jobs: list[Job] = []
    for number, style in enumerate(styles):
        spec = SPEC | {"style": style.slug, "count": JOB_SIZE, "seed": 1000 * part + number}
        jobs.append(services.submit_job(spec=spec, owner=owner)[0])
    work.work_until_empty()
    seconds = time.perf_counter() - started
    rows = Render.objects.filter(job__in=jobs).select_related("checkpoint")
    renders = list(rows.order_by("created_at", "job", "index"))
    if {render.state for render in renders} != {Render.State.RENDERED}:
        raise RuntimeError(next(render.error for render in renders if render.error))
    return seconds, renders


def batched(renders: list[Render]) -> float:
    """Return the seconds of a diffusers loop over full batches of one LoRA after another."""
    from generation.engine.adapters import dressed

    requests = dict(zip(renders, requests_of(renders), strict=True))

    def kind(render: Render) -> tuple[int, str]:
        return render.checkpoint_id, str(render.adapters)

    started = time.perf_counter()
    for _kind, group in groupby(sorted(renders, key=kind), key=kind):
        rows = list(group)
        pipeline = resident(rows[0])
        for first in range(0, len(rows), BATCH):
            batch = [requests[row] for row in rows[first : first + BATCH]]
            call(pipeline, batch, dressed(pipeline.pipeline, batch))
    return time.perf_counter() - started


def one_by_one(renders: list[Render]) -> float:
    """Return the seconds of the renders as they came, loading what the one before did not have."""
    from generation.house.pipeline import HousePipeline

    requests = requests_of(renders)
    started = time.perf_counter()
    loaded, worn, pipeline = 0, "", None
    for render, request in zip(renders, requests, strict=True):
        if render.checkpoint_id != loaded:
            pipeline = HousePipeline.from_pretrained(
                render.checkpoint.location, local_files_only=True
            )
            pipeline.set_progress_bar_config(disable=True)
            loaded, worn = render.checkpoint_id, ""
        lora: AdapterRef = request.adapters[0]
        if lora.slug != worn:
            if worn:
                pipeline.unload_lora_weights()
            pipeline.load_lora_weights(lora.location, adapter_name="lora")
            pipeline.set_adapters(["lora"], [lora.weight])
            worn = lora.slug
        call(Bare(pipeline, resident(render)), [request])
    return time.perf_counter() - started


class Bare:
    """A pipeline that was loaded by hand, driven as its family is."""

    def __init__(self, pipeline: Any, held: Any) -> None:
        self.pipeline, self.family, self.scheduler = pipeline, held.family, held.scheduler


def resident(render: Render) -> Any:
    """Return a render's checkpoint as the engine holds it."""
    engine, ref = work.engine(), checkpoint_ref(render.checkpoint)
    return engine.residency.get(ref, engine.dtype(ref, archive=False))


def call(held: Any, batch: list[Any], wearing: AbstractContextManager[None] = PLAIN) -> None:
    """Run one pass and throw its pictures away."""
    from generation.engine.determinism import Mode, generators, lane_settings
    from generation.engine.schedulers import fresh_scheduler

    with lane_settings(Mode(threads=work.engine().threads)), wearing:
        held.pipeline.scheduler = fresh_scheduler(held.scheduler, "default")
        held.family.render(held.pipeline, batch, generators(batch), lambda step, tensors: None)
