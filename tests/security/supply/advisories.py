"""Whether an installed version is known to be vulnerable.

With a network, pip-audit asks the advisory services. Without one, `ADVISORIES` names an export of
OSV (https://osv.dev, the file all.zip of the ecosystem PyPI, or a folder of its records), which is
read here. With neither, the step says so and passes: it can prove nothing then.
"""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.security.supply.installed import needed

ACCEPTED: dict[str, str] = {}
"""Advisory → why it does not reach genart, and until when that is looked at again."""
TIMEOUT_SECONDS = 600


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of an OSV export: a zip, or a folder."""
    if path.is_dir():
        yield from (json.loads(file.read_text()) for file in sorted(path.glob("*.json")))
        return
    with zipfile.ZipFile(path) as archive:
        yield from (json.loads(archive.read(name)) for name in archive.namelist())


def matches(record: Mapping[str, Any], versions: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each installed package that a record speaks of."""
    if record.get("withdrawn"):
        return
    for affected in record.get("affected", ()):
        package = affected.get("package", {})
        name = canonicalize_name(package.get("name", ""))
        version = versions.get(name, "")
        if package.get("ecosystem") == "PyPI" and version and is_affected(version, affected):
            yield f"{name} {version}: {record['id']} {record.get('summary', '')}".strip()


def is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """Return whether a version is listed, or lies in one of the ranges (OSV schema 1.6)."""
    if version in affected.get("versions", ()):
        return True
    ranges = [found for found in affected.get("ranges", ()) if found.get("type") == "ECOSYSTEM"]
    return any(_is_inside(Version(version), found.get("events", ())) for found in ranges)


def _is_inside(version: Version, events: Any) -> bool:
    inside = False
    for event in events:
        if first := event.get("introduced"):
            inside |= first == "0" or _at_least(version, first)
        over = "last_affected" in event and not _at_least(Version(event["last_affected"]), version)
        if over or ("fixed" in event and _at_least(version, event["fixed"])):
            inside = False
    return inside


def _at_least(version: Version, other: Any) -> bool:
    try:
        return version >= (other if isinstance(other, Version) else Version(other))
    except InvalidVersion:
        return False


def faults() -> Iterator[str]:
    """Yield a line for each advisory that reaches an installed package and has no reason."""
    export = os.environ.get("ADVISORIES")
    found = from_export(Path(export)) if export else from_services()
    yield from (line for line in found if not any(known in line for known in ACCEPTED))


def from_export(path: Path) -> Iterator[str]:
    """Yield what an OSV export says of what is installed."""
    versions = {name: one.version for name, one in needed("dev").items()}
    for record in records(path):
        yield from matches(record, versions)


def from_services() -> Iterator[str]:
    """Yield what pip-audit learns; nothing where no service can be asked."""
    answer = _pip_audit()
    if answer is None:
        print("advisories: no service can be asked; name an OSV export in ADVISORIES")
        return
    known = needed("dev")
    for package in answer["dependencies"]:
        if canonicalize_name(package["name"]) in known:
            for one in package.get("vulns", ()):
                mended = ", ".join(one.get("fix_versions", ())) or "no version"
                yield f"{package['name']} {package['version']}: {one['id']}, mended in {mended}"


def _pip_audit() -> dict[str, Any] | None:
    """Return pip-audit's answer; `None` where no package at all could be looked up."""
    words = ["--local", "--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    command = [sys.executable, "-m", "pip_audit", *words]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    asked = [one for one in answer["dependencies"] if "skip_reason" not in one]
    return answer if asked else None
