"""Verb: hold to every rule once. What went is written down, one row a rule that found something."""

import logging
from datetime import datetime

from django.db import transaction

from genart.retention.models import Forgotten
from genart.retention.rules import Forget, Rule, rules
from genart.retention.services.forgetting import Removed

logger = logging.getLogger(__name__)


def hold_to_rules(*, now: datetime, dry: bool = False) -> dict[str, Removed]:
    """Remove what is too old by each rule; return how much, by rule. Safe to repeat.

    A rule that fails is logged and does not keep the others.

    Args:
        now: the moment from which ages are counted.
        dry: whether nothing may change.
    """
    found = {}
    for rule in rules():
        if rule.forget is None:
            continue
        try:
            found[rule.name] = _hold(rule, rule.forget, now, dry)
        except Exception:  # one broken rule must not stop the rest; it is tried again
            logger.exception("The rule %s could not be held to.", rule.name)
    return found


def _hold(rule: Rule, forget: Forget, now: datetime, dry: bool) -> Removed:
    """Ask how much goes, write it down, then remove it."""
    before = rule.before(now)
    expected = forget(before, True)
    if dry or expected == Removed():
        return expected
    with transaction.atomic():
        noted = Forgotten.objects.create(
            rule=rule.name, before=before, rows=expected.rows, files=expected.files,
            bytes=expected.bytes,
        )  # fmt: skip
    removed = forget(before, False)
    Forgotten.objects.filter(pk=noted.pk).update(
        rows=removed.rows, files=removed.files, bytes=removed.bytes
    )
    return removed
