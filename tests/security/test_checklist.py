"""`docs/security.md` says what is so: every point, every test, every limit, key and connection."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

PAGE = Path("docs/security.md")
ROW = re.compile(
    r"^\| (V\d+\.(?:\d+\.\d+|(?:\d+\.)?\*)) \| ([\w/]+) \| (.+?) \| (.*?) \| ?(.*?) ?\|$", re.M
)
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
STATES = {"met", "operator", "open", "n/a"}
LEVEL_2 = {
    "1": (2, 9, 11, 3, 2), "2": (3, 3, 4, 1), "3": (0, 2, 4, 6, 5, 0, 2), "4": (3, 1, 2, 4),
    "5": (1, 3, 2, 3), "6": (3, 12, 4, 4, 5, 3, 0, 4), "7": (3, 4, 2, 5, 2, 2),
    "8": (2, 3, 1, 1), "9": (3, 4), "10": (2, 2, 4, 11, 5, 2, 3), "11": (2, 3, 3, 4, 1, 1),
    "12": (3, 2, 4), "13": (1, 5, 2, 5), "14": (2, 4, 3), "15": (3, 3, 7),
    "16": (1, 5, 4, 3, 3), "17": (1, 4, 2),
}  # fmt: skip
"""ASVS 5.0.0: chapter → how many points of levels 1 and 2 each section has; they come first."""
CALLS = re.compile(
    r"\brequests\.(get|post|request|put)\(|urlopen\(|HTTPSConnection\(|stripe\.StripeClient"
    r"|snapshot_download|hf_hub_download|HfApi\(|boto3\.|sentry_sdk\.init|OTLPSpanExporter"
    r"|EmailMultiAlternatives\(|smtplib|aiohttp|httpx"
)


def rows() -> list[tuple[str, ...]]:
    return ROW.findall(PAGE.read_text())


def section(name: str) -> str:
    return PAGE.read_text().partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@cache
def functions_of(path: str) -> set[str]:
    tree = ast.parse(Path(path).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def test_every_point_of_level_two_is_there_once() -> None:
    wanted = {
        f"V{chapter}.{part}.{point}"
        for chapter, sections in LEVEL_2.items()
        for part, count in enumerate(sections, 1)
        for point in range(1, count + 1)
    }
    listed = [point for point, *_rest in rows()]
    whole = tuple(point[:-1] for point in listed if point.endswith("*"))

    assert len(wanted) == 253
    assert len(listed) == len(set(listed))
    assert {point for point in wanted if not point.startswith(whole)} - set(listed) == set()


def test_every_point_has_a_state_and_what_it_rests_on() -> None:
    for point, state, what, how, tests in rows():
        assert state in STATES, point
        assert what, point
        if state == "met":
            assert NAMED.search(tests), f"{point}: name a test"
        else:
            assert how, f"{point}: say why"


def test_every_named_test_exists() -> None:
    missing = [
        f"{path}::{name}"
        for path, name in NAMED.findall(PAGE.read_text())
        if not Path(path).is_file() or (name and name not in functions_of(path))
    ]
    assert missing == []


@pytest.mark.parametrize("name", ["Uploads", "Limits", "Connections outward", "Keys", "Logs"])
def test_every_table_is_there(name: str) -> None:
    assert section(name).count("\n| ") > 3


def test_the_limits_are_those_of_the_code() -> None:
    told = re.findall(r"^\| .+? \| ([\d.]+) \| `([\w.]+):(\w+)` \|$", section("Limits"), re.M)
    assert len(told) > 10
    for value, module, name in told:
        if module == "django.conf.settings":
            from genart import settings as application

            found = getattr(application, name)
        else:
            found = getattr(importlib.import_module(module), name)
        assert float(value) == float(found), name


def test_every_key_of_the_settings_is_in_the_table() -> None:
    names = re.findall(r"^([A-Z0-9_]+)=", Path(".env.example").read_text(), re.M)
    secret = re.compile(r"(SECRET|KEY|KEYS|TOKEN|PASSWORD|DSN|CERTIFICATE|FALLBACKS)$")
    keys = {name for name in names if secret.search(name)}

    assert keys - set(re.findall(r"^\| `(\w+)` \|", section("Keys"), re.M)) == set()


def test_every_outward_call_is_in_the_table() -> None:
    calling = {
        str(file)
        for app in ("genart", "catalog", "curation", "generation")
        for file in Path(app).rglob("*.py")
        if CALLS.search(file.read_text()) and "management/commands/" not in str(file)
    }
    told = set(re.findall(r"^\| `([\w/]+\.py)` \|", section("Connections outward"), re.M))

    assert calling - told == set()
    assert {path for path in told if not Path(path).is_file()} == set()
