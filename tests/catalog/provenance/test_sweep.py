from datetime import timedelta

import dramatiq
import pytest
from django.utils import timezone

from catalog.models import Artwork, SignedFile, TextRevision
from catalog.services.licences import revise_licence
from catalog.services.sealing import seal_artwork
from catalog.tasks_provenance import sweep_seals, sweep_terms
from tests.catalog.provenance.pictures import textured
from tests.factories import make_artwork, make_licence

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(hours=1)


@pytest.fixture(autouse=True)
def queue():
    broker = dramatiq.get_broker()
    broker.flush_all()
    yield broker
    broker.flush_all()


@pytest.fixture
def licence():
    return make_licence()


@pytest.fixture
def work(licence):
    work = make_artwork(render_fields={"picture": textured(64, 64)})
    Artwork.objects.update(published_at=timezone.now() - LONG_AGO)
    TextRevision.objects.update(created_at=timezone.now() - LONG_AGO)
    return work


def rung(broker):
    """Return the ids of works that were rung for, and empty the queue."""
    messages = [dramatiq.Message.decode(raw) for raw in list(broker.queues["seal"].queue)]
    broker.flush_all()
    return [message.args[0] for message in messages if message.actor_name == "seal"]


def test_a_work_without_signed_files_is_found_until_it_has_them(work, queue):
    queue.flush_all()
    sweep_seals.fn()
    assert rung(queue) == [str(work.pk)]
    seal_artwork(artwork_id=work.pk)
    sweep_seals.fn()
    assert rung(queue) == []


def test_texts_that_changed_after_the_signature_are_found(work, queue):
    seal_artwork(artwork_id=work.pk)
    SignedFile.objects.update(signed_at=timezone.now() - 2 * LONG_AGO)
    queue.flush_all()
    sweep_seals.fn()
    assert rung(queue) == [str(work.pk)]


def test_terms_that_changed_are_found_until_the_files_name_them(work, licence, queue):
    seal_artwork(artwork_id=work.pk)
    queue.flush_all()
    sweep_terms.fn()
    assert rung(queue) == []
    revise_licence(licence=licence, text="Other terms.")
    sweep_terms.fn()
    assert rung(queue) == [str(work.pk)]
    assert seal_artwork(artwork_id=work.pk)
    sweep_terms.fn()
    assert rung(queue) == []
