"""Variables: what is read, what is refused, and that `.env.example` lists them all."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from genart import env

ROOT = settings.BASE_DIR
READ = re.compile(r'env\.(?:text|flag|number|names|rates|choices?|url)\(\s*"([A-Z0-9_]+)"')
LISTED = re.compile(r"^([A-Z0-9_]+)=", re.MULTILINE)


def test_env_example_lists_exactly_what_the_settings_read():
    code = "".join(path.read_text() for path in sorted((ROOT / "genart").rglob("*.py")))
    read = set(READ.findall(code))
    assert len(read) > 20
    assert set(LISTED.findall((ROOT / ".env.example").read_text())) == read


def test_env_example_as_it_is_changes_nothing(tmp_path):
    names = LISTED.findall((ROOT / ".env.example").read_text())
    clean = {name: value for name, value in os.environ.items() if name not in names}
    clean |= {"GENART_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "genart.settings"}
    script = (
        "from django.conf import settings\n"
        "print({n: repr(getattr(settings, n)) for n in dir(settings) if n.isupper()})"
    )
    example = dict(
        line.split("=", 1)
        for line in (ROOT / ".env.example").read_text().splitlines()
        if LISTED.match(line)
    )
    example["GENART_DATA_DIR"] = str(tmp_path)
    printed = [
        subprocess.run(
            [sys.executable, "-c", script], env=variables, cwd=ROOT, capture_output=True, text=True
        )
        for variables in (clean, clean | example)
    ]
    assert printed[0].returncode == 0, printed[0].stderr
    assert printed[0].stdout == printed[1].stdout


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PORT", "abc", "PORT must be a whole number, not 'abc'."),
        ("PORT", "70000", "PORT must be at least 1 and at most 65535, not 70000."),
        ("DEBUG", "perhaps", "DEBUG must be yes or no, not 'perhaps'."),
        ("GENART_MODE", "staging", "GENART_MODE must be one of development, production."),
        (
            "DATABASE_URL",
            "mysql://x",
            "DATABASE_URL must start with postgres://… or postgresql://…, not 'mysql://x'.",
        ),
        ("SECRET_KEY_FILE", "/nonexistent", "SECRET_KEY_FILE: cannot read /nonexistent: No such"),
    ],
)
def test_a_wrong_variable_stops_every_command_with_one_sentence(variable, value, sentence):
    done = subprocess.run(
        [sys.executable, "manage.py", "run_factory"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "genart.settings", variable: value},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_production_needs_a_secret(monkeypatch):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "genart.settings", "GENART_MODE": "production"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stderr == "SECRET_KEY must be set when GENART_MODE is production.\n"


def test_a_value_may_come_from_a_file(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("THING", "from the environment")
    assert env.text("THING") == "from a file"


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("THING", " ")
    assert env.text("THING", "default") == "default"
    assert env.flag("THING", True) is True
    assert env.number("THING", 7) == 7


def test_the_dotenv_file_gives_way_to_the_environment(tmp_path, monkeypatch):
    path: Path = tmp_path / ".env"
    path.write_text("# a comment\n\nFIRST='one two'\nSECOND=two\n")
    monkeypatch.delenv("FIRST", raising=False)
    monkeypatch.setenv("SECOND", "mine")
    env.load_dotenv(path)
    assert os.environ.pop("FIRST") == "one two"
    assert os.environ["SECOND"] == "mine"
    path.write_text("nonsense\n")
    with pytest.raises(ImproperlyConfigured, match=r"\.env, line 1: write NAME=value"):
        env.load_dotenv(path)


def test_names_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("THING", "a, b,,c ")
    assert env.names("THING") == ["a", "b", "c"]
