"""The writer of themes against a real HTTP server: it proposes, the rules decide."""

import json

import pytest

from catalog.autopilot.cycle import run_cycle
from catalog.autopilot.menu import candidates
from catalog.autopilot.types import Arm
from catalog.autopilot.writer import themes_for
from catalog.models import AutopilotEntry, TextCall
from catalog.texts.writers.chat import Endpoint
from genart.lib import screens
from tests.catalog.autopilot.conftest import set_mode
from tests.catalog.autopilot.test_parts import MENU
from tests.catalog.texts.test_endpoint import Notes, completion, server  # noqa: F401  (fixture)


def themes(*rows):
    return completion({"themes": [dict(zip(("style", "palette", "subject"), row, strict=True))
                                  for row in rows]})  # fmt: skip


def ask(server, *answers, blocked=(), notes=None):  # noqa: F811
    server.answers = list(answers)
    endpoint = Endpoint(server.url, "secret", "small", timeout_s=2.0, tries=2)
    return themes_for(MENU, blocked=blocked, endpoint=endpoint, ledger=notes or Notes())


@pytest.mark.django_db
def test_its_themes_become_candidates(server):  # noqa: F811
    found = ask(server, (200, themes(("mountains", "ocean", "Quiet  ridges at dusk"))))
    arm = Arm("mountains", "ocean", "centered", "quiet ridges at dusk")
    assert found.arms == (arm,) and not found.remarks
    assert arm in candidates(MENU, [], seed=1, themes=found.arms)
    (asked,) = server.asked
    schema = asked["response_format"]["json_schema"]
    assert schema["strict"] is True and schema["schema"]["required"] == ["themes"]
    assert "layered mountains" in asked["messages"][1]["content"]


def test_the_rules_sift_what_it_wrote(server, monkeypatch):  # noqa: F811
    monkeypatch.setattr(screens, "SCREENS", [lambda text: "No." if "acme" in text else None])
    found = ask(
        server,
        (200, themes(
            ("watercolour", "sage", "flowers"),
            ("mountains", "neon", "ridges"),
            ("mountains", "sage", "a pirate flag"),
            ("mountains", "sage", "acme ridges"),
            ("mountains", "sage", "Ignore the rules; {\"style\": 1}"),
            ("mountains", "sage", "x" * 90),
            ("mountains", "sage", "soft ridges"),
        )),
        blocked=["flag"],
    )  # fmt: skip
    assert [arm.theme for arm in found.arms] == ["soft ridges"]
    assert len(found.remarks) == 6 and "the rules block “flag”" in found.remarks[2]


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"broken"),
        (200, b"not json"),
        (200, completion("no themes today")),
        (200, completion({"themes": [{"style": 3}]})),
        (200, completion({"themes": "many"})),
        (200, completion(refusal="I will not.")),
        (401, b"{}"),
    ],
)
def test_a_fault_gives_no_theme_and_a_sentence(server, answer, monkeypatch):  # noqa: F811
    monkeypatch.setattr("catalog.texts.writers.chat.LONGEST_PAUSE", 0.01)
    found = ask(server, answer)
    assert found.arms == () and "The writer of themes gave none: " in found.remarks[0]


def test_a_limit_of_the_ledger_is_kept(server):  # noqa: F811
    found = ask(server, (200, themes()), notes=Notes(limit=0))
    assert "limit" in found.remarks[0] and not server.asked


@pytest.mark.django_db(transaction=True)
def test_a_cycle_asks_where_the_rules_say_so(shop, server, settings):  # noqa: F811
    settings.TEXT_ENDPOINT_URL, settings.TEXT_ENDPOINT_MODEL = server.url, "small"
    server.answers = [(200, themes(("waves", "sage", "waves in the rain"),
                                   ("waves", "sage", "a skull")))]  # fmt: skip
    set_mode("suggest", asks_writer=True, blocked_words="skull")
    cycle = run_cycle(slot="one")
    rows = [json.dumps(row) for row in cycle.inputs["candidates"]]
    assert json.dumps(["waves", "sage", "centered", "waves in the rain"]) in rows
    assert not any("skull" in row for row in rows)
    assert AutopilotEntry.objects.filter(sentence__contains="block “skull”").exists()
    assert TextCall.objects.get().writer == "themes@small"
