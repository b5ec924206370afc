"""A backup holds one moment, and brings exactly that back; a damaged one changes nothing."""

import json
import threading
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

from genart.backup.files import Damaged, check_sums
from genart.backup.restoring import restore
from genart.backup.saving import save
from genart.lib.errors import StateConflict
from generation.models import Job
from tests.factories import make_job, make_render, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of a database with two renders, while nobody works."""
    make_render(), make_render()
    save(tmp_path / "backup")
    return tmp_path / "backup"


def bring_back(folder: Path, *, replace: bool = True) -> None:
    connection.close()
    restore(folder, replace=replace)


def test_what_was_there_comes_back_and_what_came_later_is_gone(backup: Path) -> None:
    before = {job.pk: job.title for job in Job.objects.all()}
    hashes = sorted(Job.objects.values_list("renders__sha256", flat=True))
    names = list(Job.objects.values_list("renders__file", flat=True))
    make_job()
    for name in names:
        storages["originals"].delete(name)

    bring_back(backup)

    assert {job.pk: job.title for job in Job.objects.all()} == before
    assert sorted(Job.objects.values_list("renders__sha256", flat=True)) == hashes
    assert all(storages["originals"].exists(name) for name in names)


def test_rows_can_be_added_afterwards(backup: Path) -> None:
    bring_back(backup)

    make_user()
    assert make_render().pk


def test_the_sums_are_those_of_sha256sum(backup: Path) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())

    assert manifest["rows"]["generation_render"] == 2
    assert check_sums(backup) == manifest["files"] + 2


def test_a_file_that_changed_is_named_and_nothing_is_restored(backup: Path) -> None:
    [first, *_rest] = (backup / "files" / "originals").rglob("*.png")
    first.write_bytes(b"another")
    extra = make_job()

    with pytest.raises(Damaged, match=first.name):
        bring_back(backup)

    assert Job.objects.filter(pk=extra.pk).exists()


def test_a_missing_file_is_named(backup: Path) -> None:
    (backup / "database.dump").unlink()

    with pytest.raises(Damaged, match=r"database\.dump is missing"):
        bring_back(backup)


def test_a_dump_that_cannot_be_read_leaves_the_database_as_it_was(backup: Path) -> None:
    from genart.backup.files import SUMS, sha256_of
    from genart.backup.programs import ProgramFailed

    dump = backup / "database.dump"
    whole = sha256_of(dump)
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    sums = backup / SUMS
    sums.write_text(sums.read_text().replace(whole, sha256_of(dump)))
    jobs = Job.objects.count()

    with pytest.raises(ProgramFailed):
        bring_back(backup)

    assert Job.objects.count() == jobs


def test_work_is_not_overwritten_by_accident(backup: Path) -> None:
    with pytest.raises(StateConflict, match="--replace"):
        bring_back(backup, replace=False)


def test_nothing_is_restored_under_somebodys_feet(backup: Path) -> None:
    import psycopg

    from genart.backup.saving import parameters_of_connection

    with (
        psycopg.connect(**parameters_of_connection()),
        pytest.raises(StateConflict, match="other connections"),
    ):
        bring_back(backup)


def test_a_backup_under_load_is_of_one_moment(tmp_path: Path) -> None:
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            make_render()
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        manifest = save(tmp_path / "backup")
    finally:
        over.set()
        worker.join()
    bring_back(tmp_path / "backup")

    assert Job.objects.count() == manifest["rows"]["generation_job"]
    for name in Job.objects.values_list("renders__file", flat=True):
        assert name is None or storages["originals"].exists(name)


def test_the_folder_must_be_new(tmp_path: Path) -> None:
    with pytest.raises(StateConflict, match="exists already"):
        save(tmp_path)


def test_a_broken_off_backup_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storages["originals"].save("a.txt", ContentFile(b"a"))

    def fail(_folder: Path) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("genart.backup.files.copy_out", fail)
    with pytest.raises(OSError, match="disk"):
        save(tmp_path / "backup")

    assert list(tmp_path.iterdir()) == []
