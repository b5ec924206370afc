"""The looks at what genart is made of see what they should, and find nothing."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.security.supply import advisories, bom, code, licences
from tests.security.supply.installed import needed

RECORD = {
    "id": "PYSEC-2099-1",
    "summary": "Files are read that should not be",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Pillow"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.1"},
                                                 {"introduced": "10.0"}, {"fixed": "10.3"}]},
                {"type": "GIT", "events": [{"introduced": "0"}]},
            ],
            "versions": ["11.0.dev1"],
        }
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("version", "hit"),
    [("9.0.9", True), ("9.1", False), ("10.0", True), ("10.2.1", True), ("10.3", False),
     ("13.0", False), ("11.0.dev1", True)],
)  # fmt: skip
def test_an_advisory_is_matched_by_its_ranges(version: str, hit: bool) -> None:
    assert bool(list(advisories.matches(RECORD, {"pillow": version}))) is hit


def test_an_advisory_that_was_withdrawn_or_is_of_others_does_not_count() -> None:
    assert not list(advisories.matches(RECORD, {"django": "1.0"}))
    assert not list(advisories.matches(RECORD | {"withdrawn": "2099-01-01"}, {"pillow": "1.0"}))
    other = [{"package": {"ecosystem": "npm", "name": "pillow"}, "versions": ["1.0"]}]
    assert not list(advisories.matches(RECORD | {"affected": other}, {"pillow": "1.0"}))


def test_without_a_network_an_export_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = needed()["pillow"].version
    reaching = [{"package": {"ecosystem": "PyPI", "name": "pillow"}, "versions": [installed]}]
    export = tmp_path / "all.zip"
    with zipfile.ZipFile(export, "w") as archive:
        archive.writestr("a.json", json.dumps(RECORD))
        archive.writestr("b.json", json.dumps(RECORD | {"id": "X-1", "affected": reaching}))
    monkeypatch.setenv("ADVISORIES", str(export))

    assert list(advisories.faults()) == [
        f"pillow {installed}: X-1 Files are read that should not be"
    ]


def test_what_genart_needs_is_known_down_to_the_last_package() -> None:
    run, all_of_them = needed(), needed("dev")

    assert {"django", "pillow", "urllib3", "sqlparse", "certifi"} <= run.keys()
    assert "pytest" in all_of_them.keys() - run.keys()


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("MIT", "taken"), ("Apache-2.0", "taken"), ("BSD-3-Clause AND MIT", "taken"),
        ("GNU Lesser General Public License v3 or later (LGPLv3+)", "taken"),
        ("GPL-3.0-only OR MIT", "taken"), ("GPL-3.0-only", "refused"), ("AGPL-3.0", "refused"),
        ("Other/Proprietary License", "refused"), ("", "unclear"), ("ask us", "unclear"),
    ],
)  # fmt: skip
def test_a_licence_is_judged_by_what_it_says(said: str, verdict: str) -> None:
    assert licences.verdict(said) == verdict


def test_every_installed_package_has_a_licence_that_a_shop_may_use() -> None:
    assert list(licences.faults()) == []


@pytest.mark.slow
def test_the_bill_of_materials_keeps_to_its_schema_and_holds_what_runs() -> None:
    bill = bom.made()

    names = {component["name"].lower() for component in bill["components"]}
    assert {"django", "pillow", "torch"} <= names
    assert "pytest" not in names
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert all(component.get("version") for component in bill["components"])


@pytest.mark.slow
def test_every_dangerous_call_has_its_reason() -> None:
    assert list(code.faults()) == []


def test_a_call_without_a_reason_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("import os\nos.system(word)\nos.system(word)  # noqa: S605  (ours)\n")
    found = {"test_id": "B605", "filename": str(file), "issue_text": "shell"}

    assert not code.is_reasoned(found | {"line_number": 2, "line_range": [2]})
    assert code.is_reasoned(found | {"line_number": 3, "line_range": [3]})


def test_each_look_is_a_step_of_the_checks() -> None:
    steps = Path("tests/check.sh").read_text()

    for step in ("code", "audit", "licences", "sbom"):
        assert f"tests.security.supply {step}" in steps
