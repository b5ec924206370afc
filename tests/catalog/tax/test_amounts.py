"""Cents: net and VAT make the total, halves round up, lines add up."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from catalog.papers.spread import spread
from catalog.tax import Assessment, split, split_lines
from catalog.tax.rates import RATES

CENTS = st.integers(0, 5_000_000)
BP = st.sampled_from(sorted({rate for rows in RATES.values() for _since, rate in rows}))


def taxed(rate_bp):
    return Assessment("oss", rate_bp, "FR", included_bp=1900)


def free(included_bp=1900, scheme="reverse"):
    return Assessment(scheme, 0, "FR", included_bp=included_bp)


def exact_net(cents, rate_bp):
    net = Decimal(cents) * 10_000 / (10_000 + rate_bp)
    return int(net.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(CENTS, BP)
def test_net_and_vat_make_the_price_and_net_rounds_half_up(cents, rate_bp):
    amounts = split(cents, taxed(rate_bp))
    assert amounts.net_cents + amounts.vat_cents == amounts.total_cents == cents
    assert amounts.net_cents == exact_net(cents, rate_bp)
    assert 0 <= amounts.vat_cents <= cents


@given(CENTS, BP)
def test_who_owes_no_vat_here_pays_the_price_without_the_shops_own(cents, included):
    amounts = split(cents, free(included))
    assert amounts.total_cents == amounts.net_cents == exact_net(cents, included)
    assert amounts.vat_cents == 0


@given(st.lists(st.integers(0, 200_000), max_size=60), BP, st.booleans())
def test_lines_add_up_to_the_whole_to_the_cent(lines, rate_bp, owes):
    assessment = taxed(rate_bp) if owes else free(rate_bp)
    parts, whole = split_lines(lines, assessment), split(sum(lines), assessment)
    assert sum(part.net_cents for part in parts) == whole.net_cents
    assert sum(part.vat_cents for part in parts) == whole.vat_cents
    assert sum(part.total_cents for part in parts) == whole.total_cents
    for cents, part in zip(lines, parts, strict=True):
        assert part.net_cents + part.vat_cents == part.total_cents
        assert abs(part.net_cents - split(cents, assessment).net_cents) <= 1
        assert part.net_cents >= 0 and part.vat_cents >= 0


def test_a_known_price():
    assert (split(1190, taxed(1900)).net_cents, split(1190, taxed(1900)).vat_cents) == (1000, 190)
    assert split(999, taxed(2550)).net_cents == 796  # 796.0159…
    assert split(900, Assessment("none", 0, "DE")).total_cents == 900


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=50))
def test_a_spread_sum_is_whole_and_fair(total, weights):
    parts = spread(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - total * weight / sum(weights)) <= 1
