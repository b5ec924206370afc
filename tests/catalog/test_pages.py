import hashlib
import json
import re
import uuid

import pytest
from django.urls import reverse

from catalog import defaults
from catalog.checkout.gateway import SIGNATURE_HEADER
from catalog.checkout.test import signed
from catalog.models import ArtworkStats, Cart, Grant, Licence, Order, TestCheckout
from catalog.services import withdraw_artwork
from tests.conftest import signed_in
from tests.factories import make_artwork, make_job, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def artwork():
    defaults.load()
    job = make_job(title="Quiet rooms", collection="quiet-rooms")
    return make_artwork(render_fields={"job": job})


@pytest.fixture
def bought(artwork, buyer, buyer_client, broker):
    """A paid order of the buyer, by way of every page."""
    buyer_client.post("/cart/add/", {"artwork": artwork.pk, "licence": "personal"})
    pay = buyer_client.post("/checkout/", {"agree": "yes", "country": "DE"}).url
    back = buyer_client.post(pay, {"answer": "pay"}).url
    buyer_client.get(back)
    return Grant.objects.get(buyer=buyer)


def public_pages(artwork):
    return [
        "/", "/browse/", "/browse/?q=arches", "/browse/?color=red&sort=popular", "/collections/",
        "/browse/?q=zzzzzz", artwork.get_absolute_url(), artwork.collection.get_absolute_url(),
        "/licences/", "/licences/personal/", "/licences/personal/?version=1", "/cart/",
        "/robots.txt", "/sitemap.xml",
        "/sitemap-works.xml", "/sitemap-pages.xml", "/sitemap-collections.xml",
        "/feeds/new.atom", "/ui/",
    ]  # fmt: skip


GUESTS = ["/accounts/login/", "/accounts/signup/"]
PRIVATE = ["/library/", "/orders/", "/accounts/"]


# -- who may see what


def test_everybody_sees_the_public_pages(artwork, stranger, buyer_client, curator_client):
    for client in (stranger, buyer_client, curator_client):
        for page in public_pages(artwork):
            assert client.get(page).status_code == 200, page
    for page in GUESTS:
        assert stranger.get(page).status_code == 200
        assert buyer_client.get(page).url == "/"


def test_private_pages_ask_a_stranger_to_sign_in(artwork, stranger, buyer_client):
    for page in PRIVATE:
        answer = stranger.get(page)
        assert answer.status_code == 302
        assert answer.url == f"/accounts/login/?next={page}"
    for page in ("/library/", "/orders/", "/accounts/"):
        assert buyer_client.get(page).status_code == 200


def test_a_download_is_the_buyers_alone(
    bought, artwork, buyer_client, other_buyer_client, curator_client, admin_client, stranger
):
    page = f"/library/{bought.pk}/download/"
    answer = buyer_client.get(page, follow=True)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == answer["X-Content-SHA256"]
    assert answer["Content-Disposition"] == f'attachment; filename="{artwork.slug}.png"'
    assert "no-store" in answer["Cache-Control"]
    for client in (other_buyer_client, curator_client, admin_client, stranger):
        assert client.get(page).status_code == 404
    assert buyer_client.get(f"/library/{uuid.uuid4()}/download/").status_code == 404


def test_orders_are_the_buyers_alone(
    bought, buyer_client, other_buyer_client, admin_client, stranger
):
    order = Order.objects.get()
    for page in (f"/orders/{order.pk}/", f"/checkout/return/{order.pk}/"):
        assert buyer_client.get(page, follow=True).status_code == 200
        for client in (other_buyer_client, admin_client):
            assert client.get(page).status_code == 404
            assert client.post(page, {"answer": "pay"}).status_code in (404, 405)
        assert stranger.get(page).status_code == 302


def test_pages_refuse_other_methods(artwork, stranger):
    for page in ("/", "/browse/", artwork.get_absolute_url(), "/cart/", "/collections/"):
        assert stranger.post(page).status_code == 405, page
    for page in ("/cart/add/", "/cart/change/", "/cart/remove/", "/webhooks/payments/", "/theme/"):
        assert stranger.get(page).status_code == 405, page


def test_unknown_things_are_not_there(artwork, stranger):
    for page in ("/art/none/", "/collections/none/", "/licences/none/", "/media/none.webp",
                 "/licences/personal/?version=9", "/pay/none/"):  # fmt: skip
        assert stranger.get(page, follow=page != "/pay/none/").status_code in (404, 302), page


# -- nothing inline, nothing shifts


def test_no_page_has_inline_code(artwork, bought, buyer_client):
    pages = [
        *public_pages(artwork),
        *PRIVATE[:2],
        "/accounts/",
        f"/orders/{Order.objects.get().pk}/",
    ]
    for page in pages:
        answer = buyer_client.get(page)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        html = answer.content.decode()
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", html), page
        for script in re.findall(r"<script([^>]*)>", html):
            assert "src=" in script or "application/ld+json" in script, page
        assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_every_picture_has_its_size_and_alt(artwork, stranger):
    for page in ("/", "/browse/", artwork.get_absolute_url(), "/collections/"):
        pictures = re.findall(r"<img[^>]+>", stranger.get(page).content.decode())
        assert pictures, page
        for picture in pictures:
            assert 'width="' in picture and 'height="' in picture and "alt=" in picture, page


def test_pages_ask_as_many_questions_for_three_rows_as_for_one(artwork, stranger):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(page):
        with CaptureQueriesContext(connection) as asked:
            stranger.get(page)
        return len(asked)

    pages = ["/", "/browse/", "/collections/", artwork.collection.get_absolute_url(),
             artwork.get_absolute_url(), "/feeds/new.atom", "/sitemap-works.xml"]  # fmt: skip
    make_artwork(render_fields={"job": artwork.render.job})
    before = {page: cost(page) for page in pages}
    for _ in range(2):
        make_artwork(render_fields={"job": artwork.render.job})
    assert {page: cost(page) for page in pages} == before


def test_library_and_orders_ask_as_many_questions_for_more_rows(bought, buyer_client, broker):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(page):
        with CaptureQueriesContext(connection) as asked:
            buyer_client.get(page)
        return len(asked)

    before = {page: cost(page) for page in ("/library/", "/orders/")}
    for _ in range(2):
        buyer_client.post("/cart/add/", {"artwork": make_artwork().pk, "licence": "personal"})
        pay = buyer_client.post("/checkout/", {"agree": "yes", "country": "DE"}).url
        buyer_client.get(buyer_client.post(pay, {"answer": "pay"}).url)
    assert Grant.objects.count() == 3
    assert {page: cost(page) for page in ("/library/", "/orders/")} == before


# -- looking


def test_a_new_work_is_on_browse_and_found_by_its_title(artwork, stranger):
    word = max(re.findall(r"[a-z]+", artwork.title.lower()), key=len)
    for page in ("/browse/", f"/browse/?q={word}", "/"):
        assert artwork.title in stranger.get(page).content.decode(), page


def test_a_visit_is_counted(artwork, stranger):
    stranger.get(artwork.get_absolute_url())
    assert ArtworkStats.objects.get(pk=artwork.pk).views == 1


def test_htmx_gets_only_what_changes(artwork, stranger):
    for _ in range(25):
        make_artwork()
    whole = stranger.get("/browse/").content.decode()
    part = stranger.get("/browse/", HTTP_HX_TARGET="listing", **HTMX).content.decode()
    assert "<html" in whole and "<html" not in part and 'id="listing"' in part
    after = re.search(r'href="\?after=([^#"]+)#', whole).group(1)
    more = stranger.get(f"/browse/?after={after}", HTTP_HX_TARGET="more", **HTMX).content.decode()
    assert more.count("<article") == 2 and "<html" not in more
    assert "HX-Request" in stranger.get("/browse/")["Vary"]
    back = stranger.get(
        f"/browse/?after={after}", HTTP_HX_HISTORY_RESTORE_REQUEST="true", **HTMX
    ).content.decode()
    assert back.count("<article") == 26 and "<html" in back


def test_a_withdrawn_work_says_so(artwork, stranger):
    withdraw_artwork(render_id=artwork.render_id, reason="gone", by="shop")
    answer = stranger.get(artwork.get_absolute_url())
    assert answer.status_code == 410
    assert "no longer on the wall" in answer.content.decode()
    assert artwork.title not in stranger.get("/browse/").content.decode()


def test_json_ld_tells_licence_and_making(artwork, stranger):
    html = stranger.get(artwork.get_absolute_url()).content.decode()
    data = json.loads(
        re.search(r'<script type="application/ld\+json">(.+?)</script>', html).group(1)
    )
    image, product, crumbs = data["@graph"]
    assert image["digitalSourceType"].endswith("TrainedAlgorithmicMediaDigitalSource")
    assert image["license"].endswith("/licences/personal/?version=1")
    assert image["acquireLicensePage"].endswith(f"{artwork.get_absolute_url()}#buy")
    assert [offer["price"] for offer in product["offers"]] == ["9.00", "39.00", "149.00", "990.00"]
    assert crumbs["itemListElement"][-1]["name"] == artwork.title


def test_json_ld_cannot_be_broken_out_of(artwork, stranger):
    type(artwork).objects.filter(pk=artwork.pk).update(title="</script><b>&")
    html = stranger.get(artwork.get_absolute_url()).content.decode()
    assert "</script><b>" not in html


def test_the_sitemap_names_page_and_picture(artwork, stranger):
    xml = stranger.get("/sitemap-works.xml").content.decode()
    assert f"{artwork.get_absolute_url()}</loc>" in xml
    assert "<image:loc>" in xml


# -- media


def test_derivatives_are_served_for_ever(artwork, stranger):
    name = artwork.derivatives["avif"]["64"]
    answer = stranger.get(f"/media/{name}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/avif"
    assert "immutable" in answer["Cache-Control"]
    assert stranger.head(f"/media/{name}").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["../originals/x.png", "..%2foriginals%2fx.png", "art/../../x.webp", "//etc/x.png",
     "%2e%2e/x.png", "art/", "x\x00.png", ".draft-1", "a" * 400 + ".png"],
)  # fmt: skip
def test_no_path_leads_out_of_the_public_files(stranger, name):
    assert stranger.get(f"/media/{name}").status_code in (404, 301)


def test_an_original_is_not_public(artwork, stranger):
    assert stranger.get(f"/media/{artwork.original}").status_code == 404


# -- buying


def test_a_guest_fills_a_cart_signs_in_and_pays(artwork, client, broker):
    client.post("/cart/add/", {"artwork": artwork.pk, "licence": "commercial"})
    assert Cart.objects.get().user is None
    make_user("new")
    answer = client.post(
        "/accounts/login/?next=/checkout/",
        {"username": "new", "password": "password", "next": "/checkout/"},
    )
    assert answer.url == "/checkout/"
    assert "€39" in client.get("/checkout/").content.decode()
    assert client.post("/checkout/", {}).status_code == 422
    pay = client.post("/checkout/", {"agree": "yes", "country": "DE"}).url
    assert "Test payment" in client.get(pay).content.decode()
    back = client.post(pay, {"answer": "pay"}).url
    receipt = client.get(back, follow=True).content.decode()
    assert "Thank you" in receipt
    assert Cart.objects.get().items.count() == 0


def test_declining_keeps_the_cart(artwork, buyer, buyer_client, broker):
    buyer_client.post("/cart/add/", {"artwork": artwork.pk, "licence": "personal"})
    pay = buyer_client.post("/checkout/", {"agree": "yes", "country": "DE"}).url
    page = buyer_client.get(buyer_client.post(pay, {"answer": "decline"}).url).content.decode()
    assert "The payment was not made" in page
    assert buyer.cart.items.count() == 1
    assert not Grant.objects.exists()


def test_the_webhook_alone_grants(artwork, buyer, buyer_client, stranger, broker):
    buyer_client.post("/cart/add/", {"artwork": artwork.pk, "licence": "personal"})
    pay = buyer_client.post("/checkout/", {"agree": "yes", "country": "DE"}).url
    buyer_client.post(pay, {"answer": "pay"})
    body, signature = signed(TestCheckout.objects.get().events[0])
    call = {
        "content_type": "application/json",
        f"HTTP_{SIGNATURE_HEADER.upper().replace('-', '_')}": signature,
    }
    for _ in range(2):
        answer = stranger.post("/webhooks/payments/", body, **call)
        assert answer.json() == {"order": str(Order.objects.get().pk), "state": "paid"}
    assert Grant.objects.count() == 1
    assert stranger.post("/webhooks/payments/", body + b" ", **call).status_code == 400
    assert (
        stranger.post("/webhooks/payments/", b"{}", content_type="application/json").status_code
        == 400
    )


def test_htmx_add_answers_with_count_and_toast(artwork, client):
    answer = client.post("/cart/add/", {"artwork": artwork.pk, "licence": "personal"}, **HTMX)
    html = answer.content.decode()
    assert 'id="cart-link"' in html and 'hx-swap-oob="true"' in html
    assert "Cart, 1 work" in html
    assert "is in your cart" in html
    changed = client.post("/cart/change/", {"artwork": artwork.pk, "licence": "extended"}, **HTMX)
    assert "€149" in changed.content.decode()
    removed = client.post("/cart/remove/", {"artwork": artwork.pk}, **HTMX)
    assert "Your cart is empty" in removed.content.decode()


def test_a_strange_cart_post_is_answered_kindly(artwork, client):
    assert client.post("/cart/add/", {"artwork": "x", "licence": "personal"}).status_code == 422
    assert client.post("/cart/add/", {"artwork": artwork.pk, "licence": "x"}).status_code == 404
    assert client.post("/cart/remove/", {"artwork": uuid.uuid4()}).status_code == 302


def test_a_receipt_keeps_the_terms_it_was_bought_under(bought, buyer_client):
    from catalog.services import revise_licence

    revise_licence(licence=Licence.objects.get(slug="personal"), text="New terms.")
    receipt = buyer_client.get(f"/orders/{Order.objects.get().pk}/").content.decode()
    assert "/licences/personal/?version=1" in receipt
    assert "New terms." not in buyer_client.get("/licences/personal/?version=1").content.decode()
    assert "New terms." in buyer_client.get("/licences/personal/").content.decode()


# -- theme, admin, defaults


def test_the_theme_is_remembered_without_javascript(client, db):
    answer = client.post("/theme/", HTTP_REFERER="http://testserver/browse/")
    assert answer.url == "http://testserver/browse/"
    assert client.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in client.get("/cart/").content.decode()
    assert client.post("/theme/", HTTP_REFERER="https://evil.example/").url == "/"
    assert client.cookies["theme"].value == "light"


def test_every_admin_page_opens(artwork, bought, admin_client):
    for model in ("artwork", "collection", "licence", "order", "grant", "paymentevent"):
        assert admin_client.get(f"/admin/catalog/{model}/").status_code == 200, model
    for address in (
        reverse("admin:catalog_artwork_change", args=[artwork.pk]),
        reverse("admin:catalog_licence_change", args=[Licence.objects.get(slug="personal").pk]),
        reverse("admin:catalog_order_change", args=[Order.objects.get().pk]),
    ):
        assert admin_client.get(address).status_code == 200, address


def test_an_admin_edits_withdraws_and_restores(artwork, admin_client):
    address = reverse("admin:catalog_artwork_change", args=[artwork.pk])
    form = {"title": "Harbour Light", "description": "Boats.", "alt_text": "Boats in blue.",
            "tags": ",".join(artwork.tags), "is_featured": "on"}  # fmt: skip
    assert admin_client.post(address, form).status_code == 302
    artwork.refresh_from_db()
    assert (artwork.title, artwork.is_featured) == ("Harbour Light", True)
    refused = admin_client.post(address, form | {"title": "Free Disney Poster"})
    assert "a listing may not say it" in refused.content.decode()
    for action, on_sale in (("withdraw", False), ("restore", True)):
        chosen = {"action": action, "_selected_action": [str(artwork.pk)]}
        chosen |= {"apply": "Withdraw", "reason": "The rights are unclear."}
        admin_client.post("/admin/catalog/artwork/", chosen)
        artwork.refresh_from_db()
        assert (artwork.withdrawn_at is None) is on_sale


def test_changed_terms_in_the_admin_are_a_new_version(artwork, admin_client):
    licence = Licence.objects.get(slug="personal")
    prices = list(licence.prices.order_by("pk"))
    form = {
        "name": "Personal", "summary": "Short.", "allows": "One\nTwo", "forbids": "Three",
        "text": "New.", "position": 0, "is_active": "on",
        "prices-TOTAL_FORMS": 2, "prices-INITIAL_FORMS": 2,
    } | {
        f"prices-{place}-{name}": value
        for place, price in enumerate(prices)
        for name, value in (("id", price.pk), ("licence", licence.pk), ("tier", price.tier),
                            ("amount_cents", price.amount_cents))
    }  # fmt: skip
    answer = admin_client.post(reverse("admin:catalog_licence_change", args=[licence.pk]), form)
    assert answer.status_code == 302
    new = Licence.objects.get(slug="personal", is_active=True)
    assert (new.version, new.text, new.allows) == (2, "New.", ["One", "Two"])
    licence.refresh_from_db()
    assert "Personal licence" in licence.text


def test_defaults_never_overwrite(db):
    defaults.load()
    Licence.objects.filter(slug="personal").update(summary="Ours.")
    defaults.load()
    assert Licence.objects.get(slug="personal").summary == "Ours."
    assert Licence.objects.count() == len(defaults.LICENCES)


def test_errors_have_pages(artwork, client):
    client.raise_request_exception = False
    assert "An empty nail" in client.get("/nothing/").content.decode()
    refused = client.post("/cart/add/", {"artwork": "x"})
    assert "That cannot be done" in refused.content.decode()


def test_a_signed_in_person_sees_only_his_doors(buyer, curator, admin_user, db):
    doors = {"Studio": "/studio/", "Review": "/review/", "Admin": "/admin/"}
    seen = {
        user.username: {name for name, href in doors.items() if f'href="{href}"' in
                        signed_in(user).get("/cart/").content.decode()}
        for user in (buyer, curator, admin_user)
    }  # fmt: skip
    assert seen == {
        "buyer": set(),
        "curator": {"Studio", "Review"},
        "admin": {"Studio", "Review", "Admin"},
    }
