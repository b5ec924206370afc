"""The processes of genart on the hosts of the lab, started as `deploy/` starts them."""

import os
import sys
from pathlib import Path

from tests.distributed.network import PATIENCE, Host, Program

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
            "HOST": host.address,
            "PORT": str(PORT),
            **ONE_CORE,
            **self.variables,
        }

    def start(self, host: Host, role: str) -> Program:
        """Start one of the roles of `deploy/start.sh`."""
        variables = self.environment(host)
        return host.run(role, [ROOT / "deploy" / "start.sh", role], environment=variables, cwd=ROOT)

    def do(self, host: Host, *words: str, seconds: float = 400) -> str:
        """Run a command of `manage.py`, or a module, to its end; return what it said."""
        name = f"once-{len(host.programs)}"
        command = [sys.executable, *words]
        program = host.run(name, command, environment=self.environment(host), cwd=ROOT)
        assert program.process is not None
        code = program.process.wait(seconds * PATIENCE)
        said = program.log.read_text()
        assert code == 0, said[-3000:]
        return said
