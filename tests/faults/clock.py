"""Clocks of single processes that can be put wrong while they run: see `clock.c`."""

import mmap
import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")
PARTS = {
    "web": "uvicorn",
    "worker-render": "--queues render",
    "worker-remote": "--queues remote",
    "worker-tasks": "--queues score",
    "scheduler": "run_scheduler",
    "postgres": "bin/postgres",
    "valkey": "valkey",
    "python": "import time",
}
"""Part of the factory (and, for tests, of a script), and the words that tell its command line."""
PAGE_BYTES = 4096


def can_compile() -> bool:
    """Tell whether there is a compiler for the library that is preloaded."""
    return shutil.which("cc") is not None


class Clocks:
    """The clocks of a factory's parts, right until `put` says otherwise.

    Args:
        folder: where the library and the shared file are made; every user must be able to read it.
    """

    def __init__(self, folder: Path) -> None:
        self.library, self.file = folder / "clock.so", folder / "skew"
        command = ["cc", "-shared", "-fPIC", "-O2", "-o", self.library, SOURCE, "-ldl", "-lm"]
        subprocess.run([str(word) for word in command], check=True)
        self.file.write_bytes(bytes(PAGE_BYTES))
        self.file.chmod(0o644)
        self.library.chmod(0o755)
        with self.file.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), PAGE_BYTES)

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables with which the factory is started."""
        return {
            "LD_PRELOAD": str(self.library),
            "SKEW_FILE": str(self.file),
            "SKEW_PARTS": "|".join(PARTS.values()),
        }

    def put(self, part: str, seconds: float) -> None:
        """Set the clock of a part so many seconds ahead, or back."""
        struct.pack_into("d", self._shared, 8 * list(PARTS).index(part), seconds)

    def mend(self) -> None:
        """Set every clock right."""
        self._shared[:] = bytes(PAGE_BYTES)
