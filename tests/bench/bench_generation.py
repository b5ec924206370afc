"""What the product costs around the denoiser: throughput, waiting, cancelling. House model, CPU.

Both sides of each comparison run in this process, on the same checkpoint, the same batch and the
same requests, in turns, so that whatever else the machine does strikes both.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from genart.factory import parts
from generation import defaults, heartbeat, queue, services, work
from generation.engine.types import AdapterRef, keep_all
from generation.models import Job, Render
from generation.orders import checkpoint_ref, requests_of
from tests.bench import Figure, percentile

BATCH, ROUNDS, PASSES, STARTS = 4, 3, 10, 12
SPEC: dict[str, Any] = {
    "version": 1,
    "style": "boho-arches",
    "subject": "arches over low hills",
    "palette": {"name": "terracotta"},
    "size": {"width_px": 512, "height_px": 512},
    "vary": {"palette": [{"name": "terracotta"}, {"name": "sage"}]},
    "seed": 1,
}


def figures() -> Iterator[Figure]:
    """Yield every figure of this subject."""
    defaults.load()
    work.begin()
    owner = get_user_model().objects.create_user("bench")
    work.warm_up()
    yield from throughput(owner)
    yield from waiting(owner)
    yield from starting(owner)
    yield from cancelling(owner)
    yield from mixing(owner)
    heartbeat.stop()


def submit(owner: Any, count: int, **changes: Any) -> Job:
    """Submit a job of `count` renders."""
    return services.submit_job(spec=SPEC | {"count": count} | changes, owner=owner)[0]


def throughput(owner: Any) -> Iterator[Figure]:
    """Images a second through the whole product, against the bare pipeline at the same batch.

    A job of several passes goes from submit to stored; then the same passes are run bare.
    """
    product_seconds = bare_seconds = 0.0
    submit(owner, BATCH)
    work.work_until_empty()  # what is slow only the first time
    for turn in range(ROUNDS):
        started = time.perf_counter()
        job = submit(owner, BATCH * PASSES, seed=turn)
        work.work_until_empty()
        product_seconds += time.perf_counter() - started
        renders = list(job.renders.select_related("checkpoint").order_by("index"))
        if {render.state for render in renders} != {Render.State.RENDERED}:
            raise RuntimeError(renders[0].error)
        bare_seconds += sum(
            bare(renders[first : first + BATCH]) for first in range(0, len(renders), BATCH)
        )
    images = BATCH * PASSES * ROUNDS
    yield Figure("product_images", images / product_seconds, "per_s")
    yield Figure("bare_pipeline_images", images / bare_seconds, "per_s")
    yield Figure("product_over_bare", bare_seconds / product_seconds, "share", ">=0.95")


def bare(renders: list[Render]) -> float:
    """Return the seconds of a bare call of the pipeline for the same images."""
    ref = checkpoint_ref(renders[0].checkpoint)
    engine = work.engine()
    resident = engine.residency.get(ref, engine.dtype(ref, archive=False))
    from generation.engine.determinism import Mode, generators, lane_settings
    from generation.engine.schedulers import fresh_scheduler

    requests = requests_of(renders)
    started = time.perf_counter()
    with lane_settings(Mode(threads=engine.threads)):
        resident.pipeline.scheduler = fresh_scheduler(resident.scheduler, "default")
        resident.family.render(
            resident.pipeline, requests, generators(requests), lambda step, tensors: None
        )
    return time.perf_counter() - started


def waiting(owner: Any) -> Iterator[Figure]:
    """Milliseconds to submit a job, and to claim it on an idle worker."""
    submits, claims = [], []
    for turn in range(STARTS):
        started = time.perf_counter()
        job = submit(owner, 8, seed=turn)
        submitted = time.perf_counter()
        claim = queue.claim_group(worker="bench", limit=BATCH)
        claims.append((time.perf_counter() - submitted) * 1000)
        submits.append((submitted - started) * 1000)
        assert claim is not None
        services.cancel_job(job_id=job.pk)
    yield Figure("submit_job_of_8_p95", percentile(submits, 0.95), "ms", "<=100")
    yield Figure("claim_group_p95", percentile(claims, 0.95), "ms", "<=50")


def starting(owner: Any) -> Iterator[Figure]:
    """Milliseconds from the call of `submit_job` to the start of its render, in an idle worker.

    A worker process of the factory, told by its own doorbells.
    """
    cores = parts.cores()
    child = parts.worker("bench-start", ["render"], threads=1, cores=cores, prefetch=1)
    process = child.launch()
    try:
        taken = [milliseconds_to_start(owner, turn) for turn in range(STARTS * 2 + 1)][1:]
    finally:
        process.terminate()
        process.wait(30)
    yield Figure("enqueue_to_start_p50", percentile(taken, 0.5), "ms")
    yield Figure("enqueue_to_start_p95", percentile(taken, 0.95), "ms", "<=100")


def milliseconds_to_start(owner: Any, turn: int) -> float:
    """Submit one render and wait for its end; return how long it took to begin."""
    called_at = timezone.now()
    job = submit(owner, 1, seed=turn)
    deadline = time.monotonic() + 120
    while True:
        render = job.renders.get()
        if render.state == Render.State.RENDERED:
            break
        if time.monotonic() > deadline:
            raise RuntimeError("The worker rendered nothing in two minutes.")
        time.sleep(0.05)
    time.sleep(0.3)  # the worker is idle again, whatever its pollers do
    assert render.started_at is not None
    return (render.started_at - called_at).total_seconds() * 1000


def cancelling(owner: Any) -> Iterator[Figure]:
    """Denoising steps, and milliseconds, from a cancel to a free engine."""
    job = submit(owner, BATCH)
    claim = queue.claim_group(worker=heartbeat.worker_name(), limit=BATCH)
    assert claim is not None
    steps: list[int] = []
    cancelled_at = 0.0

    def cancel() -> None:
        services.cancel_job(job_id=job.pk)
        connection.close()

    class Report(work.StepReport):
        def __call__(self, event: Any) -> Any:
            nonlocal cancelled_at
            steps.append(event.step)
            if event.step == 2:
                thread = threading.Thread(target=cancel)
                thread.start()
                thread.join()
                cancelled_at = time.perf_counter()
            return super().__call__(event)

    requests = requests_of(claim.renders)
    ref = checkpoint_ref(claim.renders[0].checkpoint)
    list(work.engine().render(ref, requests, on_step=Report(claim)))
    yield Figure("cancel_to_free", (time.perf_counter() - cancelled_at) * 1000, "ms")
    yield Figure("steps_after_cancel", steps[-1] - 2, "steps", "<=1")
    list(work.engine().render(ref, requests[:1], on_step=keep_all))  # the engine works on


def mixing(owner: Any) -> Iterator[Figure]:
    """Renders with two LoRAs and with none: one pass of all, against a pass for each LoRA.

    The LoRAs are random; what they cost does not depend on what they hold.
    """
    job = submit(owner, 6)
    renders = list(job.renders.select_related("checkpoint").order_by("index"))
    services.cancel_job(job_id=job.pk)
    with TemporaryDirectory() as folder:
        one, other = (random_lora(Path(folder), seed) for seed in (1, 2))
        worn = [(one,), (other,), (), (one,), (other,), (other,)]
        requests = [
            replace(request, adapters=adapters)
            for request, adapters in zip(requests_of(renders), worn, strict=True)
        ]
        ref = checkpoint_ref(renders[0].checkpoint)
        grouped = [[r for r in requests if r.adapters == kind] for kind in ((), (one,), (other,))]
        work.engine()
        mixed_seconds = apart_seconds = 0.0
        for turn in range(ROUNDS + 1):
            mixed = timed(ref, [requests])
            apart = timed(ref, grouped)
            if turn:  # the first loads the files
                mixed_seconds, apart_seconds = mixed_seconds + mixed, apart_seconds + apart
        yield Figure("mixed_loras_speed_up", apart_seconds / mixed_seconds, "x", ">=1.0")
        yield from switching(ref, requests)


def timed(ref: Any, groups: list[list[Any]]) -> float:
    """Return the seconds of some passes."""
    started = time.perf_counter()
    for group in groups:
        list(work.engine().render(ref, group, on_step=keep_all))
    return time.perf_counter() - started


def switching(ref: Any, requests: list[Any]) -> Iterator[Figure]:
    """Milliseconds to let a pipeline wear another LoRA that it holds already."""
    import torch

    from generation.engine.adapters import wardrobe_of

    engine = work.engine()
    wardrobe = wardrobe_of(engine.residency.get(ref, engine.dtype(ref, archive=False)).pipeline)
    taken = []
    for turn in range(40):
        started = time.perf_counter()
        with torch.inference_mode():
            wardrobe.wear([requests[turn % 2].adapters])
        taken.append((time.perf_counter() - started) * 1000)
    wardrobe.rows = []
    yield Figure("lora_switch_p95", percentile(taken, 0.95), "ms", "<=50")


def random_lora(folder: Path, seed: int) -> AdapterRef:
    """Write a LoRA of rank 8 with random weights for the house model."""
    import torch
    from diffusers import StableDiffusionPipeline
    from diffusers.models import UNet2DConditionModel
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    from generation.engine.weights import file_sha256
    from generation.house import PIPELINE_DIR

    torch.manual_seed(seed)
    unet = UNet2DConditionModel.from_pretrained(PIPELINE_DIR / "unet")
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    unet.add_adapter(LoraConfig(r=8, init_lora_weights=False, target_modules=targets))
    target = folder / f"lora-{seed}"
    layers = get_peft_model_state_dict(unet)
    StableDiffusionPipeline.save_lora_weights(target, unet_lora_layers=layers)
    [file] = target.glob("*.safetensors")
    stat = file.stat()
    digest = file_sha256(file, stat.st_size, stat.st_mtime_ns)
    return AdapterRef(f"lora{seed}", "1", "lora", str(file), digest, weight=0.5)
