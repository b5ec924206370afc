"""The shop in the admin: every page opens, and what is done there goes through the verbs."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from catalog.models import (
    Artwork,
    Collection,
    CreditEntry,
    CreditPack,
    Order,
    OrderLine,
    OutletExport,
    PriceRule,
    Promotion,
    Redirect,
    Refund,
)
from catalog.price_preview import code_effect_of, effect_of
from catalog.services.collections import works_of
from catalog.services.outlets import make_export
from catalog.services.pricing import price_of
from genart.audit.models import AuditEntry
from tests.factories import make_artwork, make_licence, make_listings, make_user, make_vector

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user("boss", is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


def make_order(work, *, cents=900, **fields):
    licence = make_licence()
    values = {
        "email": "a@example.com", "state": "paid", "total_cents": cents, "net_cents": cents,
        "currency": "EUR", "gateway": "test", "paid_at": timezone.now(),
        "payment_reference": "pay_1",
    }  # fmt: skip
    order = Order.objects.create(**values | fields)
    OrderLine.objects.create(
        order=order, artwork=work, licence=licence, list_cents=cents, price_cents=cents
    )
    return order


def change_page(client, row):
    return client.get(reverse(f"admin:catalog_{row._meta.model_name}_change", args=[row.pk]))


LISTS = [
    "artwork", "collection", "licence", "pricerule", "promotion", "creditpack", "order", "refund",
    "grant", "creditentry", "paymentevent", "outletexport", "redirect",
]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens(admin, name):
    assert admin.get(reverse(f"admin:catalog_{name}_changelist")).status_code == 200


def test_a_work_shows_its_prices_and_its_page(admin):
    make_licence()
    work = make_artwork()
    body = change_page(admin, work).content.decode()
    assert "Personal €9" in body
    assert work.get_absolute_url() in body


def test_works_are_withdrawn_with_a_reason_and_put_back(admin):
    work = make_artwork()
    address = reverse("admin:catalog_artwork_changelist")
    asked = admin.post(address, {"action": "withdraw", "_selected_action": [str(work.pk)]})
    assert "Buyers keep what they bought" in asked.content.decode()
    assert Artwork.objects.get().withdrawn_at is None
    sent = {"action": "withdraw", "_selected_action": [str(work.pk)], "apply": "Withdraw"}
    assert admin.post(address, sent | {"reason": ""}).status_code == 200
    admin.post(address, sent | {"reason": "The rights are unclear."})
    work.refresh_from_db()
    assert work.withdrawn_reason == "The rights are unclear."
    admin.post(address, {"action": "restore", "_selected_action": [str(work.pk)]})
    work.refresh_from_db()
    assert work.withdrawn_at is None


def save_collection(admin, row=None, **fields):
    values = {"title": "Gathered", "slug": "gathered", "description": "", "kind": "rule"}
    values |= {"rule": "", "collectionpick_set-TOTAL_FORMS": "0"}
    values |= {"collectionpick_set-INITIAL_FORMS": "0"}
    address = (
        reverse("admin:catalog_collection_change", args=[row.pk])
        if row
        else reverse("admin:catalog_collection_add")
    )
    return admin.post(address, values | fields)


def test_a_collection_by_rule_is_checked_counted_and_shown(admin):
    make_artwork(style_slug="waves")
    refused = save_collection(admin, rule="colour=teal")
    assert "is no filter" in refused.content.decode()
    save_collection(admin, rule="style=waves")
    row = Collection.objects.get(slug="gathered")
    body = change_page(admin, row).content.decode()
    assert "1 works on sale" in body
    assert "admin-thumb" in body


def test_works_are_picked_by_hand_in_order(admin):
    first, second = make_listings(2)
    save_collection(admin, kind="hand")
    row = Collection.objects.get(slug="gathered")
    picked = {
        "kind": "hand", "collectionpick_set-TOTAL_FORMS": "2",
        "collectionpick_set-0-artwork": str(first.pk), "collectionpick_set-0-position": "2",
        "collectionpick_set-1-artwork": str(second.pk), "collectionpick_set-1-position": "1",
    }  # fmt: skip
    assert save_collection(admin, row, **picked).status_code == 302
    assert list(works_of(row)) == [second, first]


def test_a_changed_address_is_led_on(admin):
    row = Collection.objects.create(slug="gathered", title="Gathered", kind="hand")
    save_collection(admin, row, kind="hand", slug="renamed")
    assert Redirect.objects.get().new_path == "/collections/renamed/"
    series = Collection.objects.create(slug="series", title="Series")
    save_collection(admin, series, kind="series", slug="other")
    series.refresh_from_db()
    assert series.slug == "series"  # specs name it


def test_a_rule_shows_what_it_would_change_before_it_counts(admin):
    licence = make_licence(amount_cents=1000)
    work = make_artwork(style_slug="waves")
    make_artwork(style_slug="dunes")
    rule = PriceRule.objects.create(
        name="Waves up", style_slug="waves", factor_percent=150, is_active=False
    )
    effect = effect_of(rule)
    assert effect.works == 1
    assert [(one.title, one.before_cents, one.after_cents) for one in effect.changes] == [
        (work.title, 1000, 1500)
    ]
    assert price_of(work, licence) == 1000
    body = change_page(admin, rule).content.decode()
    assert "Some of them" in body
    rule.refresh_from_db()
    assert not rule.is_active


def test_saving_a_rule_brings_listed_prices_up_to_date(admin):
    make_licence(amount_cents=1000)
    work = make_artwork()
    sent = {"name": "Half", "least_sales": "0", "factor_percent": "50", "position": "0",
            "is_active": "on"}  # fmt: skip
    assert admin.post(reverse("admin:catalog_pricerule_add"), sent).status_code == 302
    work.refresh_from_db()
    assert work.price_cents == 500


def test_a_code_shows_what_it_would_have_taken_off(admin):
    make_order(make_artwork(), cents=1000)
    make_order(make_artwork(style_slug="waves"), cents=2000)
    code = Promotion.objects.create(
        code="WAVES", name="Waves", percent_off=10, style_slug="waves", is_active=False
    )
    found = code_effect_of(code)
    assert (found.orders, found.fitting, found.taken_cents) == (2, 1, 200)
    assert "Of the last 2 paid order(s), 1" in change_page(admin, code).content.decode()


def test_packs_say_what_they_save(admin):
    CreditPack.objects.create(slug="ten", name="Ten", credit_cents=1000, price_cents=900)
    body = admin.get(reverse("admin:catalog_creditpack_changelist")).content.decode()
    assert "10 %" in body


def test_credits_are_given_once_with_a_reason_and_kept_for_ever(admin):
    ada, address = make_user("ada"), reverse("admin:catalog_creditentry_add")
    once = admin.get(address).context["adminform"].form["once"].value()
    form = {"user": ada.pk, "amount": "12.50", "reason": "For the wait", "once": str(once)}
    for _ in range(2):
        assert admin.post(address, form).status_code == 302
    entry = CreditEntry.objects.get()
    assert (entry.user, entry.cents, entry.reason) == (ada, 1250, "For the wait")
    [noted] = AuditEntry.objects.filter(verb="credits.given")
    assert noted.after == {"cents": 1250, "reason": "For the wait"}
    page = change_page(admin, entry)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    refused = admin.post(address, form | {"amount": "-5", "once": str(uuid4())})
    assert refused.status_code == 200
    assert CreditEntry.objects.count() == 1


def test_an_order_is_paid_back_line_by_line(admin):
    order = make_order(make_artwork())
    assert "Choose what is paid back" in change_page(admin, order).content.decode()
    address = reverse("admin:catalog_order_refund", args=[order.pk])
    assert "Pay back" in admin.get(address).content.decode()
    assert "Choose at least one line" in admin.post(address, {"reason": "x"}).content.decode()
    line = order.lines.get()
    answer = admin.post(address, {"lines": [line.pk], "reason": "It was withdrawn."})
    assert answer.status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.reason) == (900, "It was withdrawn.")
    assert refund.asked_by.username == "boss"
    assert "Nothing of it is left" in admin.get(address).content.decode()


def test_what_cannot_be_paid_back_says_why(admin):
    order = make_order(make_artwork(), state="pending", paid_at=None)
    assert "It was never paid." in change_page(admin, order).content.decode()
    address = reverse("admin:catalog_order_refund", args=[order.pk])
    answer = admin.post(address, {"lines": [order.lines.get().pk], "reason": "x"})
    assert "was never paid" in answer.content.decode()


def test_only_who_may_give_money_back_does(client):
    order = make_order(make_artwork())
    clerk = make_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(clerk)
    assert client.get(reverse("admin:catalog_order_refund", args=[order.pk])).status_code == 403


def test_works_are_bundled_from_their_list_and_fetched(admin):
    work = make_artwork(price_cents=900, category="abstract")
    address = reverse("admin:catalog_artwork_changelist")
    led = admin.post(address, {"action": "bundle", "_selected_action": [str(work.pk)]})
    begin = admin.get(led["Location"]).content.decode()
    assert "1 chosen work" in begin
    assert "takes no AI-generated content" in begin
    add = reverse("admin:catalog_outletexport_add")
    assert (
        "not to enlarge"
        in admin.post(
            add, {"outlet": "adobe-stock", "works": str(work.pk), "upscale": "on"}
        ).content.decode()
    )
    sent = admin.post(add, {"outlet": "etsy", "works": str(work.pk)})
    export = OutletExport.objects.get()
    assert sent["Location"].endswith(f"/{export.pk}/change/")
    assert "0 of 1 looked at" in change_page(admin, export).content.decode()
    make_export(export_id=export.pk)
    assert "1 inside, 0 held" in change_page(admin, export).content.decode()
    bundle = admin.get(reverse("admin:catalog_outlet_bundle", args=[export.pk]))
    assert b"".join(bundle.streaming_content).startswith(b"PK")
    listed = reverse("admin:catalog_outletexport_changelist")
    admin.post(listed, {"action": "discard", "_selected_action": [str(export.pk)]})
    assert not OutletExport.objects.exists()


def test_a_bundle_of_a_collection_without_works_is_refused(admin):
    row = Collection.objects.create(slug="empty", title="Empty")
    sent = {"outlet": "etsy", "collection": str(row.pk)}
    body = admin.post(reverse("admin:catalog_outletexport_add"), sent).content.decode()
    assert "Choose a collection that has works on sale" in body


def test_held_works_stand_with_their_reasons(admin):
    vector = make_vector(3)
    works = [
        make_artwork(price_cents=900, category="abstract", approval_fields={"embedding": vector})
        for _ in range(2)
    ]
    admin.post(
        reverse("admin:catalog_outletexport_add"),
        {"outlet": "etsy", "works": ",".join(str(work.pk) for work in works)},
    )
    export = make_export(export_id=OutletExport.objects.get().pk)
    assert "which is in this bundle" in change_page(admin, export).content.decode()


def test_redirects_are_kept_in_one_step(admin):
    add = reverse("admin:catalog_redirect_add")
    assert admin.post(add, {"old_path": "/a/", "new_path": "/b/"}).status_code == 302
    assert admin.post(add, {"old_path": "/b/", "new_path": "/c/"}).status_code == 302
    assert dict(Redirect.objects.values_list("old_path", "new_path")) == {
        "/a/": "/c/", "/b/": "/c/",
    }  # fmt: skip
    refused = admin.post(add, {"old_path": "https://x/", "new_path": ""})
    assert "without the host" in refused.content.decode()
