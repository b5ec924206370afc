"""Scoring again adds rows, replaces none, and leaves every decision as it stands."""

import pytest
from django.core.management import CommandError, call_command

from curation import services
from curation.models import Candidate, Decision, Score
from curation.scorers import SCORERS
from genart.lib.errors import InvalidInput
from tests.curation.conftest import arches
from tests.factories import make_style


def standing():
    return (
        list(Candidate.objects.order_by("pk").values_list("pk", "state", "reasons", "decided_at")),
        Decision.objects.count(),
    )


def test_a_new_version_adds_a_row_and_changes_nothing_else(judged, gate, monkeypatch):
    candidate = judged()
    before, rows = standing(), list(candidate.scores.order_by("pk").values())
    monkeypatch.setattr(SCORERS["sharpness"], "version", "99", raising=False)

    done = services.rescore()

    assert done.pictures == 1
    assert done.rows == 1
    assert list(candidate.scores.order_by("pk").values())[: len(rows)] == rows
    assert candidate.scores.filter(scorer="sharpness").count() == 2
    assert standing() == before


def test_only_what_is_asked_for_is_measured(judged, gate, monkeypatch):
    own, other = make_style(), make_style()
    first, second = judged(style=own), judged(arches(shift=15), style=other)
    for name in ("sharpness", "contrast"):
        monkeypatch.setattr(SCORERS[name], "version", "99", raising=False)

    assert services.rescore(style=own.slug, scorers=["contrast"]).rows == 1

    added = Score.objects.filter(version="99")
    assert [(row.candidate, row.scorer) for row in added] == [(first, "contrast")]
    assert services.rescore(candidates=[second.pk], scorers=["sharpness"]).rows == 1
    assert services.rescore(brand="house", scorers=["sharpness"]).rows == 1


def test_it_may_run_twice(judged, gate, monkeypatch):
    judged()
    monkeypatch.setattr(SCORERS["sharpness"], "version", "99", raising=False)
    services.rescore(scorers=["sharpness"])
    assert services.rescore(scorers=["sharpness"]) == (0, 0)


def test_batches_go_on_where_the_last_ended(judged, gate, monkeypatch):
    for shift in (0, 12, -12):
        judged(arches(shift=shift))
    monkeypatch.setattr(SCORERS["sharpness"], "version", "99", raising=False)
    monkeypatch.setattr("curation.services.rescoring.BATCH", 2)
    reached = services.rescore_batch(scorers=["sharpness"])
    assert Score.objects.filter(version="99").count() == 2
    reached = services.rescore_batch(scorers=["sharpness"], after=reached)
    assert Score.objects.filter(version="99").count() == 3
    assert services.rescore_batch(scorers=["sharpness"], after=reached) is None


@pytest.mark.parametrize("wrong", [{"scorers": ["beauty"]}, {"style": "none"}, {"brand": "none"}])
def test_what_is_unknown_is_refused(db, wrong):
    with pytest.raises(InvalidInput):
        services.rescore(**wrong)
    with pytest.raises(InvalidInput):
        services.rescore_later(**wrong)


def test_the_command_says_what_it_did(judged, gate, monkeypatch, capsys):
    judged()
    monkeypatch.setattr(SCORERS["sharpness"], "version", "99", raising=False)
    call_command("rescore", "--scorer", "sharpness")
    assert "1 pictures measured, 1 scores added." in capsys.readouterr().out
    with pytest.raises(CommandError, match="no scorer beauty"):
        call_command("rescore", "--scorer", "beauty")
