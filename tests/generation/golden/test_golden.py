"""Golden prompts: rendered with both versions, compared, promoted, rolled back; never sold."""

import threading
from typing import Any

import pytest
from django.db import connection

from genart.lib.errors import StateConflict
from generation import work
from generation.golden.comparing import compared, summary
from generation.golden.deciding import promote, refuse, roll_back
from generation.golden.rendering import start_run
from generation.golden.settling import settle_run
from generation.golden.tasks import sweep_golden
from generation.models import Checkpoint, GoldenPrompt, GoldenRun, Job, Render, Style
from generation.styles import next_version
from tests.factories import make_picture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engine_of_the_test"),
]


def proved(candidate: Checkpoint, by: Any) -> GoldenRun:
    """Render and compare a version's golden prompts."""
    run = start_run(checkpoint_id=candidate.pk, by=by)
    work.work_until_empty()
    assert settle_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def test_both_versions_are_rendered_and_compared(
    current: Checkpoint, candidate: Checkpoint, curator: Any
) -> None:
    assert (candidate.is_current, candidate.is_active) == (False, False)
    run = start_run(checkpoint_id=candidate.pk, by=curator)
    assert settle_run(run_id=run.pk) is False, "nothing is rendered yet"

    run = proved(candidate, curator)

    assert (run.state, run.baseline, run.reason) == ("compared", current, "")
    assert Job.objects.filter(purpose="golden", golden_run=run).count() == 4
    first, second = run.figures["pairs"]
    assert (first["prompt"], second["prompt"]) == ("Seed 1", "Seed 2")
    new, old = (Render.objects.get(pk=first[name]) for name in ("new", "old"))
    assert (new.checkpoint, old.checkpoint) == (candidate, current)
    assert (new.seed, new.prompt) == (old.seed, old.prompt)
    assert new.fingerprint["weights_sha256"] == candidate.sha256 != current.sha256
    assert first["figures"]["pixels"] > 0
    assert run.figures["worst"]["pixels"] == max(
        pair["figures"]["pixels"] for pair in (first, second)
    )
    assert settle_run(run_id=run.pk) is False


def test_promoted_styles_use_it_and_rolled_back_they_return(
    style: Style, current: Checkpoint, candidate: Checkpoint, curator: Any
) -> None:
    run = proved(candidate, curator)
    before = Style.objects.get(slug="tiny").current_version
    other = Style.objects.get(slug="boho-arches")

    promote(run_id=run.pk, by=curator)
    promote(run_id=run.pk, by=curator)

    style.refresh_from_db()
    assert style.current_version.checkpoint == candidate
    assert (style.current_version.number, style.current_version.created_by) == (2, curator)
    current.refresh_from_db()
    candidate.refresh_from_db()
    assert (current.is_current, candidate.is_current, candidate.is_active) == (False, True, True)
    run.refresh_from_db()
    assert run.figures["styles"]["tiny"] == [before.pk, style.current_version_id]
    assert (run.state, run.decided_by) == ("promoted", curator)
    other.refresh_from_db()
    next_version(other, steps=7)  # changed after the promotion

    roll_back(run_id=run.pk, by=curator, reason="Edges are soft.")
    roll_back(run_id=run.pk, by=curator)

    style.refresh_from_db()
    other.refresh_from_db()
    assert style.current_version == before
    assert (other.current_version.checkpoint, other.current_version.steps) == (current, 7)
    current.refresh_from_db()
    candidate.refresh_from_db()
    assert (current.is_current, candidate.is_current, candidate.is_active) == (True, False, False)
    run.refresh_from_db()
    assert (run.state, run.reason) == ("rolled-back", "Edges are soft.")


def test_only_what_was_compared_is_promoted(
    current: Checkpoint, candidate: Checkpoint, curator: Any
) -> None:
    run = start_run(checkpoint_id=candidate.pk, by=curator)

    with pytest.raises(StateConflict, match="being rendered: only a compared one"):
        promote(run_id=run.pk, by=curator)
    with pytest.raises(StateConflict, match="Only a version that became current"):
        roll_back(run_id=run.pk, by=curator)
    assert start_run(checkpoint_id=candidate.pk, by=curator) == run


def test_what_may_not_be_sold_never_becomes_current(
    current: Checkpoint, candidate: Checkpoint, curator: Any
) -> None:
    Checkpoint.objects.filter(pk=candidate.pk).update(
        parts=[{"role": "autoencoder", "name": "Fine", "licence": "CC-BY-NC-4.0"}]
    )
    run = proved(candidate, curator)

    with pytest.raises(StateConflict, match=r"Fine \(autoencoder of Tiny\) is licensed CC-BY-NC"):
        promote(run_id=run.pk, by=curator)
    refuse(run_id=run.pk, by=curator, reason="Licence.")
    assert GoldenRun.objects.get(pk=run.pk).state == "refused"


def test_a_version_that_cannot_render_fails_with_the_reason(
    current: Checkpoint, candidate: Checkpoint, curator: Any
) -> None:
    Checkpoint.objects.filter(pk=candidate.pk).update(sha256="0" * 64)

    run = proved(candidate, curator)

    assert run.state == "failed"
    assert "Restore the files" in run.reason


def test_an_older_version_whose_files_are_gone_is_left_out(
    current: Checkpoint, candidate: Checkpoint, curator: Any
) -> None:
    Checkpoint.objects.filter(pk=current.pk).update(location="/gone")

    run = proved(candidate, curator)

    assert run.state == "compared"
    assert run.reason == "2 pictures of Tiny could not be made: look at the new ones."
    assert [pair["old"] for pair in run.figures["pairs"]] == ["", ""]


def test_a_prompt_that_asks_for_the_impossible_ends_the_run(
    current: Checkpoint, candidate: Checkpoint, curator: Any
) -> None:
    GoldenPrompt.objects.create(line="tiny", spec={"style": "gone", "subject": "x"})

    run = start_run(checkpoint_id=candidate.pk, by=curator)

    assert (run.state, Job.objects.count()) == ("failed", 0)
    assert run.reason


def test_the_sweep_goes_the_whole_way(
    current: Checkpoint, candidate: Checkpoint, curator: Any
) -> None:
    sweep_golden.fn()
    sweep_golden.fn()
    assert GoldenRun.objects.get().state == "rendering"
    work.work_until_empty()

    sweep_golden.fn()

    assert GoldenRun.objects.get().state == "compared"


def test_golden_pictures_are_never_judged_or_sold(
    current: Checkpoint, candidate: Checkpoint, curator: Any
) -> None:
    from catalog.models import Artwork
    from curation import tasks as judging
    from curation.models import Candidate
    from curation.services import admit_render

    proved(candidate, curator)
    renders = Render.objects.filter(job__purpose="golden", state="rendered")
    assert renders.count() == 4
    for render in renders:
        admit_render(render_id=render.pk)
    judging.sweep_unscored.fn()

    assert Candidate.objects.count() == 0
    assert Artwork.objects.count() == 0


def test_of_two_promoted_at_once_one_is_current_and_the_other_is_told(
    style: Style, current: Checkpoint, curator: Any
) -> None:
    runs = []
    for number in (2, 3):
        version = Checkpoint.objects.create(
            slug=f"tiny-{number}", name=f"Tiny {number}", line="tiny", number=number, family="sd",
            licence="MIT", allows_commercial_use=True, is_current=False, is_active=False,
        )  # fmt: skip
        runs.append(
            GoldenRun.objects.create(checkpoint=version, baseline=current, state="compared")
        )
    said: list[str] = []

    def one(run: GoldenRun) -> None:
        try:
            promote(run_id=run.pk, by=curator)
            said.append("promoted")
        except StateConflict as error:
            said.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [conflict] = [word for word in said if word != "promoted"]
    assert "became current since: render the golden prompts anew" in conflict
    [winner] = Checkpoint.objects.filter(line="tiny", is_current=True)
    style.refresh_from_db()
    assert style.current_version.checkpoint == winner
    assert style.versions.count() == 2


def test_figures_are_nought_for_equal_pictures_and_grow() -> None:
    one, two = make_picture(seed=1), make_picture(seed=2, colors=("#000000", "#FFFFFF"))

    same, other = compared(one, one), compared(one, two)

    assert (same["pixels"], same["palette"]) == (0, 0)
    assert same["likeness"] == pytest.approx(1, abs=1e-3)
    assert other["pixels"] > 0.1 < other["palette"]
    assert other["likeness"] < 0.99
    assert summary([same, other]) == other
    assert summary([]) == {}
