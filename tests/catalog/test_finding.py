import io
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from catalog.listing import Listing
from catalog.models import Artwork, SavedSearch, SearchRecord, SentMail
from catalog.picture_query import mark_of, vector_of
from catalog.services import searches
from catalog.shelf import Shelf
from catalog.suggestions import suggestions_for
from genart.lib.errors import InvalidInput
from tests.conftest import signed_in
from tests.factories import make_artwork, make_picture, make_vector, png_bytes

pytestmark = pytest.mark.django_db
PERSON = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"}


@pytest.fixture
def visitor():
    return Client(headers=PERSON)


# -- a picture that is shown ---------------------------------------------------------------------


def test_a_picture_leads_to_an_address_that_shows_the_nearest_first(visitor):
    from genart.ml.picture import encode_image

    picture = make_picture(80, 60, seed=4)
    vector = tuple(float(value) for value in encode_image(picture))
    far = make_artwork(approval_fields={"embedding": make_vector(5)})
    near = make_artwork(approval_fields={"embedding": vector})
    file = io.BytesIO(png_bytes(picture))
    file.name = "mine.png"
    answer = visitor.post("/search/picture/", {"file": file, "q": ""})
    assert answer.status_code == 302
    assert answer.url.startswith("/browse/?picture=")
    page = visitor.get(answer.url)
    shown = [work.pk for work in page.context["page"].items]
    assert shown == [near.pk, far.pk]
    assert "Like your picture" in page.content.decode()


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\nbroken"])
def test_what_is_no_picture_is_refused_with_a_reason(visitor, data):
    file = io.BytesIO(data)
    file.name = "x.png"
    answer = visitor.post("/search/picture/", {"file": file})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert visitor.post("/search/picture/").status_code == 422


def test_a_mark_keeps_the_direction_and_cannot_be_made_up():
    vector = list(make_vector(1))
    again = vector_of(mark_of(vector))
    assert sum(a * b for a, b in zip(vector, again, strict=True)) > 0.999
    for wrong in ("x", mark_of(vector)[:-2], "a~b~c", ""):
        with pytest.raises(InvalidInput):
            vector_of(wrong)


def test_words_and_a_picture_are_fused(visitor):
    liked = make_artwork(approval_fields={"embedding": make_vector(1)})
    other = make_artwork(approval_fields={"embedding": make_vector(2)})
    alone = Shelf(Listing(q="arches", sort="relevance")).page().items
    assert {work.pk for work in alone} == {liked.pk, other.pk}
    for wanted, seed in ((liked, 1), (other, 2)):
        shelf = Shelf(Listing(q="arches", sort="relevance"), list(make_vector(seed)))
        assert shelf.page().items[0].pk == wanted.pk


def test_more_like_this_begins_with_the_work_itself():
    works = [make_artwork(approval_fields={"embedding": make_vector(n)}) for n in range(5)]
    shelf = Shelf(Listing(like=str(works[3].pk), sort="relevance"))
    assert shelf.page(limit=2).items[0].pk == works[3].pk
    seen, after = [], ""
    while True:
        page = shelf.page(after=after, limit=2)
        seen += [work.pk for work in page.items]
        after = page.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == page.total == 5


# -- suggestions ---------------------------------------------------------------------------------


def test_suggestions_are_words_and_titles_that_exist(visitor):
    work = make_artwork()
    texts = {one.text for one in suggestions_for("arche")}
    assert "arches" in texts
    assert work.title in {one.text for one in suggestions_for(work.title[:6])}
    assert suggestions_for("a") == suggestions_for("") == []
    assert visitor.get("/suggest/?q=arc").status_code == 200
    part = visitor.get(
        "/suggest/?q=arc", headers={"hx-request": "true", "hx-target": "site-suggest"}
    )
    assert part.content.decode().startswith("<option")


@pytest.mark.parametrize("text", ["'", "%", "\\", "☃☃", "a' b", "<b>", "\x00ab"])
def test_no_text_breaks_the_suggestions(visitor, text):
    assert visitor.get("/suggest/", {"q": text}).status_code == 200


# -- what was looked for -------------------------------------------------------------------------


def test_a_search_is_noted_with_what_it_found_and_what_was_opened(visitor):
    work = make_artwork()
    visitor.get("/browse/?q=arches")
    noted = SearchRecord.objects.get()
    assert (noted.text, noted.found, noted.clicked) == ("arches", 1, None)
    assert len(noted.visitor) == 32
    came_from = {"referer": "http://testserver/browse/?q=arches"}
    visitor.get(work.get_absolute_url(), headers=PERSON | came_from)
    noted.refresh_from_db()
    assert noted.clicked == work


def test_a_gap_is_noted_and_filters_with_it(visitor):
    make_artwork()
    page = visitor.get("/browse/?q=qqqqq&color=red,teal")
    noted = SearchRecord.objects.get()
    assert (noted.found, noted.filters) == (0, {"color": ["red", "teal"]})
    assert page.context["nearest"]


def test_programs_further_pages_and_plain_browsing_are_not_noted(visitor):
    make_artwork()
    for agent in ("Googlebot/2.1", "", "python-requests/2"):
        Client(headers={"user-agent": agent}).get("/browse/?q=arches")
    visitor.get("/browse/?color=red")
    assert not SearchRecord.objects.exists()


def test_an_empty_listing_offers_to_take_one_filter_away(visitor):
    make_artwork(color_names=["red"], orientation="square")
    page = visitor.get("/browse/?color=teal&orientation=square")
    assert page.context["page"].total == 0
    assert [(one["label"], one["count"]) for one in page.context["relaxed"]] == [("Teal", 1)]


# -- saved searches ------------------------------------------------------------------------------


def test_a_search_is_saved_once_renamed_and_deleted(buyer, other_buyer):
    client = signed_in(buyer)
    assert Client().get("/saved/new/?query=q%3Darches").url.startswith("/accounts/login/")
    client.post("/saved/save/", {"query": "color=teal,red&q=arches", "name": ""})
    client.post("/saved/save/", {"query": "q=arches&color=red&color=teal", "name": "Mine"})
    saved = SavedSearch.objects.get()
    assert (saved.name, saved.query, saved.user) == ("Mine", "color=red,teal&q=arches", buyer)
    stranger = signed_in(other_buyer)
    assert stranger.post(f"/saved/{saved.pk}/change/", {"name": "Yours"}).status_code == 404
    assert stranger.get(f"/saved/{saved.pk}/").status_code == 404
    client.post(f"/saved/{saved.pk}/change/", {"name": "Ours"})
    saved.refresh_from_db()
    assert (saved.name, saved.notify) == ("Ours", False)
    client.post(f"/saved/{saved.pk}/change/", {"delete": "1"})
    assert not SavedSearch.objects.exists()


def test_nothing_asked_is_nothing_to_save(buyer):
    with pytest.raises(InvalidInput):
        searches.save_search(user=buyer, query="sort=price")


def test_new_works_are_counted_until_seen(buyer):
    make_artwork()
    saved = searches.save_search(user=buyer, query="q=arches")
    assert searches.count_new(saved) == 0
    make_artwork()
    assert searches.count_new(saved) == 1
    page = signed_in(buyer).get("/saved/")
    assert "1 new" in page.content.decode()
    assert "sort=newest" in signed_in(buyer).get(f"/saved/{saved.pk}/").url
    saved.refresh_from_db()
    assert searches.count_new(saved) == 0


def test_new_works_are_written_about_once(buyer):
    saved = searches.save_search(user=buyer, query="q=arches")
    assert searches.tell_new_works() == 0, "written about at most once a day"
    SavedSearch.objects.update(told_until=timezone.now() - timedelta(days=2))
    assert searches.tell_new_works() == 0, "there is nothing new"
    work = make_artwork()
    assert searches.tell_new_works() == 1
    assert searches.tell_new_works() == 0
    (sent,) = mail.outbox
    assert sent.to == [buyer.email]
    assert work.title in sent.body
    assert f"/saved/{saved.pk}/" in sent.body
    assert SentMail.objects.filter(key__startswith=f"saved:{saved.pk}:").count() == 1


def test_who_does_not_want_mails_gets_none(buyer):
    saved = searches.save_search(user=buyer, query="q=arches")
    searches.change_search(user=buyer, pk=saved.pk, name="x", notify=False)
    SavedSearch.objects.update(told_until=timezone.now() - timedelta(days=2))
    make_artwork()
    assert searches.tell_new_works() == 0
    assert mail.outbox == []


def test_an_expired_picture_does_not_stop_the_others(buyer):
    make_artwork()
    SavedSearch.objects.create(
        user=buyer, name="x", query="picture=zzz", seen_until=timezone.now(),
        told_until=timezone.now() - timedelta(days=2),
    )  # fmt: skip
    assert searches.tell_new_works() == 0
    assert Artwork.objects.count() == 1
