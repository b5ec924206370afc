"""Our client, over HTTP, to our own worker elsewhere: the same bytes as rendered here."""

import base64
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import requests
import uvicorn

from generation.engine.types import keep_all
from generation.images import picture_of
from generation.models import Checkpoint, RemoteCall, Render
from generation.orders import checkpoint_ref, requests_of
from generation.serve import contract, runpod_handler, sagemaker, worker
from generation.verify import verify_render
from tests.factories import make_checkpoint, make_job, make_render, make_style
from tests.generation.remote.conftest import Serve, drive

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick")]

SIZE = (256, 320)


@pytest.fixture
def render(db: None) -> Render:
    """A render of the house checkpoint, queued."""
    checkpoint = make_checkpoint(slug="house", source="house")
    style = make_style(version_fields={"checkpoint": checkpoint})
    fields = {"width_px": SIZE[0], "height_px": SIZE[1], "steps": 3, "seed": 2**33 + 7}
    return make_render(style=style, job=make_job(), state="queued", finish="riso", **fields)


def rendered_here(render: Render) -> str:
    """Return the hash of the picture that a worker of this factory makes of a render."""
    checkpoint = checkpoint_ref(Checkpoint.objects.get(pk=render.checkpoint_id))
    images = worker.engine().render(checkpoint, requests_of([render]), on_step=keep_all)
    return picture_of(next(iter(images)).image, {}).sha256


@pytest.fixture
def container() -> Iterator[str]:
    """The SageMaker entry on a real port."""
    sagemaker.ready.clear()
    config = uvicorn.Config(sagemaker.app, port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.mark.slow
def test_runpod_gives_the_same_bytes(serve: Serve, render: Render) -> None:
    serve(
        "runpod",
        handler=runpod_handler.handler,
        checkpoint=render.checkpoint,
        timeout_seconds=120,
    )

    drive(render)

    assert render.state == "rendered"
    assert render.sha256 == rendered_here(render)
    assert render.fingerprint["provider_kind"] == "runpod"
    assert render.fingerprint["batch_size"] == 1
    assert render.fingerprint["torch"]
    assert verify_render(render).equal


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sagemaker", "sagemaker-async"])
def test_sagemaker_gives_the_same_bytes(
    kind: str,
    serve: Serve,
    render: Render,
    container: str,
) -> None:
    def invoke(body: bytes) -> tuple[int, bytes]:
        answer = requests.post(f"{container}/invocations", data=body, timeout=120)
        return answer.status_code, answer.content

    serve(kind, container=invoke, checkpoint=render.checkpoint, timeout_seconds=120)

    drive(render)

    assert render.state == "rendered"
    assert render.sha256 == rendered_here(render)
    assert RemoteCall.objects.get().state == "done"


@pytest.mark.slow
def test_the_handler_tells_its_progress_and_shows_it(render: Render) -> None:
    request = requests_of([render])[0]
    order = contract.as_json(checkpoint_ref(render.checkpoint), request) | {"id": str(render.pk)}

    *steps, finished = runpod_handler.handler({"id": "1", "input": order})

    assert [note["step"] for note in steps] == [1, 2, 3]
    assert base64.b64decode(steps[1]["preview"])[8:12] == b"WEBP"
    assert (finished["id"], finished["seed"]) == (str(render.pk), render.seed)
    assert json.loads(json.dumps(finished)) == finished


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 9}, "version"),
        ({"adapters": ["boho@1"]}, "adapters"),
        ({"width_px": 0}, "side"),
        ({"steps": 10_000}, "steps"),
        ({"seed": None}, "not complete"),
        ({"family": "sdxl"}, "family"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused(
    change: dict[str, object], told: str, render: Render
) -> None:
    request = requests_of([render])[0]
    order = contract.as_json(checkpoint_ref(render.checkpoint), request) | change

    answers = list(runpod_handler.handler({"id": "1", "input": order}))
    status, answer = sagemaker.invoke(json.dumps(order).encode())

    assert len(answers) == 1
    assert answers[0]["error"].startswith(contract.REFUSAL)
    assert told in answers[0]["error"]
    assert (status, answer) == (400, answers[0])


def test_other_weights_than_those_asked_for_are_refused(render: Render) -> None:
    Checkpoint.objects.update(sha256="0" * 64)
    render.checkpoint.refresh_from_db()
    request = requests_of([render])[0]
    order = contract.as_json(checkpoint_ref(render.checkpoint), request)

    answers = list(runpod_handler.handler({"id": "1", "input": order}))

    assert answers[0]["error"].startswith(f"{contract.REFUSAL} house: the files have the hash")


def test_the_container_answers_as_sagemaker_asks(container: str) -> None:
    assert requests.get(f"{container}/ping", timeout=5).status_code == 503
    sagemaker.ready.set()
    assert requests.get(f"{container}/ping", timeout=5).status_code == 200
    for body in (b"", b"[]", b"{", b"x" * 2_000_000):
        answer = requests.post(f"{container}/invocations", data=body, timeout=5)
        assert (answer.status_code, "refused" in answer.json()["error"]) == (400, True)
    assert requests.get(f"{container}/", timeout=5).status_code == 404


def test_the_entries_need_neither_django_nor_the_sdk() -> None:
    script = (
        "import sys, generation.serve.runpod_handler, generation.serve.sagemaker;"
        "print([name for name in ('django', 'torch', 'runpod', 'boto3') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
