import hashlib
import io
import json
import threading

import pytest
from django.core.files.storage import storages
from django.db import connections
from PIL import Image

from catalog.models import SignedFile
from catalog.provenance.reading import State, read_manifest
from catalog.services.sealing import seal_artwork
from tests.catalog.provenance.pictures import textured
from tests.factories import make_artwork, make_licence

pytestmark = pytest.mark.django_db


@pytest.fixture
def work():
    make_licence("personal", 900)
    return make_artwork(render_fields={"picture": textured(512, 384)})


def files_of(work, kind):
    return list(SignedFile.objects.filter(artwork=work, kind=kind))


def test_every_served_file_validates_and_is_ours(work):
    assert seal_artwork(artwork_id=work.pk)
    work.refresh_from_db()
    named = [name for names in work.derivatives.values() for name in names.values()]
    rows = files_of(work, "derivative")
    assert sorted(named) == sorted(row.name for row in rows)
    assert len(rows) == 4
    for row in rows + files_of(work, "original"):
        data = storages[row.storage].open(row.name).read()
        assert hashlib.sha256(data).hexdigest() == row.sha256
        reading = read_manifest(data, f"image/{row.name.rpartition('.')[2]}")
        assert reading.state is State.OURS
        assert reading.label == row.manifest_label
        assert reading.says_generated
        assert not reading.is_listed


def test_the_judged_original_is_not_touched(work):
    before = storages["originals"].open(work.original).read()
    seal_artwork(artwork_id=work.pk)
    assert storages["originals"].open(work.original).read() == before
    [master] = files_of(work, "original")
    signed = Image.open(io.BytesIO(storages["originals"].open(master.name).read()))
    assert signed.tobytes() == Image.open(io.BytesIO(before)).tobytes()


def test_sealing_twice_does_nothing(work):
    assert seal_artwork(artwork_id=work.pk)
    count = SignedFile.objects.count()
    assert not seal_artwork(artwork_id=work.pk)
    assert SignedFile.objects.count() == count


def test_new_texts_make_new_files_of_the_same_pixels(work):
    seal_artwork(artwork_id=work.pk)
    work.refresh_from_db()
    before = {row.name: row.pixels_sha256 for row in files_of(work, "derivative")}
    old = work.derivatives
    work.title = "Ünother <title> & more"
    work.save()
    assert seal_artwork(artwork_id=work.pk)
    work.refresh_from_db()
    assert work.derivatives != old
    assert storages["default"].exists(old["webp"]["320"])
    for row in files_of(work, "derivative"):
        assert row.pixels_sha256 in before.values()
    data = storages["default"].open(work.derivatives["avif"]["320"]).read()
    assert "Ünother &lt;title&gt; &amp; more".encode() in data
    assert read_manifest(data, "image/avif").state is State.OURS


def test_the_manifest_tells_spec_models_and_decision(work):
    seal_artwork(artwork_id=work.pk)
    [master] = files_of(work, "original")
    data = storages["originals"].open(master.name).read()
    reading = read_manifest(data, "image/png")
    ids = {entry["instance_id"] for entry in reading.ingredients}
    assert f"sha256:{work.render.job.spec_hash}" in ids
    assert len(ids) == 2
    origin = reading.assertions["org.genart.origin"]
    assert origin["original_sha256"] == work.sha256
    assert origin["decision"]["number"] == work.decision_id
    assert "cawg.training-mining" in reading.assertions
    assert work.decided_by not in json.dumps(reading.assertions) or "gate:" in work.decided_by


def test_texts_that_come_back_do_not_change_a_file_that_was_served(work):
    seal_artwork(artwork_id=work.pk)
    first = {row.name: row.sha256 for row in SignedFile.objects.all()}
    title = work.title
    for said in ("Another", title):
        type(work).objects.filter(pk=work.pk).update(title=said)
        assert seal_artwork(artwork_id=work.pk)
    now = {row.name: row.sha256 for row in SignedFile.objects.all()}
    assert first.items() <= now.items()
    assert len(now) == 3 * len(first)


def test_a_lost_preview_is_made_again(work):
    seal_artwork(artwork_id=work.pk)
    work.refresh_from_db()
    storages["default"].delete(work.derivatives["webp"]["320"])
    assert seal_artwork(artwork_id=work.pk, anew=True)
    work.refresh_from_db()
    assert storages["default"].exists(work.derivatives["webp"]["320"])


@pytest.mark.django_db(transaction=True)
def test_two_that_sign_at_once_leave_rows_that_fit_the_files(work):
    start = threading.Barrier(3)

    def run():
        start.wait()
        seal_artwork(artwork_id=work.pk)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SignedFile.objects.count() == 5
    for row in SignedFile.objects.all():
        data = storages[row.storage].open(row.name).read()
        assert hashlib.sha256(data).hexdigest() == row.sha256
