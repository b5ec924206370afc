"""Each rule takes what is too old and nothing younger, and writes down how much that was."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import storages
from django.core.management import call_command
from django.utils import timezone

from catalog.models import (
    Cart,
    Grant,
    Invoice,
    Lightbox,
    Order,
    PaymentEvent,
    SearchRecord,
    SentMail,
    SignedFile,
)
from catalog.services.papers import issue_invoice
from genart.accounts.models import ApiToken
from genart.retention.models import Forgotten
from genart.retention.rules import end_of_papers, rules
from genart.retention.services.forgetting import ERASED, Removed
from genart.retention.services.holding import hold_to_rules
from generation.models import Job, RemoteCall, Render
from tests.catalog.papers.conftest import paid_order
from tests.factories import make_artwork, make_job, make_listings, make_provider, make_render
from tests.factories import make_user as person

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def ago(days: float):
    return NOW - timedelta(days=days)


def dated(row, **moments):
    type(row).objects.filter(pk=row.pk).update(**moments)
    return row


def test_rows_go_by_their_age_and_what_went_is_written_down():
    old = dated(SearchRecord.objects.create(text="old", found=0), created_at=ago(401))
    young = dated(SearchRecord.objects.create(text="young", found=0), created_at=ago(399))
    dated(Cart.objects.create(), updated_at=ago(91))
    mine = dated(Cart.objects.create(user=person()), updated_at=ago(91))
    dated(Lightbox.objects.create(title="old"), updated_at=ago(366))
    shared = dated(Lightbox.objects.create(title="s", is_shared=True), updated_at=ago(366))
    Session.objects.create(session_key="a", session_data="", expire_date=ago(1))
    going = Session.objects.create(session_key="b", session_data="", expire_date=ago(-1))
    user = person()
    ApiToken.objects.create(user=user, sha256="1", scopes=[], revoked_at=ago(366))
    kept = ApiToken.objects.create(user=user, sha256="2", scopes=[])

    found = hold_to_rules(now=NOW)

    assert list(SearchRecord.objects.all()) == [young] and old.pk
    assert list(Cart.objects.all()) == [mine]
    assert list(Lightbox.objects.all()) == [shared]
    assert list(Session.objects.all()) == [going]
    assert list(ApiToken.objects.all()) == [kept]
    for name in ("searches", "carts", "lightboxes", "sessions", "tokens"):
        assert found[name] == Removed(1)
        assert Forgotten.objects.get(rule=name).rows == 1
    assert set(hold_to_rules(now=NOW).values()) == {Removed()}
    assert Forgotten.objects.count() == 5


def test_an_order_that_was_never_paid_forgets_who_it_was_for():
    fields = {"total_cents": 0, "currency": "EUR", "gateway": "test", "state": "cancelled"}
    fields |= {"email": "a@example.com", "bill_to": "Ada", "country_evidence": {"address": "DE"}}
    old = dated(Order.objects.create(**fields), created_at=ago(181))
    young = dated(Order.objects.create(**fields), created_at=ago(179))

    hold_to_rules(now=NOW)

    old.refresh_from_db(), young.refresh_from_db()
    assert (old.email, old.bill_to, old.country_evidence) == (ERASED, "", {})
    assert (young.email, young.bill_to) == ("a@example.com", "Ada")


def test_mails_and_payments_stay_as_records_that_name_nobody():
    dated(SentMail.objects.create(key="receipt:1", to="a@example.com", subject="s"),
          sent_at=ago(91))  # fmt: skip
    dated(PaymentEvent.objects.create(gateway="stripe", event_id="e", kind="paid",
                                      payload={"name": "Ada"}), received_at=ago(731))  # fmt: skip

    hold_to_rules(now=NOW)

    assert SentMail.objects.get().to == ERASED
    assert PaymentEvent.objects.get().payload == {}


def test_papers_are_kept_for_full_calendar_years_then_lose_their_names(settings):
    settings.INVOICE_YEARS = 10
    limit = end_of_papers(NOW)
    assert limit.year == NOW.year - 10 and (limit.month, limit.day) == (1, 1)
    orders = [paid_order(make_listings(1), bill_to="Ada Lovelace\nLondon") for _ in range(2)]
    for order, paid in zip(orders, (limit - timedelta(days=1), limit), strict=True):
        invoice = issue_invoice(order=order)
        dated(order, paid_at=paid)
        dated(invoice, issued_at=paid)

    assert hold_to_rules(now=NOW)["papers"] == Removed(1)

    old, young = Invoice.objects.get(order=orders[0]), Invoice.objects.get(order=orders[1])
    assert old.facts["buyer"]["lines"] == [] and old.facts["buyer"]["email"] == ""
    assert old.facts["total_cents"] == young.facts["total_cents"] == 900
    assert young.facts["buyer"]["lines"][0] == "Ada Lovelace"
    assert Grant.objects.get(order_line__order=orders[0]).licensee == ""
    assert Order.objects.get(pk=orders[0].pk).email == ERASED
    assert hold_to_rules(now=NOW)["papers"] == Removed()


def test_papers_of_an_open_account_keep_its_name():
    order = paid_order(make_listings(1), buyer=person())
    invoice = issue_invoice(order=order)
    dated(invoice, issued_at=ago(365 * 12))
    dated(order, paid_at=ago(365 * 12))

    assert hold_to_rules(now=NOW)["papers"] == Removed()


def test_looks_at_styles_go_unless_they_were_paid_or_go_on():
    def look(**fields):
        job = make_job(purpose=Job.Purpose.PREVIEW)
        render = make_render(job=job, **fields)
        dated(job, created_at=ago(31))
        return job, render

    _gone, render = look()
    going, _ = look(state="queued")
    paid, asked = look(state="failed")
    RemoteCall.objects.create(render=asked, provider=make_provider())
    series = dated(make_job(), created_at=ago(31))

    hold_to_rules(now=NOW)

    assert set(Job.objects.all()) == {going, paid, series}
    assert not Render.objects.filter(pk=render.pk).exists()
    assert storages["originals"].exists(render.file)  # the storage sweep's


def test_files_that_were_signed_anew_go_and_their_rows_stay():
    from catalog.services.sealing import seal_artwork

    work = make_artwork()
    seal_artwork(artwork_id=work.pk)
    first = set(SignedFile.objects.values_list("pk", flat=True))
    dated_all = SignedFile.objects.filter(pk__in=first)
    dated_all.update(signed_at=ago(60))
    seal_artwork(artwork_id=work.pk, anew=True)
    SignedFile.objects.exclude(pk__in=first).update(signed_at=ago(31))

    removed = hold_to_rules(now=NOW)["superseded"]

    assert removed.files == len(first) and removed.bytes > 0
    for file in SignedFile.objects.all():
        is_old = file.pk in first
        assert (file.removed_at is not None) == is_old
        assert storages[file.storage].exists(file.name) != is_old
    work.refresh_from_db()
    shown = [name for names in work.derivatives.values() for name in names.values()]
    assert shown and all(storages["default"].exists(name) for name in shown)


def test_a_master_is_not_superseded_before_its_time():
    from catalog.services.sealing import seal_artwork

    work = make_artwork()
    seal_artwork(artwork_id=work.pk)
    SignedFile.objects.update(signed_at=ago(60))
    seal_artwork(artwork_id=work.pk, anew=True)

    assert hold_to_rules(now=NOW)["superseded"] == Removed()


def test_the_command_tells_every_rule_and_changes_nothing_unless_it_is_told():
    dated(SearchRecord.objects.create(text="old", found=0), created_at=ago(500))
    out = StringIO()

    call_command("retention", stdout=out)
    assert all(rule.name in out.getvalue() for rule in rules())
    assert SearchRecord.objects.exists() and not Forgotten.objects.exists()

    call_command("retention", "--do", stdout=out)
    assert not SearchRecord.objects.exists()


def test_every_rule_says_who_holds_to_it():
    from genart.scheduler import PERIODIC, find_actor

    periodic = {path for _seconds, path in PERIODIC}
    assert {"genart.retention.tasks:forget_old", "genart.retention.tasks:sweep_storage"} <= periodic
    for rule in rules():
        assert (rule.forget is None) == bool(rule.by), rule.name
        if rule.by:
            assert rule.by in periodic and find_actor(rule.by)


def test_one_broken_rule_does_not_keep_the_others(monkeypatch):
    def break_down(before, dry):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("genart.retention.services.forgetting.searches", break_down)
    dated(Cart.objects.create(), updated_at=ago(91))

    found = hold_to_rules(now=NOW)

    assert "searches" not in found and found["carts"] == Removed(1)
