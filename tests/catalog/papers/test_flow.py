"""From a cart to papers and mails, through the shop's own verbs, for a guest with VAT."""

import io
import uuid

import pytest
from django.core import mail
from django.urls import reverse
from pypdf import PdfReader

from catalog import services
from catalog.checkout.gateway import GatewayEvent
from catalog.models import Grant, Invoice, SentMail
from catalog.papers.invoice_pdf import invoice_pdf
from catalog.services.buyer import Buyer
from catalog.services.cart import cart_for
from tests.factories import make_artwork, make_licence


@pytest.fixture
def order(transactional_db, settings):
    settings.VAT_MODE, settings.SHOP_COUNTRY, settings.VIES_URL = "oss", "DE", ""
    make_licence("personal", 900)
    cart = cart_for(user=None, cart_id=None)
    for _ in range(2):
        services.add_to_cart(cart=cart, artwork_id=make_artwork().pk, licence_slug="personal")
    buyer = Buyer(email="Guest@Example.com", country="FI", bill_to="Aino Aalto\nHelsinki")
    return services.start_order(cart=cart, buyer=buyer)


def pay(order):
    services.settle_payment(
        event=GatewayEvent(
            gateway="test", event_id=f"evt_{uuid.uuid4()}", kind=GatewayEvent.Kind.PAID,
            order_id=order.pk, amount_cents=order.due_cents, currency=order.currency,
        )
    )  # fmt: skip


def test_a_payment_ends_in_an_invoice_a_receipt_and_files(order, drain, client):
    pay(order)
    pay(order)
    drain()
    invoice = Invoice.objects.get()
    text = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(invoice_pdf(invoice))).pages
    )
    assert "VAT FI 25.5 %" in text and "Aino Aalto" in text and "€18.00" in text
    assert invoice.facts["net_cents"] + invoice.facts["vat_cents"] == 1800
    assert [message.to for message in mail.outbox] == [["guest@example.com"]]
    order.refresh_from_db()
    page = client.get(f"/orders/{order.pk}/?key={order.secret}")
    assert page.status_code == 200
    for grant in Grant.objects.all():
        assert grant.licensee == "Aino Aalto"
        assert client.get(f"/library/{grant.pk}/download/", follow=True).status_code == 200


def test_a_refund_ends_in_a_credit_note_a_mail_and_closed_doors(order, drain, client):
    pay(order)
    order.refresh_from_db()
    line = order.lines.first()
    refund = services.refund_order(order=order, lines=[line], reason="Too dark.")
    services.settle_payment(
        event=GatewayEvent(
            gateway="test", event_id="evt_back", kind=GatewayEvent.Kind.REFUND_DONE,
            order_id=order.pk, amount_cents=refund.amount_cents, currency="EUR",
            refund_id=refund.pk,
        )
    )  # fmt: skip
    drain()
    note = Invoice.objects.get(kind="credit_note")
    assert note.facts["total_cents"] == -900
    assert SentMail.objects.filter(key=f"refund:{refund.pk}").exists()
    client.get(f"/orders/{order.pk}/?key={order.secret}")
    states = [
        client.get(f"/library/{grant.pk}/download/").status_code
        for grant in Grant.objects.order_by("revoked_at")
    ]
    assert sorted(states) == [302, 410]


def test_the_admin_shows_papers_and_sends_again(order, drain, admin_client, buyer_client):
    pay(order)
    drain()
    invoice = Invoice.objects.get()
    for name in ("invoice", "sentmail"):
        page = reverse(f"admin:catalog_{name}_changelist")
        assert admin_client.get(page).status_code == 200
        assert buyer_client.get(page).status_code == 302
    page = reverse("admin:catalog_invoice_changelist")
    assert "€18.00" in admin_client.get(page, {"q": str(order.pk)}).content.decode()
    paper = reverse("admin:catalog_invoice_pdf", args=[invoice.pk])
    assert admin_client.get(paper).content.startswith(b"%PDF-")
    assert buyer_client.get(paper).status_code == 302
    admin_client.post(page, {"action": "send_again", "_selected_action": [invoice.pk]})
    assert len(mail.outbox) == 2
    form = admin_client.get(reverse("admin:catalog_invoice_change", args=[invoice.pk]))
    assert form.status_code == 200 and 'name="facts"' not in form.content.decode()
