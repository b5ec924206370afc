"""The units, read by systemd's own verifier."""

import re
import shutil
import subprocess

import pytest

from tests.deploy.variables import DEPLOY, ROLES, ROOT

UNITS = sorted((DEPLOY / "systemd").iterdir())


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    """The units as on a machine where genart lies at this checkout."""
    folder = tmp_path_factory.mktemp("units")
    for unit in UNITS:
        text = unit.read_text().replace("/srv/genart", str(ROOT))
        (folder / unit.name).write_text(text)
        if "@" in unit.name:
            (folder / unit.name.replace("@", "@cpu")).write_text(text)
    return folder


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_nothing_to_complain_about(placed):
    names = [str(path) for path in placed.iterdir() if "@." not in path.name]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_each_role_has_a_unit():
    started = re.compile(r"^ExecStart=/srv/genart/deploy/start.sh (\w+)$", re.MULTILINE)
    assert {role for unit in UNITS for role in started.findall(unit.read_text())} == ROLES


def test_each_service_is_confined():
    for unit in UNITS:
        if unit.suffix == ".service":
            text = unit.read_text()
            for word in ("NoNewPrivileges=yes", "ProtectSystem=strict", "User=genart"):
                assert word in text, f"{unit.name}: {word}"
