"""The processes of genart on the hosts of the lab, started as `deploy/` starts them."""

import os
import sys
from pathlib import Path

from tests.distributed.network import Host, Program

ROOT = Path(__file__).resolve().parents[2]
PORT = 8000
ONE_CORE = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class Factory:
    """Starts genart's programs with one set of variables on any host.

    Args:
        variables: addresses and secrets, as `.env.example` lists them.
    """

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables

    def environment(self, host: Host) -> dict[str, str]:
        """Return the whole environment of a program on a host."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(host.folder),
            "GENART_DATA_DIR": str(host.folder / "var"),
            "WORKER_LABEL": host.name,
            "dramatiq_worker_timeout": "100",
            "dramatiq_queue_prefetch": "1",
            **ONE_CORE,
            **self.variables,
        }

    def web(self, host: Host) -> Program:
        """Start a web process."""
        words = ["-m", "uvicorn", "genart.asgi:application", "--host", host.address]
        words += ["--port", str(PORT), "--lifespan", "off", "--no-access-log"]
        return self._python(host, "web", [*words, "--log-level", "warning"])

    def workers(self, host: Host) -> list[Program]:
        """Start the worker that renders and the one for everything else."""
        words = ["-m", "dramatiq", "genart.worker", "--processes", "1"]
        render = [*words, "--threads", "1", "--queues", "render"]
        tasks = [*words, "--threads", "2", "--queues", "score", "publish", "default"]
        return [self._python(host, "render", render), self._python(host, "tasks", tasks)]

    def scheduler(self, host: Host) -> Program:
        """Start a scheduler; one of several is active."""
        return self._python(host, "scheduler", ["manage.py", "run_scheduler"])

    def do(self, host: Host, *words: str, seconds: float = 400) -> str:
        """Run a command of `manage.py`, or a module, to its end; return what it said."""
        program = self._python(host, f"once-{len(host.programs)}", list(words))
        assert program.process is not None
        code = program.process.wait(seconds)
        said = program.log.read_text()
        assert code == 0, said[-3000:]
        return said

    def _python(self, host: Host, name: str, words: list[str]) -> Program:
        command = ["nice", "-n", "5", sys.executable, *words]
        return host.run(name, command, environment=self.environment(host), cwd=ROOT)
