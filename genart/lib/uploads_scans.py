"""Counts how often a JPEG passes over its picture: a small file may ask for hours of work.

A progressive JPEG is refined scan by scan, and each scan costs as much as a whole decoding. The
markers are those of ITU-T T.81, annex B.
"""

import re

SCAN, END = 0xDA, 0xD9
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a segment behind them."""
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""The next marker in coded data, where 0xFF stands for itself before 0x00 and in restarts."""


def passes_over(data: bytes, most: int) -> bool:
    """Return whether a JPEG has more than `most` scans; segments of metadata are leapt over."""
    at, scans = 2, 0
    while at + 4 <= len(data):
        if data[at] != 0xFF or data[at + 1] in (0x00, 0xFF):
            found = _MARKER.search(data, at)
            if found is None:
                return False
            at = found.end() - 2
        marker = data[at + 1]
        if marker == END:
            return False
        if marker in ALONE:
            at += 2
            continue
        scans += marker == SCAN
        if scans > most:
            return True
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
    return False
