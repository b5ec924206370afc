"""An erasure leaves no word of a person but what the law asks for, and breaks nothing around it."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog.models import CreditEntry, Grant, Invoice, Lightbox, Order, SentMail, Wish
from curation.models import Brand, Candidate, Decision
from genart.accounts.models import ApiToken, User
from genart.audit.models import AuditEntry
from genart.integrity import violations
from genart.lib.errors import NotFound, StateConflict
from genart.privacy.models import DataRequest
from genart.privacy.services import requests
from genart.privacy.services.erasing import erase
from genart.privacy.subject import Subject
from tests.conftest import make_user, signed_in
from tests.factories import make_artwork

pytestmark = pytest.mark.django_db
WORDS = ("zoe", "Zoë", "Ångström")


def words_left(*words: str) -> set[str]:
    """Return tables and columns in which one of the words still stands, whatever the table."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN"
            " ('text', 'character varying', 'jsonb', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            for word in words:
                cursor.execute(
                    f'SELECT 1 FROM "{table}" WHERE "{column}"::text LIKE %s LIMIT 1',
                    [f"%{word}%"],
                )
                if cursor.fetchone():
                    found.add(f"{table}.{column}")
    return found


def end(subject: Subject) -> DataRequest:
    """Ask for the end and let the days of grace pass."""
    asked = requests.ask_erasure(subject=subject)
    DataRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now())
    assert requests.fulfil(request_id=asked.pk)
    asked.refresh_from_db()
    return asked


def test_no_table_says_who_it_was_but_the_papers_of_the_law(subject, zoe):
    assert {"accounts_user.username", "catalog_sentmail.to"} <= words_left(*WORDS)

    asked = end(subject)

    assert words_left(*WORDS) == {"catalog_order.bill_to", "catalog_invoice.facts"}
    assert asked.state == "done" and asked.outcome["orders"] == {"rows": 1, "fate": "law"}
    zoe.refresh_from_db()
    assert zoe.username == f"erased-{zoe.pk}" and not zoe.is_active
    assert not zoe.has_usable_password()


def test_what_was_his_alone_is_gone_and_records_stay(
    subject, zoe, django_capture_on_commit_callbacks
):
    copy = requests.ask_export(subject=subject)
    requests.fulfil(request_id=copy.pk)
    copy.refresh_from_db()
    secret = zoe.orders.get().secret
    with django_capture_on_commit_callbacks(execute=True):
        end(subject)

    for table in (Lightbox, Wish, ApiToken):
        assert not table.objects.exists()
    assert not storages["originals"].exists(copy.file)
    assert DataRequest.objects.get(pk=copy.pk).state == "expired"
    order, grant = Order.objects.get(), Grant.objects.get()
    assert order.buyer == zoe and order.secret != secret and order.email == ""
    assert grant.licensee == "" and grant.revoked_at is None
    assert Invoice.objects.get().facts["buyer"]["lines"][0] == "Zoë Ångström"
    assert SentMail.objects.count() == 1
    assert [one for one in violations() if "orphan" not in one.rule] == []


def test_papers_that_are_old_enough_go_with_the_rest(subject, zoe):
    old = timezone.now() - timedelta(days=366 * 12)
    Order.objects.update(paid_at=old)
    Invoice.objects.update(issued_at=old)

    end(subject)

    assert words_left(*WORDS) == set()


def test_his_sessions_end_at_once(subject, zoe):
    client = Client()
    client.force_login(zoe)
    assert client.get("/accounts/").status_code == 200

    end(subject)

    assert client.get("/accounts/").status_code == 302


def test_logs_keep_a_number_that_leads_to_nobody(zoe, subject):
    zoe.groups.clear()
    work = make_artwork(approval_fields={"decided_by": "user:zoe"})
    brand = Brand.objects.create(slug="house", name="House")
    candidate = Candidate.objects.create(render=work.render, brand=brand, tier="commodity")
    decision = Decision.objects.create(candidate=candidate, user=zoe, verdict="approve")

    end(subject)

    decision.refresh_from_db(), work.refresh_from_db()
    assert decision.user_id == zoe.pk
    assert decision.author == work.decided_by == f"user:erased-{zoe.pk}"
    assert AuditEntry.objects.filter(verb="person.erased", subject_id=str(zoe.pk)).count() == 1


def test_no_log_says_the_name_of_a_curator(curator):
    from curation import services as curation

    brand = Brand.objects.create(slug="house", name="House")
    render = make_artwork().render
    candidate = Candidate.objects.create(
        render=render, brand=brand, tier="commodity", state="review"
    )
    User.objects.filter(pk=curator.pk).update(username="Theodora")
    curator.refresh_from_db()
    curation.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
    curation.undo(user=curator)
    assert words_left("Theodora") >= {"curation_candidate.reasons"}

    end(Subject(user=curator))

    assert words_left("Theodora") == set()
    assert Decision.objects.filter(user=curator).count() == 2


def test_a_guest_is_erased_and_the_account_of_that_address_is_not(
    zoe, guest_order, stranger_subject
):
    end(stranger_subject)

    guest_order.refresh_from_db()
    assert guest_order.email == "erased@erased.invalid"
    assert guest_order.bill_to.startswith("A guest")  # the law's
    zoe.refresh_from_db()
    assert zoe.email == "zoe@example.com" and zoe.orders.get().email == zoe.email
    assert DataRequest.objects.get().email == ""


def test_it_may_be_taken_back_until_it_is_done(subject, zoe):
    asked = requests.ask_erasure(subject=subject)
    assert requests.ask_erasure(subject=subject) == asked
    assert not requests.fulfil(request_id=asked.pk)  # not due yet
    requests.cancel_erasure(user=zoe)
    DataRequest.objects.update(due_at=timezone.now())

    assert not requests.fulfil(request_id=asked.pk)
    assert User.objects.get(pk=zoe.pk).username == "zoe"
    with pytest.raises(NotFound):
        requests.cancel_erasure(user=zoe)


def test_an_order_under_way_holds_it_up_and_says_so(subject, zoe):
    asked = requests.ask_erasure(subject=subject)
    DataRequest.objects.update(due_at=timezone.now())
    pending = Order.objects.create(
        buyer=zoe, total_cents=0, currency="EUR", gateway="test",
        expires_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip

    assert not requests.fulfil(request_id=asked.pk)
    asked.refresh_from_db()
    assert "waits for its payment" in asked.problem
    Order.objects.filter(pk=pending.pk).update(state="cancelled")
    assert requests.fulfil(request_id=asked.pk)


def test_the_last_administrator_stays(admin_user):
    with pytest.raises(StateConflict, match="last administrator"):
        requests.ask_erasure(subject=Subject(user=admin_user))
    make_user("second", is_superuser=True)
    assert requests.ask_erasure(subject=Subject(user=admin_user)).state == "waiting"


def test_done_twice_it_changes_nothing_more(subject, zoe):
    erase(subject)
    before = User.objects.values().get(pk=zoe.pk)["username"]
    erase(Subject(user=User.objects.get(pk=zoe.pk)))
    assert User.objects.values().get(pk=zoe.pk)["username"] == before
    assert not CreditEntry.objects.exists()


def test_the_name_is_free_again(subject, zoe):
    end(subject)
    assert make_user("zoe").pk != zoe.pk


def test_operators_tell_first_and_erase_when_they_are_sure(zoe, guest_order, capsys):
    call_command("erase_person", "--email", "zoe@example.com")
    assert "Orders (1)" in capsys.readouterr().out
    guest_order.refresh_from_db()
    assert guest_order.email == "zoe@example.com"

    call_command("erase_person", "--email", "zoe@example.com", "--yes")
    guest_order.refresh_from_db()
    assert guest_order.email == "erased@erased.invalid"
    with pytest.raises(CommandError, match="Nothing is held"):
        call_command("erase_person", "--email", "zoe@example.com", "--yes")
    with pytest.raises(CommandError, match="no account"):
        call_command("erase_person", "--user", "nobody")


def test_a_closed_session_of_another_stays(subject, buyer):
    client = signed_in(buyer)
    end(subject)
    assert client.get("/accounts/").status_code == 200
