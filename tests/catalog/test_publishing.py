import io
import threading

import numpy as np
import pytest
from django.core.files.storage import storages
from django.db import connection, connections
from PIL import Image

from catalog import queries
from catalog.derivatives import DIGITAL_SOURCE_TYPE, put_whole, widths_for
from catalog.listing import Listing
from catalog.models import Artwork, ArtworkEmbedding, ArtworkStats, Collection
from catalog.services import edit_artwork, publish_artwork, restore_artwork, withdraw_artwork
from catalog.shelf import Shelf
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from tests.factories import make_approval, make_artwork, make_job, make_picture, make_render

pytestmark = pytest.mark.django_db


def test_a_listing_is_whole():
    job = make_job(title="Desert mornings", collection="desert-mornings")
    render = make_render(job=job)
    approval = make_approval(render)
    artwork = publish_artwork(approval=approval)
    artwork.refresh_from_db()
    assert artwork.sha256 == render.sha256
    assert "Made by the house model at 64 × 64 pixels" in artwork.description
    assert artwork.collection.title == "Desert mornings"
    assert artwork.color_names == ["beige", "red", "brown"] or artwork.color_names
    assert artwork.decision_id == approval.decision_id
    assert artwork.search
    assert ArtworkStats.objects.get(pk=artwork.pk).popularity == 0
    stored = ArtworkEmbedding.objects.get(pk=artwork.pk).vector
    assert np.allclose(stored, approval.embedding, atol=1e-6)
    assert 8 <= len(artwork.tags) <= 20


def test_publishing_again_changes_nothing():
    render = make_render()
    first = publish_artwork(approval=make_approval(render))
    again = publish_artwork(approval=make_approval(render))
    assert again == first
    assert Artwork.objects.count() == 1


def test_titles_and_slugs_are_never_shared():
    works = [make_artwork() for _ in range(25)]
    assert len({work.title.lower() for work in works}) == 25
    assert len({work.slug for work in works}) == 25


def test_derivatives_carry_the_mark_and_the_right_size():
    artwork = make_artwork(render_fields={"picture": make_picture(700, 350)})
    assert artwork.orientation == "landscape"
    assert sorted(artwork.derivatives["avif"], key=int) == ["320", "700"]
    for names in artwork.derivatives.values():
        for width, name in names.items():
            data = storages["default"].open(name).read()
            picture = Image.open(io.BytesIO(data))
            assert picture.width == int(width)
            assert picture.height == round(350 * int(width) / 700)
            assert DIGITAL_SOURCE_TYPE.encode() in picture.info["xmp"]
    assert artwork.placeholder.startswith("data:image/webp;base64,")


@pytest.mark.parametrize(
    ("original", "expected"),
    [(64, [64]), (512, [320, 512]), (640, [320, 640]), (768, [320, 640, 768]),
     (1024, [320, 640, 1024]), (2048, [320, 640, 1024])],
)  # fmt: skip
def test_no_derivative_is_larger_than_the_original(original, expected):
    assert widths_for(original) == expected


def test_a_file_is_replaced_whole():
    storage = storages["default"]
    put_whole(storage, "art/test/1.webp", b"first")
    put_whole(storage, "art/test/1.webp", b"second")
    assert storage.open("art/test/1.webp").read() == b"second"
    assert storage.listdir("art/test")[1] == ["1.webp"]


def test_a_changed_original_is_not_listed():
    render = make_render()
    storages["originals"].delete(render.file)
    storages["originals"].save(render.file, io.BytesIO(b"something else"))
    with pytest.raises(StateConflict):
        publish_artwork(approval=make_approval(render))
    assert not Artwork.objects.exists()


def test_an_unfinished_or_unknown_render_is_refused():
    queued = make_render(state="queued")
    with pytest.raises(StateConflict):
        publish_artwork(approval=make_approval(queued))
    approval = make_approval(queued)
    queued.delete()
    with pytest.raises(NotFound):
        publish_artwork(approval=approval)


def test_curation_can_take_back_and_list_again():
    artwork = make_artwork()
    render = artwork.render
    assert withdraw_artwork(render_id=render.pk, reason="undo") is True
    assert withdraw_artwork(render_id=render.pk, reason="undo") is False
    assert queries.artwork_urls([render.pk]) == {}
    publish_artwork(approval=make_approval(render))
    assert queries.artwork_urls([render.pk]) == {render.pk: f"/art/{artwork.slug}/"}


def test_what_the_shop_took_down_stays_down():
    artwork = make_artwork()
    withdraw_artwork(render_id=artwork.render_id, reason="complaint", by="shop")
    publish_artwork(approval=make_approval(artwork.render))
    assert not queries.on_sale().exists()
    assert restore_artwork(artwork_id=artwork.pk) is True
    assert queries.on_sale().get() == artwork


def test_editing_checks_the_rules_and_changes_what_is_found():
    artwork, other = make_artwork(), make_artwork()
    texts = {"description": "Now it is another.", "alt_text": "Arches.", "tags": artwork.tags}
    edit_artwork(artwork=artwork, title="Zebra Crossing", **texts)
    shelf = Shelf(Listing(q="zebra", sort="relevance"))
    assert [work.pk for work in shelf.page().items] == [artwork.pk]
    with pytest.raises(InvalidInput) as refused:
        edit_artwork(artwork=other, title="zebra crossing", **texts)
    assert refused.value.where == "title"


def test_no_collection_without_a_name():
    make_artwork()
    assert not Collection.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_six_publishers_at_once_make_one_listing_each():
    renders = [make_render() for _ in range(3)]
    approvals = [make_approval(render) for render in renders] * 2
    made, failed = [], []

    def publish(approval):
        try:
            made.append(publish_artwork(approval=approval).pk)
        except Exception as error:  # shown by the assertion below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish, args=(approval,)) for approval in approvals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(made) == 6
    assert Artwork.objects.count() == 3
    assert len(set(Artwork.objects.values_list("slug", flat=True))) == 3


def test_the_search_configuration_ignores_accents():
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_tsvector('shop', 'Hôtel') @@ to_tsquery('shop', 'hotel')")
        assert cursor.fetchone()[0] is True
