"""What was bought exclusively is never offered again, and neither is what only varies it."""

import pytest
from PIL import Image, ImageEnhance

from catalog import services
from catalog.models import Artwork
from curation import services as curation
from curation.models import Candidate, Flag, ProtectedWork
from genart import workflow
from tests.catalog.money.conftest import event_for, order_of
from tests.factories import make_artwork, make_licence, make_picture, make_render, make_user


@pytest.fixture
def bought(drain):
    make_licence("exclusive", 99_000, is_exclusive=True)
    work = make_artwork(render_fields={"picture": make_picture(300, 300, seed=5)})
    services.settle_payment(event=event_for(order_of(make_user(), work, licence="exclusive")))
    drain()
    return Artwork.objects.get(pk=work.pk)


def judged(picture):
    render = make_render(picture=picture)
    curation.admit_render(render_id=render.pk)
    curation.score_pending()
    return Candidate.objects.get(render=render)


def test_a_near_duplicate_of_a_bought_work_is_held(bought):
    assert bought.withdrawn_by == "buyer"
    assert ProtectedWork.objects.get().title == bought.title
    mirrored = make_picture(300, 300, seed=5).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    cropped = make_picture(300, 300, seed=5).crop((20, 20, 285, 285)).resize((300, 300))
    for picture in (mirrored, ImageEnhance.Brightness(cropped).enhance(1.08)):
        candidate = judged(picture)
        assert candidate.state != Candidate.State.APPROVED
        found = Flag.objects.filter(candidate=candidate, kind=Flag.Kind.PROTECTED)
        assert bought.title in found.get().message
    other = judged(make_picture(300, 300, seed=6))
    assert not Flag.objects.filter(candidate=other, kind=Flag.Kind.PROTECTED).exists()


def test_what_was_not_heard_at_the_time_is_found_by_the_sweep(bought, drain):
    ProtectedWork.objects.all().delete()
    workflow.sweep()
    drain()
    workflow.sweep()
    drain()
    assert ProtectedWork.objects.count() == 1
