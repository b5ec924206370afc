"""Lines and one progress bar for people at a terminal; plain lines where there is none."""

import shutil
import sys
import time
from typing import TextIO

BAR_CELLS = 20
QUIET_SECONDS = 10.0
"""Without a terminal, an unchanged or quickly changing line is written at most this often."""


class Terminal:
    """Writes lines, and one line at the bottom that changes in place.

    Args:
        out: where to write; standard output by default.
    """

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.live = self.out.isatty()
        self._bottom = ""
        self._written_at = 0.0

    def line(self, text: str = "") -> None:
        """Write a line above the changing one."""
        bottom = self._bottom
        self.clear()
        self.out.write(f"{text}\n")
        self.out.flush()
        if self.live and bottom:
            self.bottom(bottom)

    def bottom(self, text: str) -> None:
        """Show `text` in the changing line; without a terminal write it now and then."""
        if self.live:
            width = shutil.get_terminal_size().columns
            self.out.write(f"\r\x1b[2K{text[: width - 1]}")
            self.out.flush()
            self._bottom = text
            return
        now = time.monotonic()
        if text != self._bottom and now - self._written_at >= QUIET_SECONDS:
            self.out.write(f"{text}\n")
            self.out.flush()
            self._bottom, self._written_at = text, now

    def fleeting(self, text: str) -> None:
        """Show `text` in the changing line; say nothing without a terminal."""
        if self.live:
            self.bottom(text)

    def clear(self) -> None:
        """Take the changing line away."""
        if self.live and self._bottom:
            self.out.write("\r\x1b[2K")
            self.out.flush()
        self._bottom = ""

    def strong(self, text: str) -> str:
        """Return `text` bold where the terminal can show it."""
        return f"\x1b[1m{text}\x1b[0m" if self.live else text

    def faint(self, text: str) -> str:
        """Return `text` dim where the terminal can show it."""
        return f"\x1b[2m{text}\x1b[0m" if self.live else text


def bar(done: int, total: int) -> str:
    """Return a progress bar such as `███████▌············`, 20 cells wide."""
    eighths = round(done / total * BAR_CELLS * 8) if total else 0
    full, rest = divmod(min(eighths, BAR_CELLS * 8), 8)
    cells = "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")
    return cells.ljust(BAR_CELLS, "·")
