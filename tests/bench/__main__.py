"""Run the measurements: `python -m tests.bench [subject]`."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
APART = {
    "house": ("reproduction",),
    "generation": ("trace", "replay", "specs", "adherence", "routing"),
    "reliability": ("pages", "api", "fuzz", "load", "power", "faults"),
}
"""Parts of a subject that need an empty database of their own."""


def main(arguments: list[str]) -> int:
    """Run every subject, or the one that is named; return the exit status."""
    if arguments[:1] == ["--inside"]:
        return measure(arguments[1])
    subjects = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if arguments and arguments[0].partition(".")[0] not in subjects:
        print(f"There is no {arguments[0]}; choose from {', '.join(subjects)}.")
        return 2
    wanted = [part for subject in arguments or subjects for part in with_parts(subject)]
    return max(run_apart(part) for part in wanted)


def with_parts(subject: str) -> list[str]:
    """Return a subject and those of its parts that are measured apart."""
    return [subject, *(f"{subject}.{part}" for part in APART.get(subject, ()))]


def run_apart(subject: str) -> int:
    """Run one subject in a process with a data folder of its own."""
    folder = tempfile.mkdtemp(prefix="genart-bench-")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "GENART_DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "genart.settings",
        "PORT": str(port),
        "LOG_LEVEL": "ERROR",
        "PAGE_SECONDS": "0",  # what is measured is how a page is made
    }
    print(f"# {subject}", flush=True)
    try:
        return subprocess.run(
            [sys.executable, "-m", "tests.bench", "--inside", subject], cwd=ROOT, env=environment
        ).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def module_of(subject: str) -> str:
    """Return the module that measures a subject, or a part of one such as `curation.gate`."""
    whole, _dot, part = subject.partition(".")
    return f"tests.bench.{whole}.{part}" if part else f"tests.bench.bench_{whole}"


def measure(subject: str) -> int:
    """Start the servers, migrate, and print the figures of one subject."""
    import django

    django.setup()
    from django.db import connection

    from genart.factory import parts, prepare
    from genart.factory.supervisor import Supervisor

    supervisor = Supervisor(print)
    try:
        for server in parts.servers():
            child = supervisor.start(parts.server_child(server))
            server.wait_ready(child.process)
        prepare.migrate()
        missed = 0
        for figure in import_module(module_of(subject)).figures():
            print(figure, flush=True)
            missed += not figure.met
        return 1 if missed else 0
    finally:
        connection.close()
        supervisor.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
