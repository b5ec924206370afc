import uuid

import pytest
from django.test import Client

from catalog.models import CartItem, Lightbox
from catalog.services import lightboxes
from genart.lib.errors import InvalidInput, NotFound
from tests.conftest import signed_in
from tests.factories import make_artwork, make_licence

pytestmark = pytest.mark.django_db


def keep(client, work, **fields):
    return client.post("/lightboxes/add/", {"artwork": work.pk} | fields)


def test_a_guest_keeps_works_and_takes_them_out():
    guest, work = Client(), make_artwork()
    assert guest.get("/lightboxes/").status_code == 200
    assert not Lightbox.objects.exists(), "looking makes none"
    assert keep(guest, work, next="/browse/").url == "/browse/"
    keep(guest, work)
    box = Lightbox.objects.get()
    assert [item.artwork for item in box.items.all()] == [work]
    assert work.title in guest.get(f"/lightboxes/{box.pk}/").content.decode()
    assert guest.get("/browse/").context["kept"] == {work.pk}
    keep(guest, work, remove="1")
    assert not box.items.exists()


def test_a_form_leads_back_to_our_own_pages_only():
    assert keep(Client(), make_artwork(), next="https://elsewhere.example/").url == "/lightboxes/"


def test_what_is_no_work_is_refused():
    guest = Client()
    assert guest.post("/lightboxes/add/", {"artwork": "x"}).status_code == 422
    assert guest.post("/lightboxes/add/", {"artwork": uuid.uuid4()}).status_code == 404
    assert not Lightbox.objects.exists()


def test_others_cannot_see_or_change_what_is_not_shared(buyer, other_buyer):
    client = signed_in(buyer)
    keep(client, make_artwork())
    box = Lightbox.objects.get()
    assert box.owner == buyer
    for stranger in (Client(), signed_in(other_buyer)):
        assert stranger.get(f"/lightboxes/{box.pk}/").status_code == 404
        assert stranger.post(f"/lightboxes/{box.pk}/change/", {"delete": "1"}).status_code == 404
        assert stranger.get(f"/lightbox/{box.secret}/").status_code == 404
        assert stranger.get(f"/api/v1/lightboxes/{box.secret}").status_code == 404


def test_a_shared_lightbox_is_read_by_its_secret_until_it_is_closed(buyer):
    client, work = signed_in(buyer), make_artwork()
    keep(client, work)
    box = Lightbox.objects.get()
    client.post(f"/lightboxes/{box.pk}/change/", {"share": "1"})
    page = Client().get(f"/lightbox/{box.secret}/").content.decode()
    assert work.title in page
    assert 'property="og:image"' in page
    assert "Take out" not in page
    assert Client().get(f"/api/v1/lightboxes/{box.secret}").json()["works"][0]["slug"] == work.slug
    client.post(f"/lightboxes/{box.pk}/change/", {"close": "1"})
    client.post(f"/lightboxes/{box.pk}/change/", {"share": "1"})
    assert Client().get(f"/lightbox/{box.secret}/").status_code == 404, "an old address stays shut"


def test_a_guests_lightboxes_come_along_into_the_account(buyer):
    own, brought = make_artwork(), make_artwork()
    keep(signed_in(buyer), own)
    guest = Client()
    keep(guest, brought)
    guest.post("/lightboxes/new/", {"title": "Empty"})
    guest.post("/accounts/login/", {"username": "buyer", "password": "password"})
    (box,) = Lightbox.objects.filter(owner=buyer)
    assert [item.artwork for item in box.items.all()] == [own, brought]
    assert not Lightbox.objects.filter(owner=None).exists()


def test_works_change_places():
    box = lightboxes.make_lightbox(user=None)
    works = [make_artwork() for _ in range(3)]
    for work in works:
        lightboxes.add_to_lightbox(lightbox=box, artwork_id=work.pk)
    lightboxes.move_in_lightbox(lightbox=box, artwork_id=works[2].pk, forward=False)
    lightboxes.move_in_lightbox(lightbox=box, artwork_id=works[0].pk, forward=False)
    assert [item.artwork for item in box.items.all()] == [works[0], works[2], works[1]]


def test_all_go_into_the_cart_under_one_licence(buyer):
    make_licence("personal")
    client = signed_in(buyer)
    works = [make_artwork() for _ in range(2)]
    for work in works:
        keep(client, work)
    gone = make_artwork()
    keep(client, gone)
    gone.withdrawn_at, gone.withdrawn_by = gone.published_at, "shop"
    gone.save()
    box = Lightbox.objects.get()
    answer = client.post(f"/lightboxes/{box.pk}/buy/", {"licence": "personal"})
    assert answer.url == "/cart/"
    assert {item.artwork for item in CartItem.objects.filter(cart__user=buyer)} == set(works)
    assert client.post(f"/lightboxes/{box.pk}/buy/", {"licence": "none"}).status_code == 404


def test_names_are_needed_and_bounded():
    box = lightboxes.make_lightbox(user=None, title="x" * 500)
    assert len(box.title) == 120
    with pytest.raises(InvalidInput):
        lightboxes.change_lightbox(lightbox=box, title="  ")
    with pytest.raises(NotFound):
        lightboxes.add_to_lightbox(lightbox=box, artwork_id=uuid.uuid4())
