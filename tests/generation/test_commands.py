"""The commands: commission a series, verify an image."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from generation import work
from generation.models import Job, Render, Style
from tests.generation.conftest import Submit
from tests.generation.specs import EXAMPLE, SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def spec_file(tmp_path: Path) -> Path:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(EXAMPLE))
    return path


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, no_color=True)
    return out.getvalue()


def test_a_series_is_commissioned(style: Style, admin_user: Any, spec_file: Path) -> None:
    said = run("commission", str(spec_file), "--count", "3")

    job = Job.objects.get()
    assert said == f"Desert mornings: 3 renders, job {job.pk}\n"
    assert (job.owner, job.renders.count()) == (admin_user, 3)


def test_an_owner_can_be_named(
    style: Style, admin_user: Any, curator: Any, spec_file: Path
) -> None:
    run("commission", str(spec_file), "--owner", "curator", "--lane", "archive")

    assert (Job.objects.get().owner, Job.objects.get().lane) == (curator, "archive")
    with pytest.raises(CommandError, match="no user nobody"):
        run("commission", str(spec_file), "--owner", "nobody")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            json.dumps(EXAMPLE | {"style": "cubism", "seed": 1}),
            "style: There is no active style cubism.\n",
        ),
        (
            json.dumps(EXAMPLE | {"size": {"width_px": 56}, "x": 1}),
            "size.width_px: Must be at least 64.\nx: There is no such field.\n",
        ),
        ("[]", "spec: Must be an object.\n"),
    ],
)
def test_faults_are_printed_with_their_place(
    style: Style, admin_user: Any, spec_file: Path, text: str, said: str
) -> None:
    spec_file.write_text(text)
    errors = io.StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("commission", str(spec_file), stderr=errors, no_color=True)

    assert (end.value.code, errors.getvalue()) == (2, said)
    assert Job.objects.count() == 0


def test_what_is_no_json_or_no_file_is_said(admin_user: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")

    for name, sentence in [("broken.json", "this is not JSON"), ("none.json", "No such file")]:
        with pytest.raises(CommandError, match=sentence) as refusal:
            run("commission", str(tmp_path / name))
        assert refusal.value.returncode == 2


def test_waiting_shows_progress_and_where_each_render_went(
    style: Style, admin_user: Any, submit: Submit, spec_file: Path, monkeypatch: Any
) -> None:
    def work_meanwhile(_seconds: float) -> None:
        Render.objects.filter(index__lt=2).update(state="failed", error="It broke.")
        Render.objects.filter(index__gte=2).update(state="cancelled")

    monkeypatch.setattr("generation.management.commands.commission.time.sleep", work_meanwhile)
    spec_file.write_text(json.dumps(SMALL | {"count": 4}))

    lines = run("commission", str(spec_file), "--wait").splitlines()

    seed = Render.objects.get(index=0).seed
    assert lines[1] == f"[{'.' * 32}] 0/4 queued"
    assert lines[2] == f"[{'#' * 32}] 4/4 done"
    assert lines[3] == f"#1   seed {seed:<16} failed: It broke."
    assert lines[6].endswith("cancelled")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("engine_of_the_test", "tiny_style")
def test_both_lanes_can_be_verified(submit: Submit) -> None:
    batched, archived = submit(count=2), submit(lane="archive")
    work.work_until_empty()

    for render in Render.objects.filter(job__in=[batched, archived]):
        assert run("verify_render", str(render.pk)) == f"Equal to the byte: {render.sha256}\n"

    forged = archived.renders.get()
    Render.objects.filter(pk=forged.pk).update(prompt="another picture", guidance=9)
    with pytest.raises(SystemExit):
        run("verify_render", str(forged.pk))


def test_what_cannot_be_verified_is_said(submit: Submit) -> None:
    render = submit().renders.get()

    with pytest.raises(CommandError, match="is queued: it has no picture"):
        run("verify_render", str(render.pk))
    with pytest.raises(CommandError, match="There is no render"):
        run("verify_render", "00000000-0000-0000-0000-000000000000")
