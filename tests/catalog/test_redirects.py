"""Pages that moved or are gone: asked only where nothing was found."""

import pytest

from catalog.models import Redirect
from catalog.services.redirects import move_page, rename_collection
from genart.lib.errors import InvalidInput
from tests.factories import make_artwork, make_collection

pytestmark = pytest.mark.django_db


def test_a_moved_page_is_reached(client):
    move_page("/art/old/", "/browse/")
    answer = client.get("/art/old/")
    assert answer.status_code == 301
    assert answer["Location"] == "/browse/"


def test_a_page_that_is_gone_says_so(client):
    move_page("/art/old/", "")
    assert client.get("/art/old/").status_code == 410


def test_a_page_that_stands_is_not_asked_about(client):
    work = make_artwork()
    Redirect.objects.create(old_path=work.get_absolute_url(), new_path="/browse/")
    assert client.get(work.get_absolute_url()).status_code == 200


def test_an_unknown_page_stays_unknown(client):
    assert client.get("/art/never/").status_code == 404


def test_chains_are_one_step_and_a_page_may_move_back():
    move_page("/a/", "/b/")
    move_page("/b/", "/c/")
    assert dict(Redirect.objects.values_list("old_path", "new_path")) == {
        "/a/": "/c/", "/b/": "/c/",
    }  # fmt: skip
    move_page("/c/", "/a/")
    assert dict(Redirect.objects.values_list("old_path", "new_path")) == {
        "/b/": "/a/", "/c/": "/a/",
    }  # fmt: skip
    assert move_page("/x/", "/x/") is None


@pytest.mark.parametrize("path", ["art/old/", "//evil.example/", "https://x/", "/" + "a" * 300])
def test_a_path_of_elsewhere_is_refused(path):
    for pair in ((path, "/browse/"), ("/browse/", path)):
        with pytest.raises(InvalidInput):
            move_page(*pair)
    assert not Redirect.objects.exists()


def test_a_renamed_collection_leaves_a_way(client):
    row = make_collection(slug="old-name")
    make_artwork(collection=row)
    rename_collection(collection=row, slug="new-name")
    answer = client.get("/collections/old-name/", follow=True)
    assert answer.redirect_chain == [("/collections/new-name/", 301)]
    assert answer.status_code == 200
