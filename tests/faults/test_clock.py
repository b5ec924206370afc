"""A process that runs can be given a wrong time of day, and its waiting goes on as before."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.clock import Clocks, can_compile

SCRIPT = """
import time, datetime
for _ in range(3):
    input()
    now = datetime.datetime.now(datetime.UTC).timestamp()
    print(time.time(), now, time.monotonic(), flush=True)
"""


@pytest.mark.skipif(not can_compile(), reason="needs a C compiler")
def test_the_clock_of_a_running_process_is_put_wrong_and_right_again(tmp_path: Path) -> None:
    clocks = Clocks(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env=clocks.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout

    def told() -> tuple[float, float, float]:
        process.stdin.write("\n")
        process.stdin.flush()
        wall, date, monotonic = map(float, process.stdout.readline().split())
        now = datetime.now(UTC).timestamp()
        return wall - now, date - now, monotonic

    right = told()
    clocks.put("python", 90)
    ahead = told()
    clocks.mend()
    again = told()
    process.communicate()

    assert [round(value) for value in right[:2]] == [0, 0]
    assert [round(value, -1) for value in ahead[:2]] == [90, 90]
    assert [round(value) for value in again[:2]] == [0, 0]
    assert right[2] < ahead[2] < again[2] < right[2] + 60
