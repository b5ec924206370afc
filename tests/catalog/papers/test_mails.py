"""Mails: each once, with the right links, and the way back to one's works."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connections
from django.utils import timezone

from catalog.models import Grant, Order, Refund, SentMail
from catalog.services import mails, recovery
from catalog.services.papers import issue_credit_note, issue_invoice
from tests.catalog.papers.conftest import paid_order
from tests.factories import make_listings, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()
    yield
    cache.clear()


def page_of(message):
    return message.alternatives[0][0]


# -- receipts


def test_a_guests_receipt_opens_everything_and_comes_once(guest_order, stranger):
    invoice = issue_invoice(order=guest_order)
    assert mails.send_receipt_mail(order_id=guest_order.pk)
    assert not mails.send_receipt_mail(order_id=guest_order.pk)
    (message,) = mail.outbox
    grant = Grant.objects.get()
    assert message.to == ["guest@example.com"]
    for text in (message.body, page_of(message)):
        assert f"/orders/{guest_order.pk}/?key={guest_order.secret}" in text
        assert grant.artwork.title in text and grant.serial in text and "€9.00" in text
        assert "test payment" in text
    name, content, kind = message.attachments[0]
    assert (name, kind) == (f"{invoice}.pdf", "application/pdf") and content.startswith(b"%PDF-")
    link = re.search(r"http://localhost:\d+(/orders/\S+)", message.body).group(1)
    assert stranger.get(link).status_code == 200


def test_an_accounts_receipt_tells_no_secret(listing, buyer):
    order = paid_order([listing], buyer=buyer)
    mails.send_receipt_mail(order_id=order.pk)
    message = mail.outbox[0]
    assert order.secret not in message.body + page_of(message)
    assert "/library/" in message.body


def test_titles_are_escaped_in_the_page_and_plain_in_the_text(listing):
    listing.title = "Salt & <b>Light</b>"
    listing.save()
    mails.send_receipt_mail(order_id=paid_order([listing]).pk)
    message = mail.outbox[0]
    assert "Salt & <b>Light</b>" in message.body
    assert "Salt &amp; &lt;b&gt;Light" in page_of(message)


def test_an_unpaid_order_gets_no_receipt(listing):
    order = paid_order([listing])
    Order.objects.update(state="pending", paid_at=None)
    assert not mails.send_receipt_mail(order_id=order.pk)
    assert not mails.send_receipt_mail(order_id=listing.pk)
    assert mail.outbox == []


def test_a_mail_that_fails_is_sent_by_the_next_try(listing, settings):
    order = paid_order([listing])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(OSError):
        mails.send_receipt_mail(order_id=order.pk)
    assert not SentMail.objects.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mails.send_receipt_mail(order_id=order.pk)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail():
    order, results = paid_order(make_listings(1)), []

    def send():
        try:
            results.append(mails.send_receipt_mail(order_id=order.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 5 + [True]
    assert len(mail.outbox) == 1


def test_a_receipt_is_sent_again_where_somebody_asks(listing):
    order = paid_order([listing])
    mails.send_receipt_mail(order_id=order.pk)
    mails.resend_receipt(order=order)
    mails.resend_receipt(order=order)
    assert len(mail.outbox) == 3 and SentMail.objects.count() == 3


def test_the_sweep_sends_what_was_lost_and_nothing_twice(listing):
    old = timezone.now() - timedelta(minutes=10)
    lost = [paid_order([listing], paid_at=old) for _ in range(3)]
    paid_order([listing])  # just paid: its message may be on its way
    paid_order([listing], paid_at=timezone.now() - timedelta(days=30))
    mails.send_receipt_mail(order_id=lost[0].pk)
    for done_at in (old, timezone.now()):
        lost[0].refunds.create(amount_cents=1, reason="x", state="done", done_at=done_at)
    lost[0].refunds.create(amount_cents=1, reason="x", state="failed")
    assert mails.sweep_mails() == 3
    assert mails.sweep_mails() == 0


def test_a_refund_is_told_once_with_its_paper(listing):
    order = paid_order([listing])
    refund = Refund.objects.create(order=order, amount_cents=900, reason="Too dark", state="done")
    refund.lines.set(order.lines.all())
    note = issue_credit_note(refund=refund)
    assert mails.send_refund_mail(refund_id=refund.pk)
    assert not mails.send_refund_mail(refund_id=refund.pk)
    (message,) = mail.outbox
    assert "€9.00" in message.body and "Too dark" in message.body and str(note) in message.body
    assert message.attachments[0][0] == f"{note}.pdf"
    Refund.objects.update(state="pending")
    SentMail.objects.all().delete()
    assert not mails.send_refund_mail(refund_id=refund.pk)


# -- the way back


def mailed_link():
    return re.search(r"http://localhost:\d+(/library/found/\S+)", mail.outbox[-1].body).group(1)


def test_the_answer_is_the_same_for_known_and_unknown(guest_order, stranger, broker):
    pages = []
    for email in ("guest@example.com", "nobody@example.com"):
        answer = stranger.post("/library/find/", {"email": email})
        pages.append((answer.status_code, answer.url, stranger.get(answer.url).status_code))
    assert pages[0] == pages[1] == (302, "/library/find/?sent=1", 200)


@pytest.mark.parametrize("email", ["", "x", "a b@c", "@", "a@\x00b", "a" * 300 + "@b.de", "a\n@b"])
def test_what_is_no_address_is_said_so(stranger, email):
    answer = stranger.post("/library/find/", {"email": email})
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()


def test_a_mailed_link_opens_all_orders_of_an_address(work, stranger, other_buyer_client):
    first = paid_order([work])
    second = paid_order([work], email="GUEST@example.com")
    other = paid_order([work], email="else@example.com")
    assert mails.send_recovery_mail(email="guest@example.com")
    link = mailed_link()
    html = stranger.get(link).content.decode()
    for order in (first, second):
        assert f"/orders/{order.pk}/?key={order.secret}" in html
    assert str(other.pk) not in html
    assert stranger.get(f"/orders/{first.pk}/").status_code == 200
    assert other_buyer_client.get(f"/orders/{first.pk}/").status_code == 404


def test_nobody_is_written_to_who_bought_nothing_or_too_often(guest_order):
    assert not mails.send_recovery_mail(email="nobody@example.com")
    sent = [mails.send_recovery_mail(email="guest@example.com") for _ in range(5)]
    assert sent == [True] * recovery.MAILS_AN_HOUR + [False] * 2
    SentMail.objects.update(sent_at=timezone.now() - timedelta(hours=2))
    assert mails.send_recovery_mail(email="guest@example.com")


def test_one_visitor_may_not_ask_for_ever(stranger, broker):
    for _ in range(recovery.ASKS_AN_HOUR):
        assert stranger.post("/library/find/", {"email": "a@b.de"}).status_code == 302
    assert stranger.post("/library/find/", {"email": "a@b.de"}).status_code == 429


def test_a_link_that_is_old_or_cut_off_asks_for_a_new_one(guest_order, stranger, monkeypatch):
    secret = recovery.sign_address("guest@example.com")
    assert stranger.get(f"/library/found/{secret[:-4]}/").status_code == 410
    assert stranger.get("/library/found/x/").status_code == 410
    monkeypatch.setattr(recovery, "LINK_SECONDS", -1)
    answer = stranger.get(f"/library/found/{secret}/")
    assert answer.status_code == 410
    assert "Ask for a new one" in answer.content.decode()


def test_an_account_takes_over_a_guests_orders_of_the_mailed_address(
    guest_order, listing, buyer, buyer_client, stranger
):
    other = make_user()
    theirs = paid_order([listing], buyer=other)
    Order.objects.filter(pk=theirs.pk).update(email="guest@example.com")
    link = f"/library/found/{recovery.sign_address('guest@example.com')}/"
    assert "sign in" in stranger.get(link).content.decode()
    assert stranger.post(f"{link}claim/").status_code == 302
    guest_order.refresh_from_db()
    assert guest_order.buyer is None
    assert "Move to buyer" in buyer_client.get(link).content.decode()
    for _ in range(2):
        assert buyer_client.post(f"{link}claim/").url == "/library/"
    guest_order.refresh_from_db()
    assert guest_order.buyer == buyer
    assert Grant.objects.get(order_line__order=guest_order).buyer == buyer
    theirs.refresh_from_db()
    assert theirs.buyer == other
    assert buyer_client.post("/library/found/forged/claim/").status_code == 410
