"""Writes the bill of materials of the software: CycloneDX 1.6, every package that runs in a shop.

What only builds and tests need is left out. Two writings of the same packages are equal.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tests.security.supply.installed import needed

FILE = Path("var/sbom.cdx.json")


def made() -> dict[str, Any]:
    """Return the bill, checked against the schema.

    Raises:
        ValueError: it does not keep to the schema.
    """
    bill = _of_environment()
    kept = needed()
    bill["components"] = [
        one for one in bill["components"] if canonicalize_name(one["name"]) in kept
    ]
    places = {one["bom-ref"] for one in bill["components"]} | {_root(bill)}
    bill["dependencies"] = [
        one | {"dependsOn": [ref for ref in one.get("dependsOn", ()) if ref in places]}
        for one in bill.get("dependencies", ())
        if one["ref"] in places
    ]
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)):
        raise ValueError(f"The bill of materials breaks its schema: {fault}")
    return bill


def write() -> Path:
    """Write the bill and return where."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(made(), indent=1, sort_keys=True) + "\n")
    return FILE


def _of_environment() -> dict[str, Any]:
    words = ["environment", sys.executable, "--pyproject", "pyproject.toml", "--spec-version",
             "1.6", "--output-reproducible", "--output-format", "JSON"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *words], capture_output=True, check=True
    )
    bill: dict[str, Any] = json.loads(done.stdout)
    return bill


def _root(bill: dict[str, Any]) -> str:
    return str(bill.get("metadata", {}).get("component", {}).get("bom-ref", "root-component"))
