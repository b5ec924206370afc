import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils import timezone

from catalog.demand import services
from catalog.demand.services import wishes
from catalog.models import DemandGap, SentMail, Wish
from genart.lib import screens
from tests.catalog.demand.conftest import PERSON
from tests.conftest import signed_in
from tests.factories import make_artwork, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Send the link when it is asked for: the message in between has a test of its own."""
    monkeypatch.setattr(
        wishes, "send_on_commit", lambda actor, wish_id: services.send_confirmation(wish_id=wish_id)
    )


def guest_link():
    """Return the path of the link in the last mail."""
    return re.search(r"https?://[^/\s]+(/wishes/\S+)", mail.outbox[-1].body).group(1)


def filled(text="quokka"):
    gap = services.gap_for(text=text)
    work = make_artwork()
    services.fill_gap(gap_id=gap.pk, artwork_id=work.pk)
    return work


def test_a_page_without_works_offers_to_tell(visitor, buyer_client):
    page = visitor.get("/browse/?q=quokka").content.decode()
    assert "Tell me when you have this" in page and 'name="email"' in page
    page = buyer_client.get("/browse/?q=quokka").content.decode()
    assert "Tell me when you have this" in page and 'name="email"' not in page
    make_artwork()
    assert "Tell me when you have" not in visitor.get("/browse/?q=arches").content.decode()
    assert "Tell me when" not in visitor.get("/browse/?style=nothing").content.decode()


def test_an_account_asks_with_one_click_and_is_told_once(buyer, buyer_client):
    for _ in range(2):
        answer = buyer_client.post("/wishes/", {"q": "Quokka"}, follow=True)
        assert "We will tell you" in answer.content.decode()
    wish = Wish.objects.get()
    assert (wish.user, wish.state, wish.email) == (buyer, "waiting", "")
    assert "Not here yet" in buyer_client.get("/saved/").content.decode()
    assert mail.outbox == []
    work = filled()
    services.fill_gap(gap_id=wish.gap_id, artwork_id=work.pk)
    services.tell_wishes()
    (sent,) = mail.outbox
    assert sent.to == [buyer.email] and work.get_absolute_url() in sent.body
    assert "1 new" in buyer_client.get("/").content.decode()
    saved = buyer_client.get("/saved/").content.decode()
    assert work.title in saved.replace("&#x27;", "'") and "badge" in saved
    assert "badge" not in buyer_client.get("/saved/").content.decode()
    buyer_client.post(f"/wishes/{wish.pk}/drop/")
    assert not Wish.objects.exists()


def test_a_guest_is_told_only_when_he_has_opened_the_link_and_pressed_its_button(visitor):
    answer = visitor.post("/wishes/", {"q": "quokka", "email": " Ada@Example.com "}, follow=True)
    assert "Look into your mail" in answer.content.decode()
    assert mail.outbox[0].to == ["ada@example.com"]
    link = guest_link()
    assert visitor.get(link).status_code == 200
    assert Wish.objects.get().state == "asked"
    filled()
    assert len(mail.outbox) == 1  # not confirmed: not told
    page = visitor.post(link).content.decode()
    assert "It is here" in page
    assert [one.to for one in mail.outbox] == [["ada@example.com"]] * 2
    wish = Wish.objects.get()
    assert (wish.state, wish.email) == ("told", "")
    assert not SentMail.objects.exclude(to="").exists()  # the address is nowhere any more
    visitor.post(link)
    services.tell_wishes()
    assert len(mail.outbox) == 2


def test_a_guest_who_waits_is_told_when_it_is_there(visitor):
    visitor.post("/wishes/", {"q": "quokka", "email": "ada@example.com"})
    assert "We will tell you" in visitor.post(guest_link()).content.decode()
    work = filled("Quokkas")
    assert work.get_absolute_url() in mail.outbox[-1].body
    assert Wish.objects.get().state == "told"


def test_a_guest_can_have_his_address_forgotten(visitor):
    visitor.post("/wishes/", {"q": "quokka", "email": "ada@example.com"})
    link = guest_link()
    assert "Forgotten" in visitor.post(link, {"forget": "1"}).content.decode()
    assert not Wish.objects.exists()
    assert visitor.get(link).status_code == 410
    assert visitor.get("/wishes/rubbish/").status_code == 410


def test_an_address_that_is_never_confirmed_is_deleted(visitor):
    visitor.post("/wishes/", {"q": "quokka", "email": "ada@example.com"})
    assert services.forget_wishes() == 0
    Wish.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert services.forget_wishes() == 1
    assert not Wish.objects.exists()


def test_a_mail_that_cannot_be_sent_is_tried_again_and_then_sent_once(monkeypatch, buyer):
    services.make_wish(text="quokka", user=buyer)
    work = make_artwork()
    gap = DemandGap.objects.get()
    sending = "django.core.mail.message.EmailMessage.send"

    def away(self, fail_silently=False):
        raise OSError("no mail server")

    with monkeypatch.context() as broken:
        broken.setattr(sending, away)
        with pytest.raises(OSError):
            services.fill_gap(gap_id=gap.pk, artwork_id=work.pk)
    assert Wish.objects.get().state == "waiting" and DemandGap.objects.get().state == "filled"
    assert (services.tell_wishes(), services.tell_wishes()) == (1, 0)
    assert len(mail.outbox) == 1


def test_an_account_without_an_address_reads_it_there():
    user = make_user()
    type(user).objects.filter(pk=user.pk).update(email="")
    services.make_wish(text="quokka", user=user)
    work = filled()
    assert mail.outbox == []
    assert work.title in signed_in(user).get("/saved/").content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("email", ["", "x", "a b@c.de", "@", "a@" + "b" * 300])
def test_what_is_no_address_is_refused_with_a_reason(visitor, email):
    answer = visitor.post("/wishes/", {"q": "quokka", "email": email})
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not Wish.objects.exists() and not DemandGap.objects.exists()


@pytest.mark.parametrize("text", ["", " ", "!?", "\x00"])
def test_what_says_nothing_is_refused(buyer_client, text):
    assert buyer_client.post("/wishes/", {"q": text}).status_code == 422
    assert not Wish.objects.exists()


def test_what_is_objected_to_is_refused(buyer_client, monkeypatch):
    monkeypatch.setattr(screens, "SCREENS", [lambda text: "It names somebody."])
    answer = buyer_client.post("/wishes/", {"q": "mickey"})
    assert answer.status_code == 422 and "It names somebody." in answer.content.decode()


def test_nobody_floods_an_address(visitor):
    for text in ("quokka", "zebra", "lynx", "walrus", "mammoth", "badger", "ostrich"):
        visitor.post("/wishes/", {"q": text, "email": "ada@example.com"})
    assert len(mail.outbox) == wishes.UNCONFIRMED
    other = Client(headers={"user-agent": PERSON}, REMOTE_ADDR="10.9.9.9")
    codes = {
        other.post("/wishes/", {"q": "quokka", "email": f"a{n}@example.com"}).status_code
        for n in range(25)
    }
    assert codes == {302, 429}


def test_htmx_gets_the_part_that_changed(visitor, buyer_client):
    heads = {"hx-request": "true", "hx-target": "wish"}
    part = buyer_client.post("/wishes/", {"q": "quokka"}, headers=heads).content.decode()
    assert part.strip().startswith("<section") and "We will tell you" in part
    part = visitor.post("/wishes/", {"q": "quokka", "email": "x"}, headers=heads)
    assert part.status_code == 422 and "Write%20your%20address" in part["X-Message"]


def test_a_wish_belongs_to_who_made_it(buyer, other_buyer_client, stranger):
    wish = services.make_wish(text="quokka", user=buyer)
    other_buyer_client.post(f"/wishes/{wish.pk}/drop/")
    assert stranger.post(f"/wishes/{wish.pk}/drop/").status_code == 302
    assert Wish.objects.count() == 1
    assert "quokka" not in other_buyer_client.get("/saved/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_actors_do_all_of_it(drain, monkeypatch, buyer):
    from catalog import tasks_demand
    from genart.lib.queue import send_on_commit

    monkeypatch.setattr(wishes, "send_on_commit", send_on_commit)
    services.make_wish(text="zebra arches", email="ada@example.com")
    services.make_wish(text="zebra arches", user=buyer)
    drain()
    assert [one.to for one in mail.outbox] == [["ada@example.com"]]
    make_artwork(approval_fields={"tags": ("zebra", "arches")})
    for actor in (tasks_demand.flush_signals, tasks_demand.fold_demand, tasks_demand.find_gaps,
                  tasks_demand.check_gaps, tasks_demand.forget_demand):  # fmt: skip
        actor.send()
        actor.send()
    drain()
    assert [one.to for one in mail.outbox] == [["ada@example.com"], [buyer.email]]
    SentMail.objects.filter(key__startswith="wish-asked").delete()
    Wish.objects.filter(state="asked").update(created_at=timezone.now() - timedelta(hours=1))
    tasks_demand.forget_demand.send()
    drain()
    assert mail.outbox[-1].to == ["ada@example.com"] and len(mail.outbox) == 3


@pytest.mark.django_db(transaction=True)
def test_many_who_fill_a_gap_at_once_send_each_notice_once():
    people = [make_user() for _ in range(4)]
    for person in people:
        services.make_wish(text="quokka", user=person)
    gap, work = DemandGap.objects.get(), make_artwork()

    def fill(_number):
        try:
            services.fill_gap(gap_id=gap.pk, artwork_id=work.pk)
            services.tell_wishes()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, range(4)))
    services.tell_wishes()
    assert sorted(one.to[0] for one in mail.outbox) == sorted(one.email for one in people)
