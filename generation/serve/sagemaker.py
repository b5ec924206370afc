"""Our worker as a SageMaker container: `python -m generation.serve.sagemaker`.

SageMaker asks `GET /ping` until it answers 200, and sends orders to `POST /invocations`, both on
port 8080; an asynchronous endpoint does the same with what lies in S3. A plain ASGI application.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from generation.serve import worker
from generation.serve.contract import REFUSAL, BadOrder

logger = logging.getLogger(__name__)

PORT = 8080
LARGEST_ORDER_BYTES = 1_000_000
JSON = b"application/json"

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

ready = threading.Event()
"""Set once the weights are loaded."""


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] != "http":
        return
    asked = scope["method"], scope["path"]
    if asked == ("GET", "/ping"):
        await _reply(send, 200 if ready.is_set() else 503, {})
    elif asked == ("POST", "/invocations"):
        body = await _body(receive)
        await _reply(send, *await asyncio.to_thread(invoke, body))
    else:
        await _reply(send, 404, {"error": "Ask for /ping or /invocations."})


def invoke(body: bytes) -> tuple[int, dict[str, Any]]:
    """Carry an order out and return status and answer: 400 where asking again is in vain."""
    try:
        order = json.loads(body)
        if not isinstance(order, dict):
            raise BadOrder("An order is a JSON object.")
        *_steps, finished = worker.carry_out(order)
        return 200, finished
    except (BadOrder, ValueError) as error:
        return 400, {"error": f"{REFUSAL} {error}"}
    except Exception as error:  # an engine may raise anything; the container goes on
        logger.exception("An order failed")
        return 500, {"error": f"{type(error).__name__}: {error}"[:500]}


async def _body(receive: Receive) -> bytes:
    """Return a request's body; nothing, which is no order, where it is too large."""
    body, more = b"", True
    while more:
        part = await receive()
        body += part.get("body", b"") if len(body) <= LARGEST_ORDER_BYTES else b""
        more = part.get("more_body", False)
    return body if len(body) <= LARGEST_ORDER_BYTES else b""


async def _reply(send: Send, status: int, content: dict[str, Any]) -> None:
    headers = [(b"content-type", JSON)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})


def _load() -> None:
    worker.warm_up()
    ready.set()


def main() -> None:
    """Answer at once, and be ready when the weights are loaded."""
    import uvicorn

    threading.Thread(target=_load, name="warm-up", daemon=True).start()
    uvicorn.run(app, host="0.0.0.0", port=PORT, log_level="warning")  # noqa: S104


if __name__ == "__main__":
    main()
