"""The laws of the code base, each checked by a machine."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
PACKAGES = ("genart", "generation", "curation", "catalog")
HEAVY = ("torch", "torchvision", "diffusers", "transformers", "open_clip", "peft", "skia")
LINES = 300
LONGER = {"models.py": 400, "settings.py": 400, "families.py": 350}  # tables: entry after entry
VAGUE = {"utils", "util", "helpers", "common", "core", "manager", "misc"}
READS_ENVIRONMENT = {
    "genart/env.py",  # the readers themselves
    "genart/factory/parts.py",  # hands the environment on to the processes it starts
    "genart/observability/folder.py",  # a library's variable, set before it is first imported
    "generation/engine/weights.py",  # the hub's own variable, also where there is no Django
    "generation/serve/worker.py",  # runs elsewhere, without Django and its settings
}

modules = [
    path.relative_to(ROOT)
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]
templates = [path.relative_to(ROOT) for path in sorted((ROOT / "templates").rglob("*.*"))]


def lines(path: Path) -> int:
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def test_the_web_process_starts_without_the_machine_learning_packages():
    script = (
        "import genart.asgi, sys\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_imports_keep_to_their_contracts():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_every_module_begins_by_saying_what_it_is_for():
    silent = [
        str(path)
        for path in modules
        if path.name != "apps.py"
        and (source := (ROOT / path).read_text(encoding="utf-8")).strip()
        and not ast.get_docstring(ast.parse(source))
    ]
    assert silent == []


def test_no_module_is_too_long():
    limit = {path: LONGER.get(path.name, LINES) for path in modules}
    assert [f"{path}: {lines(path)}" for path in modules if lines(path) > limit[path]] == []


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function below its signature and docstring."""
    has_docstring = ast.get_docstring(function) is not None
    body = function.body[1:] if has_docstring else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_function_is_too_long():
    assert [
        f"{path}: {node.name}: {body_lines(node)}"
        for path in modules
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > 50
    ] == []


def test_no_file_has_a_name_that_says_nothing():
    assert [str(path) for path in modules if path.stem in VAGUE] == []


def test_the_environment_is_read_in_one_place():
    reading = re.compile(r"os\.environ(?!\.setdefault|\[\S+\] = )|os\.getenv")
    assert [
        str(path)
        for path in modules
        if str(path) not in READS_ENVIRONMENT and reading.search((ROOT / path).read_text("utf-8"))
    ] == []


FORBIDDEN_IN_TEMPLATES = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)", re.IGNORECASE
    ),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "a foreign host": re.compile(r"""(?:src|href)=["'](?:https?:)?//""", re.IGNORECASE),
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_templates_keep_to_the_content_security_policy(what):
    pattern = FORBIDDEN_IN_TEMPLATES[what]
    assert templates
    assert [
        str(path)
        for path in templates
        if path.suffix == ".html" and pattern.search((ROOT / path).read_text(encoding="utf-8"))
    ] == []
