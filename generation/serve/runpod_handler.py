"""Our worker on RunPod serverless: `python -m generation.serve.runpod_handler`.

The handler yields its progress, which RunPod hands out at `/stream`, and the picture at last; with
`return_aggregate_stream` all of it lies at `/status`, too. RunPod's SDK (`pip install runpod`) is
needed only in that container.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from generation.serve import worker
from generation.serve.contract import REFUSAL, BadOrder


def handler(job: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Carry out the order in a job's `input`.

    An order that will never succeed ends in an error that says so; any other exception is left to
    the SDK, which fails the job.
    """
    order = job.get("input")
    try:
        if not isinstance(order, Mapping):
            raise BadOrder("The input of a job is an order.")
        yield from worker.carry_out(order)
    except BadOrder as error:
        yield {"error": f"{REFUSAL} {error}"}


def main() -> None:
    """Load the weights, then take jobs until RunPod ends the container."""
    import runpod

    worker.warm_up()
    runpod.serverless.start({"handler": handler, "return_aggregate_stream": True})


if __name__ == "__main__":
    main()
