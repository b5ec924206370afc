"""The storage sweep takes what belongs to nothing, late and in two steps, and nothing else."""

import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.utils import timezone

from genart.integrity.naming import named_in
from genart.retention.models import Forgotten, Leftover
from genart.retention.services.sweeping import sweep_storage
from generation.models import Render
from tests.factories import make_artwork, make_render

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER = NOW + timedelta(days=31)
LATEST = LATER + timedelta(days=8)


def put(alias: str, name: str, data: bytes = b"bytes") -> str:
    stored = storages[alias].save(name, ContentFile(data))
    age(alias, stored)
    return stored


def age(alias: str, name: str, days: int = 60) -> None:
    """Let a file look as if it was written long ago."""
    old = (NOW - timedelta(days=days)).timestamp()
    os.utime(storages[alias].path(name), (old, old))


def test_a_file_of_nobody_is_noticed_then_parked_then_deleted():
    name = put("originals", "renders/aa/nobody.png")

    first = sweep_storage(now=NOW)
    assert first.noticed == [f"originals {name}"] and storages["originals"].exists(name)

    second = sweep_storage(now=LATER)
    assert second.parked == [f"originals {name}"] and not second.noticed
    assert not storages["originals"].exists(name)
    assert storages["originals"].exists(f".swept/originals/{name}")

    third = sweep_storage(now=LATEST)
    assert third.deleted == [f"originals {name}"] and third.bytes == 5
    assert not storages["originals"].exists(f".swept/originals/{name}")
    assert not Leftover.objects.exists()
    assert Forgotten.objects.get().files == 1


def test_what_a_row_names_is_never_touched():
    work = make_artwork()
    make_render()
    named = {alias: named_in(alias) for alias in ("originals", "default")}
    for alias, found in named.items():
        for name in found:
            age(alias, name)

    for moment in (NOW, LATER, LATEST):
        report = sweep_storage(now=moment)
        assert report.noticed == report.parked == report.deleted == []

    assert all(storages[alias].exists(name) for alias in named for name in named[alias])
    assert work.original in named["originals"] and named["default"]


def test_a_file_that_is_named_after_all_is_put_back_with_its_bytes():
    render = make_render(state="failed")
    name = put("originals", f"renders/{str(render.pk)[:2]}/{render.pk}.png", b"picture")
    sweep_storage(now=NOW)
    sweep_storage(now=LATER)
    assert not storages["originals"].exists(name)

    Render.objects.filter(pk=render.pk).update(state="rendered", file=name, sha256="0" * 64)
    report = sweep_storage(now=LATEST)

    assert report.put_back == [f"originals {name}"] and not report.deleted
    with storages["originals"].open(name) as file:
        assert file.read() == b"picture"
    assert not Leftover.objects.exists()


def test_a_file_written_again_is_young_again():
    name = put("default", "art/x/320-abc.webp")
    sweep_storage(now=NOW)
    age("default", name, days=-30)

    assert sweep_storage(now=LATER).parked == []
    assert storages["default"].exists(name)


def test_a_render_that_goes_on_keeps_what_its_last_try_left():
    going, over = make_render(state="queued"), make_render(state="cancelled")
    kept = put("originals", f"renders/{str(going.pk)[:2]}/{going.pk}.png")
    left = put("originals", f"renders/{str(over.pk)[:2]}/{over.pk}.png")

    assert sweep_storage(now=NOW).noticed == [f"originals {left}"]
    sweep_storage(now=LATER)

    assert storages["originals"].exists(kept) and not storages["originals"].exists(left)


def test_files_in_folders_of_others_are_told_of_and_left_alone():
    name = put("originals", "somebody-elses/notes.txt")

    for moment in (NOW, LATER, LATEST):
        assert sweep_storage(now=moment).foreign == [f"originals {name}"]
    assert storages["originals"].exists(name)


def test_a_dry_run_changes_nothing():
    name = put("originals", "signed/x/1.png")
    out = StringIO()

    call_command("sweep_storage", "--dry-run", stdout=out)

    assert f"originals {name}: noticed" in out.getvalue()
    assert not Leftover.objects.exists() and storages["originals"].exists(name)


def test_a_sweep_that_was_cut_off_while_parking_goes_on():
    name = put("originals", "renders/aa/nobody.png")
    sweep_storage(now=NOW)
    Leftover.objects.update(parked_at=LATER)  # the row was written, the move was not done

    sweep_storage(now=LATEST)
    assert storages["originals"].exists(name) and not Leftover.objects.filter(name=name).exists()
    assert sweep_storage(now=LATEST).noticed == [f"originals {name}"]
