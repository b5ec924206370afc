"""Dangerous calls in the code, as bandit sees them, each with the reason that its line gives.

ruff's rules S are bandit's, resolve names better, and stand in `make check` already: a finding
counts as reasoned where its line carries ruff's `noqa` of the same number with its reason. Bandit
adds those that ruff does not know.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDERS = ("genart", "generation", "curation", "catalog")
SKIPPED = {
    "B101": "S101 asks for a reason at each assert",
    "B311": "S311 tells the module random from a variable of that name, which painters use",
    "B404": "importing subprocess does nothing; S603 asks at each call",
    "B405": "as above: S314 asks at each parser",
    "B406": "escaping for XML reads none",
    "B603": "S603 asks for a reason at each call",
    "B703": "S308 asks for a reason at each mark_safe",
}
"""Bandit's rule → why ruff's is enough."""
REASONED = {
    ("B105", "password"): "names of settings and of form fields, no passwords; S105 found none",
    ("B615", "generation/engine/"): "a folder on this machine, with local_files_only",
    ("B615", "generation/house/"): "the house model's own folder",
    ("B615", "generation/upscale/"): "a folder on this machine",
    ("B308", "genart/lib/mail_page.py"): "a style sheet that is written there",
    ("B310", "genart/factory/run.py"): "our own address, over http",
}
"""Rule and where → why it is no fault."""


def faults() -> Iterator[str]:
    """Yield a line for each finding without a reason."""
    for found in findings():
        path, line = found["filename"], found["line_number"]
        if not is_reasoned(found):
            yield f"{path}:{line}: {found['test_id']} {found['issue_text']}"


def findings() -> list[dict[str, Any]]:
    """Return what bandit finds, tests, migrations and the skipped rules left out."""
    words = ["-q", "-r", *FOLDERS, "-f", "json", "-x", "*/migrations/*", "-s", ",".join(SKIPPED)]
    done = subprocess.run(
        [sys.executable, "-m", "bandit", *words], capture_output=True, check=False
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    return found


def is_reasoned(found: dict[str, Any]) -> bool:
    """Return whether a finding's lines, its file, or the list above give a reason."""
    rule, path = found["test_id"], found["filename"].removeprefix("./")
    if any(rule == known and (where in path or where in found["issue_text"].lower())
           for known, where in REASONED):  # fmt: skip
        return True
    lines = Path(path).read_text().splitlines()
    numbers = range(min(found["line_range"]) - 1, max(found["line_range"]))
    mark = re.compile(rf"noqa: [A-Z0-9, ]*\bS{rule[1:]}\b")
    whole = re.compile(rf"# ruff: noqa: [A-Z0-9, ]*\bS{rule[1:]}\b")
    return any(mark.search(lines[number]) for number in numbers) or any(map(whole.match, lines))
