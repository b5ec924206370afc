"""A sound factory breaks no rule, and each thing that is broken is named by the rule about it."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from catalog.models import (
    Artwork,
    ArtworkStats,
    CreditEntry,
    Grant,
    Invoice,
    Licence,
    Order,
    PaymentEvent,
    SentMail,
)
from catalog.services.mails import send_receipt_mail
from curation.models import Brand, Candidate, Check, Decision
from genart.integrity import violations
from genart.integrity.rules import RULES
from generation.models import Job, Render
from tests.catalog.buying import buy
from tests.factories import make_artwork, make_job, make_licence, make_render, make_user

pytestmark = pytest.mark.django_db
World = SimpleNamespace


def broken(**options: Any) -> list[str]:
    """Return the names of the rules that are broken, of a factory at rest."""
    found = violations(**{"patience": timedelta(0), "deep": True} | options)
    return sorted({violation.rule for violation in found})


@pytest.fixture
def world(client: Client) -> World:
    """A work that was rendered, checked, approved, listed and bought."""
    make_licence()
    render = make_render(index=0)
    Render.objects.filter(pk=render.pk).update(index=0)
    candidate = Candidate.objects.create(
        render=render,
        brand=Brand.objects.create(slug="house", name="House"),
        tier="commodity",
        state="approved",
        decided_at=timezone.now(),
    )
    Check.objects.create(candidate=candidate, detector="faces", version="1", outcome="clear")
    decision = Decision.objects.create(candidate=candidate, verdict="approve", user=make_user())
    work = make_artwork(
        render=render,
        approval_fields={"candidate_id": candidate.pk, "decision_id": decision.pk},
    )
    buy(client, work)
    order = Order.objects.get()
    send_receipt_mail(order_id=order.pk)
    return World(render=render, candidate=candidate, decision=decision, work=work, order=order)


def test_a_sound_factory_breaks_no_rule(world: World) -> None:
    assert broken() == []


def test_what_has_just_happened_may_be_on_its_way(world: World) -> None:
    PaymentEvent.objects.update(outcome="")

    assert broken() == ["payment.not_acted_on"]
    assert broken(patience=timedelta(minutes=15)) == []


def test_a_violation_says_what_it_is_about(world: World) -> None:
    SentMail.objects.all().delete()

    [found] = violations(patience=timedelta(0))

    assert str(found) == f"order.receipt_unsent: order {world.order.pk}: Its receipt was not sent."


def leave_a_gap(world: World) -> None:
    Render.objects.filter(pk=world.render.pk).update(index=1)


def let_a_lease_run_out(world: World) -> None:
    render = make_render(job=world.render.job, index=1, state="queued")
    Render.objects.filter(pk=render.pk).update(
        state="rendering", lease_token=uuid4(), lease_expires_at=timezone.now()
    )


def cancel_the_job_alone(world: World) -> None:
    make_render(job=world.render.job, index=1, state="queued")
    Job.objects.update(state="cancelled", cancelled_at=timezone.now())


def render_unseen(world: World) -> None:
    make_render(job=make_job(), index=0)
    Render.objects.filter(candidate=None).update(index=0)


def leave_unscored(world: World) -> None:
    candidate = Candidate.objects.get()
    candidate.pk, candidate.state = uuid4(), "scoring"
    candidate.render = make_render(job=world.render.job, index=1)
    candidate.save(force_insert=True)


def reject(world: World) -> None:
    Candidate.objects.update(state="rejected")


def let_a_detector_fail(world: World) -> None:
    Check.objects.update(outcome="failed")


def forget_the_checks(world: World) -> None:
    Check.objects.all().delete()


def name_another_decision(world: World) -> None:
    Artwork.objects.update(decision_id=world.decision.pk + 1)


def swap_the_picture(world: World) -> None:
    Artwork.objects.update(sha256="0" * 64)


def forget_the_counters(world: World) -> None:
    ArtworkStats.objects.all().delete()


def approve_unlisted(world: World) -> None:
    candidate = Candidate.objects.get()
    candidate.pk, candidate.render = uuid4(), make_render(job=world.render.job, index=1)
    candidate.save(force_insert=True)


def sell_exclusively(world: World) -> None:
    Licence.objects.update(is_exclusive=True)


def take_the_right(world: World) -> None:
    Grant.objects.all().delete()


def give_unpaid(world: World) -> None:
    Order.objects.update(state="cancelled", paid_at=None)


def give_another(world: World) -> None:
    Grant.objects.update(licence=make_licence("commercial"))


def forget_the_ledger(world: World) -> None:
    PaymentEvent.objects.update(kind="waiting")


def lose_the_invoice(world: World) -> None:
    Invoice.objects.all().delete()


def charge_twice(world: World) -> None:
    buyer = make_user()
    Order.objects.update(credits_cents=100, buyer=buyer)
    for key in ("a", "b"):
        CreditEntry.objects.create(
            user=buyer, cents=-100, reason="Spent", key=f"order:{key}", order=world.order
        )


def lose_a_file(world: World) -> None:
    storages["originals"].delete(world.render.thumbnail)


def change_a_file(world: World) -> None:
    storages["originals"].delete(world.render.file)
    storages["originals"].save(world.render.file, ContentFile(b"another"))


def leave_a_draft(world: World) -> None:
    storages["default"].save(f"art/{world.work.pk}/.draft-x", ContentFile(b"half"))


BREAKS: dict[Callable[[World], None], list[str]] = {
    leave_a_gap: ["render.missing"],
    let_a_lease_run_out: ["render.lease_kept"],
    cancel_the_job_alone: ["render.cancelled_and_waiting"],
    render_unseen: ["render.unjudged"],
    leave_unscored: ["candidate.scoring_stuck"],
    reject: ["artwork.unapproved"],
    let_a_detector_fail: ["artwork.unchecked"],
    forget_the_checks: ["artwork.unchecked"],
    name_another_decision: ["artwork.undecided"],
    swap_the_picture: ["artwork.another_picture"],
    forget_the_counters: ["artwork.half_listed"],
    approve_unlisted: ["approval.unlisted"],
    sell_exclusively: ["artwork.sold_on"],
    take_the_right: ["order.undelivered"],
    give_unpaid: ["order.delivered_unpaid", "order.paid_unheard"],
    give_another: ["order.not_of_the_line"],
    forget_the_ledger: ["order.without_a_word"],
    lose_the_invoice: ["invoice.number_missing", "order.without_invoice"],
    charge_twice: ["order.credits_differ"],
    lose_a_file: ["file.missing"],
    change_a_file: ["file.changed"],
    leave_a_draft: ["file.orphaned"],
}


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda function: function.__name__)
def test_what_is_broken_is_named(world: World, break_it: Callable[[World], None]) -> None:
    break_it(world)

    assert broken() == BREAKS[break_it]


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]

    assert len(set(names)) == len(names)
    elsewhere = {"render.call_forgotten", "order.refund_unasked", "payment.not_acted_on"}
    elsewhere |= {"order.receipt_unsent"}
    assert {name for names in BREAKS.values() for name in names} | elsewhere == set(names)
