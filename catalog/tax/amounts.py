"""Cents: what VAT makes of a price that contains it. Halves round up, and nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.tax.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Amounts:
    """A price in its parts, in cents: `net + vat = total`. `total` is what is paid."""

    net_cents: int
    vat_cents: int
    total_cents: int


def split(gross_cents: int, assessment: Assessment) -> Amounts:
    """Return the parts of a list price, VAT inside, for a buyer.

    Who pays VAT here pays the list price, whatever the rate of his country. Who does not (reverse
    charge, outside the EU) pays it less the VAT of the shop's own country, which it contains.
    """
    if assessment.rate_bp:
        net = without_vat(gross_cents, assessment.rate_bp)
        return Amounts(net, gross_cents - net, gross_cents)
    net = without_vat(gross_cents, assessment.included_bp)
    return Amounts(net, 0, net)


def split_lines(gross_cents: Sequence[int], assessment: Assessment) -> list[Amounts]:
    """Return the parts of each line, so that they add up to the parts of the sum, to the cent.

    Each running sum is split, and a line is the difference of two: no line is more than a cent away
    from what it would be alone.
    """
    parts, before, running = [], Amounts(0, 0, 0), 0
    for cents in gross_cents:
        running += cents
        now = split(running, assessment)
        net = now.net_cents - before.net_cents
        total = now.total_cents - before.total_cents
        parts.append(Amounts(net, total - net, total))
        before = now
    return parts


def without_vat(gross_cents: int, rate_bp: int) -> int:
    """Return what is left of a sum without the VAT it contains; half a cent rounds up."""
    divisor = 10_000 + rate_bp
    return (2 * gross_cents * 10_000 + divisor) // (2 * divisor)
