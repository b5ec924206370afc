"""RunPod serverless: `/v2/{endpoint}/run|runsync|status|stream|cancel`, jobs on threads.

`work` is the endpoint's worker: a generator as the SDK runs it, with `return_aggregate_stream`.
"""

import base64
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from tests.generation.remote.servers.base import HTML, KEY, FaultServer, Request

Handler = Callable[[dict[str, Any]], Iterator[dict[str, Any]]]
RUNSYNC_SECONDS = 0.2
"""90 s at the real one."""


class RunPodServer(FaultServer):
    """An endpoint with one worker for each job."""

    kind = "runpod"
    options = {"endpoint": "abc123", "stream": True}

    def __init__(
        self, fault: str = "happy", times: int = 1, handler: Handler | None = None
    ) -> None:
        super().__init__(fault, times)
        self.handler = handler or self.paint
        self.jobs: dict[str, dict[str, Any]] = {}

    @property
    def url(self) -> str:
        return f"{self.host}/v2"

    def answer(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return request.reply(401, b"")
        _empty, version, endpoint, operation, *rest = request.path.split("/")
        assert (version, endpoint) == ("v2", "abc123")
        if operation in ("run", "runsync") and request.command == "POST":
            return self.run(request, operation)
        job = self.jobs.get(rest[0]) if rest else None
        if job is None:
            return request.reply_json(404, {"error": "job not found"})
        return {"status": self.status, "stream": self.stream, "cancel": self.cancel}[operation](
            request, job
        )

    def run(self, request: Request, operation: str) -> None:
        if self.fails("rate_limited"):
            return request.reply_json(429, {"error": "too many requests"}, retry_after="7")
        if self.fails("unavailable"):
            return request.reply_json(503, {"error": "no capacity"})
        order = request.json()
        assert order["policy"]["executionTimeout"] >= 5000
        assert order["policy"]["ttl"] >= 10_000
        job = {"id": f"{uuid.uuid4()}-u1", "status": "IN_QUEUE", "input": order["input"]}
        job |= {"stream": [], "delayTime": 3}
        self.jobs[job["id"]] = job
        thread = threading.Thread(target=self.work, args=(job,), daemon=True)
        thread.start()
        if self.fails("dead_at_run"):
            return request.die()
        if self.fails("html_at_run"):
            return request.reply(200, HTML, "text/html")
        if operation == "runsync":
            thread.join(RUNSYNC_SECONDS)
            return request.reply_json(200, self.shown(job))
        return request.reply_json(200, {"id": job["id"], "status": "IN_QUEUE"})

    def work(self, job: dict[str, Any]) -> None:
        """Do what the worker of an endpoint does with a job."""
        while self.hold.is_set():
            time.sleep(0.01)
        if job["status"] == "CANCELLED":
            return
        job["status"], began, output = "IN_PROGRESS", time.monotonic(), []
        refused = self.fails("refused")
        broken = self.fails("broken")
        try:
            if refused or broken:
                raise ValueError("refused: not that" if refused else "CUDA out of memory")
            self.charge(job["input"]["id"])
            self.wait()
            for part in self.handler(job):
                if job["status"] == "CANCELLED":
                    return
                if part.get("error"):
                    raise ValueError(part["error"])
                job["stream"].append({"output": part})
                output.append(part)
                job["executionTime"] = int(1000 * (time.monotonic() - began)) + 1
        except Exception as error:  # as the SDK does
            job |= {"status": "FAILED", "error": str(error)}
            return
        if job["status"] != "CANCELLED":
            job |= {"status": "COMPLETED", "output": output}

    def paint(self, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Stand for our own handler: progress, then the picture."""
        order = job["input"]
        yield {"step": 1, "steps": order["steps"], "preview": ""}
        content = self.png((order["width_px"], order["height_px"]), order["seed"])
        image = base64.b64encode(content).decode()
        yield {"id": order["id"], "image": image, "seed": order["seed"], "fingerprint": {}}

    def shown(self, job: dict[str, Any]) -> dict[str, Any]:
        names = ("id", "status", "output", "error", "delayTime", "executionTime", "workerId")
        return {name: job[name] for name in names if name in job}

    def status(self, request: Request, job: dict[str, Any]) -> None:
        if self.fails("dead"):
            return request.die(b'{"id": "' + job["id"].encode())
        if self.fails("html"):
            return request.reply(200, HTML, "text/html")
        if self.fails("anothers"):
            return request.reply_json(200, self.shown(job) | {"id": "somebody-elses-u1"})
        if self.fails("forgotten"):
            return request.reply_json(404, {"error": "job not found"})
        return request.reply_json(200, self.shown(job))

    def stream(self, request: Request, job: dict[str, Any]) -> None:
        parts, job["stream"] = job["stream"], []
        request.reply_json(200, {"status": job["status"], "stream": parts})

    def cancel(self, request: Request, job: dict[str, Any]) -> None:
        if job["status"] in ("IN_QUEUE", "IN_PROGRESS"):
            if job["status"] == "IN_PROGRESS":
                job["executionTime"] = 50
            job["status"] = "CANCELLED"
        request.reply_json(200, {"id": job["id"], "status": job["status"]})
