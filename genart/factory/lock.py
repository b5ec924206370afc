"""One factory per data folder, and how to end one that runs elsewhere."""

import fcntl
import os
import signal
import time
from pathlib import Path
from typing import IO

from genart.lib.errors import StateConflict


class FactoryLock:
    """A lock on the data folder, freed by the kernel however its holder ends.

    Args:
        data_dir: the data folder; made where it does not exist.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "factory.lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock and write this process's id into it.

        Raises:
            StateConflict: another factory runs on this data folder.
        """
        if not self._try():
            raise StateConflict(
                f"A factory already runs on {self.path.parent} (process {self.holder()}). "
                "`make stop` ends it; GENART_DATA_DIR chooses another folder."
            )

    def free(self) -> None:
        """Let the next factory in."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def holder(self) -> int | None:
        """Return the process id of the factory that runs now, or None."""
        if self._try():
            self.free()
            return None
        try:
            return int(self.path.read_text(encoding="utf-8"))
        except ValueError:
            return None

    def stop_holder(self, seconds: float = 60) -> bool:
        """End the factory that runs now, and wait for its end.

        Returns:
            False where none was running.

        Raises:
            StateConflict: it did not end in time.
        """
        pid = self.holder()
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while self.holder() is not None:
            if time.monotonic() > deadline:
                raise StateConflict(f"The factory (process {pid}) did not end in {seconds:.0f} s.")
            time.sleep(0.1)
        return True

    def _try(self) -> bool:
        """Take the lock if it is free."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return True
