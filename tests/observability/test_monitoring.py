"""The dashboard and the alert rules ask for figures that there are, and leave out none."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client

from genart.health import figures
from genart.observability import counters
from generation import metrics

FOLDER = Path(settings.BASE_DIR) / "deploy" / "monitoring"
NAME = re.compile(r"\bgenart_[a-z_]+")
ENDINGS = ("_bucket", "_count", "_sum", "_total")


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((FOLDER / "alerts.yml").read_text())
    return [rule for group in read["groups"] for rule in group["rules"]]


def queries() -> list[str]:
    """Return what the panels ask."""
    board = json.loads((FOLDER / "dashboard.json").read_text())
    targets = [target for panel in board["panels"] for target in panel.get("targets", [])]
    return [target["expr"] for target in targets]


def base(name: str) -> str:
    """Return a family's name without what the format adds."""
    return next((name[: -len(end)] for end in ENDINGS if name.endswith(end)), name)


def counted() -> set[str]:
    """Return the families that processes count."""
    return {base(family.name) for family in counters.own.collect()}


@pytest.fixture
def told(client: Client, db: None) -> set[str]:
    """Every family of /metrics."""
    metrics.forget()
    figures.forget()
    text = client.get("/metrics").content.decode()
    return {base(name) for name in re.findall(r"^# TYPE (\S+)", text, re.M)} | counted()


def test_every_figure_that_is_asked_for_exists(told: set[str]) -> None:
    asked = {base(name) for text in [*queries(), *(r["expr"] for r in rules())]
             for name in NAME.findall(text)}  # fmt: skip
    assert len(asked) > 25
    assert asked - told == set()


def test_everything_that_is_counted_is_on_the_dashboard() -> None:
    shown = {base(name) for text in queries() for name in NAME.findall(text)}
    assert counted() - shown == set()


def test_every_alert_says_what_is_wrong_how_bad_it_is_and_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) >= 15
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert rule["annotations"]["summary"].strip(), rule["alert"]
        assert rule["annotations"]["do"].strip().endswith("."), rule["alert"]


def test_panels_lie_beside_each_other_and_have_titles_of_their_own() -> None:
    board = json.loads((FOLDER / "dashboard.json").read_text())
    places = [panel["gridPos"] for panel in board["panels"]]
    cells = [
        (x, y)
        for place in places
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells)), "two panels overlap"
    assert max(x for x, _y in cells) < 24
    titles = [panel["title"] for panel in board["panels"]]
    assert len(titles) == len(set(titles))


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
def test_promtool_agrees() -> None:
    words = ["promtool", "check", "rules", str(FOLDER / "alerts.yml")]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
