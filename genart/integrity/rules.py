"""Every rule by its name, and the one question over all of them."""

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from genart.integrity import files, orders, publications, renders
from genart.integrity.contract import Rule, Violation

PATIENCE = timedelta(minutes=15)
"""How long what a sweep mends may stay unmended; the slowest takes some minutes."""
RULES: tuple[Rule, ...] = (*renders.RULES, *publications.RULES, *orders.RULES, *files.RULES)


def violations(
    *,
    patience: timedelta = PATIENCE,
    with_files: bool = True,
    deep: bool = False,
    only: Collection[str] = (),
) -> list[Violation]:
    """Return everything that is not as it must be, rule by rule.

    Args:
        patience: what is younger may still be on its way; none for a factory at rest.
        with_files: also ask the storages which files are there.
        deep: also read every file and compare its hash, which takes as long as a backup.
        only: names of rules; all when empty.
    """
    before = timezone.now() - patience
    return [
        Violation(rule.name, subject, sentence)
        for rule in RULES
        if (not only or rule.name in only)
        and (with_files or not rule.reads_files)
        and (deep or not rule.is_deep)
        for subject, sentence in rule.look(before)
    ]
