"""The command that asks whether all is well: silent where it is, loud where it is not."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from genart.retention.services.sweeping import sweep_storage
from tests.factories import make_render

pytestmark = pytest.mark.django_db


def check(capsys, *words: str) -> str:
    call_command("check_integrity", "--patience-minutes", "0", *words)
    return capsys.readouterr().out


def test_a_sound_factory_breaks_nothing(capsys):
    assert "Nothing breaks any" in check(capsys)
    assert "any of 1 rules" in check(capsys, "--only", "file.missing")


def test_a_lost_file_is_named_and_the_command_fails(capsys):
    render = make_render()
    storages["originals"].delete(render.file)

    with pytest.raises(CommandError, match="not as they must be"):
        check(capsys)
    assert f"originals {render.file}" in capsys.readouterr().out
    assert "Nothing" in check(capsys, "--no-files", "--only", "file.missing")


def test_a_changed_file_is_found_by_a_deep_look_alone(capsys):
    render = make_render()
    with open(storages["originals"].path(render.file), "ab") as file:
        file.write(b"more")

    assert "Nothing breaks" in check(capsys, "--only", "file.changed")
    with pytest.raises(CommandError):
        check(capsys, "--only", "file.changed", "--deep")


def test_files_that_the_sweep_knows_of_are_no_alarm(capsys):
    storages["originals"].save("renders/aa/nobody.png", ContentFile(b"x"))
    with pytest.raises(CommandError):
        check(capsys, "--only", "file.orphaned")

    sweep_storage(now=timezone.now() + timedelta(seconds=1))

    assert "1 files of nobody" in check(capsys, "--only", "file.orphaned")
