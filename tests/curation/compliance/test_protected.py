"""Protected works: nothing new may come near to them."""

import io

import pytest
from PIL import Image

from curation import fingerprint
from curation.compliance.contract import Subject
from curation.compliance.protected import ProtectedWorkDetector
from curation.models import Candidate, ProtectedWork
from curation.services.marks import add_protected_work
from tests.factories import make_picture, make_render, png_bytes


@pytest.fixture
def work(db):
    picture = make_picture(300, 300, seed=5)
    return add_protected_work(
        title="Harbour", holder="A. Painter", image=io.BytesIO(png_bytes(picture))
    )


def inspected(picture):
    subject = Subject(picture, make_render(), None, fingerprint.picture_signature(picture))
    return ProtectedWorkDetector().inspect(subject)


def test_the_work_itself_is_refused_also_mirrored(work):
    picture = make_picture(300, 300, seed=5).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    (finding,) = inspected(picture)
    assert finding.severity == "block" and finding.kind == "protected"
    assert finding.message == "It is the protected work “Harbour” by A. Painter, mirrored."
    assert finding.evidence["work"] == work.pk


def test_other_pictures_are_clear(work):
    assert inspected(make_picture(300, 300, seed=6)) == []


def test_an_inactive_work_is_not_compared(work):
    ProtectedWork.objects.update(is_active=False)
    picture = make_picture(300, 300, seed=5)
    assert inspected(picture) == []
    assert ProtectedWorkDetector().skips(Subject(picture, make_render())) == "None is registered."


def test_a_picture_like_it_is_not_published(work, gate, judged):
    assert judged(make_picture(300, 300, seed=5)).state == Candidate.State.REJECTED
