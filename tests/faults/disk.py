"""A disk of its own for a factory, so that it can be filled: a file system in memory."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

GIBIBYTE = 1 << 30


def can_mount() -> bool:
    """Tell whether this process may mount a file system."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


class Disk:
    """A disk at a folder, from its making to `remove`; an ordinary folder where nothing is mounted.

    Args:
        folder: where it is; made here.
        mounted: whether it has a size of its own and can be filled.
    """

    def __init__(self, folder: Path, *, mounted: bool, size_bytes: int = 2 * GIBIBYTE) -> None:
        self.folder, self.mounted = folder, mounted
        folder.mkdir(parents=True)
        if mounted:
            options = f"size={size_bytes},mode=0755"
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)

    @property
    def balloon(self) -> Path:
        """Return the file that takes the room."""
        return self.folder / "balloon"

    def fill(self, left_bytes: int = 0) -> None:
        """Leave only so much room; others may take of it meanwhile. Not of an ordinary folder."""
        if not self.mounted:
            return
        with self.balloon.open("ab") as file:
            for _try in range(5):
                free = os.statvfs(self.folder)
                wanted = free.f_bavail * free.f_frsize - left_bytes
                if wanted <= 0:
                    return
                with contextlib.suppress(OSError):
                    os.posix_fallocate(file.fileno(), file.tell(), wanted)
                file.seek(0, os.SEEK_END)

    def empty(self) -> None:
        """Give the room back."""
        self.balloon.unlink(missing_ok=True)

    def remove(self) -> None:
        """Take the disk away with all that is on it."""
        if self.mounted:
            subprocess.run(["umount", "-l", self.folder], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
