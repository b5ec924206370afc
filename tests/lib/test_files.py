"""A file is written whole or not at all, also where the disk is full or the process is killed."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from genart.lib.files import put_whole, write_whole


def test_a_file_is_put_in_the_place_of_an_older_one(tmp_path: Path) -> None:
    storage = FileSystemStorage(tmp_path)
    put_whole(storage, "a/b.png", b"old")
    put_whole(storage, "a/b.png", b"new")

    assert (tmp_path / "a" / "b.png").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.png"]


def test_others_read_it_only_where_they_may(tmp_path: Path) -> None:
    write_whole(tmp_path / "open", b"x")
    write_whole(tmp_path / "private", b"x", mode=0o600)

    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("open", "private")]
    assert modes == [0o644, 0o600]


def test_where_writing_fails_the_old_file_stays_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "a", b"old")

    def full(_handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", b"new")

    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


SCRIPT = """
import sys
from pathlib import Path
from genart.lib.files import write_whole
print("begin", flush=True)
while True:
    for letter in b"ab":
        write_whole(Path(sys.argv[1]), bytes([letter]) * 300_000)
"""


def test_a_process_killed_while_it_writes_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_whole(path, b"a" * 300_000)
    for number in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, path], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout and writer.stdout.readline()
        time.sleep(0.03 * number)
        writer.send_signal(signal.SIGKILL)
        writer.wait()

        found = path.read_bytes()
        assert len(found) == 300_000
        assert len(set(found)) == 1
