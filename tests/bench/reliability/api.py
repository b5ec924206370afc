"""Schemathesis against the API's description of itself: every phase and every check.

The description is taken at its word: each operation is called with what it allows and with what it
forbids, along links between operations too, and each answer is held against the description. Calls
go over HTTP to a server in this process, with one seed. `BENCH_API_EXAMPLES` takes another number
of examples an operation.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import schemathesis
from django.conf import settings
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.bench import Figure
from tests.fuzz.shop import open_shop

EXAMPLES = int(os.environ.get("BENCH_API_EXAMPLES", "60"))
SEED = 20260101
UNLIMITED = dict.fromkeys(settings.API_LIMITS, 10**9)
AS_ASKED = ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "503"]
"""Answers to calls that follow the description. 422 is among them where the description cannot say
all: that a style exists, that a cursor is one of ours, that a file holds a picture."""


@dataclass(slots=True)
class Outcome:
    """What a run saw.

    Attributes:
        calls: requests that were answered.
        operations: operations that were called at least once.
        failures: check and operation → how the first of them can be repeated.
        errors: what kept schemathesis itself from testing an operation.
    """

    calls: int = 0
    checks: int = 0
    operations: set[str] = field(default_factory=set)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def take(self, event: events.EngineEvent) -> None:
        """Count one event of the engine."""
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.errors.append(str(getattr(event, "value", None) or event.exception))
        if not isinstance(event, events.ScenarioFinished):
            return
        self.calls += len(event.recorder.interactions)
        for case_id, checks in event.recorder.checks.items():
            label = event.recorder.cases[case_id].value.operation.label
            self.operations.add(label)
            for check in checks:
                self.checks += 1
                if check.failure_info is not None:
                    self._note(check, label)

    def _note(self, check: Any, label: str) -> None:
        failure = check.failure_info.failure
        key = check.name, label
        self.times[key] += 1
        told = f"{failure.title}: {failure.message}\n    {check.failure_info.code_sample}"
        self.failures.setdefault(key, told)


def figures() -> Iterator[Figure]:
    """Yield the figures of this part, and print each failure as it can be repeated."""
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    outcome = attack(open_shop().token, examples=EXAMPLES)
    for (check, label), told in sorted(outcome.failures.items()):
        print(f"# {check} × {outcome.times[check, label]}: {label}\n#   {told}", flush=True)
    for error in outcome.errors:
        print(f"# {error}", flush=True)
    yield Figure("api_calls", outcome.calls, "calls")
    yield Figure("api_checks", outcome.checks, "checks")
    yield Figure("api_operations_never_called", untouched(outcome), "operations", "<=0")
    yield Figure("api_failures", sum(outcome.times.values()), "failures", "<=0")
    yield Figure("api_errors_of_the_tool", len(outcome.errors), "errors", "<=0")


def untouched(outcome: Outcome) -> int:
    """Return how many operations of the description were not called."""
    from genart.api import api

    described = {
        f"{method.upper()} {path}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }
    return len(described - outcome.operations)


def attack(token: str, *, examples: int, phases: tuple[str, ...] = ()) -> Outcome:
    """Run every phase, or `phases`, with `examples` for each operation; return what was seen."""
    limits, settings.API_LIMITS = settings.API_LIMITS, UNLIMITED
    outcome = Outcome()
    try:
        with served() as address:
            schema = schemathesis.openapi.from_url(
                f"{address}/api/v1/openapi.json", config=config(token, examples, phases)
            )
            for event in from_schema(schema).execute():
                outcome.take(event)
    finally:
        settings.API_LIMITS = limits
    return outcome


class Quiet(WSGIRequestHandler):
    """Answers without a line for each."""

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the application from threads of this process; yield its address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def config(token: str, examples: int, phases: tuple[str, ...]) -> SchemathesisConfig:
    """Return the settings of a run."""
    wanted = phases or ("examples", "coverage", "fuzzing", "stateful")
    every = ("examples", "coverage", "fuzzing", "stateful")
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "workers": 1,
            "continue-on-failure": True,
            "auth": {"openapi": {"TokenAuth": {"bearer": token}}},
            "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
            "phases": {name: {"enabled": name in wanted} for name in every},
            "checks": {"positive_data_acceptance": {"expected-statuses": AS_ASKED}},
        }
    )
