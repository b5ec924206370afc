"""Plots: shares with intervals, histograms and reliability, each with words."""

import re

from hypothesis import given
from hypothesis import strategies as st

from genart.lib import plots
from genart.lib.plots import Share, wilson


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_within_0_and_1(counted):
    hits, total = counted
    low, high = wilson(hits, total)
    assert 0 <= low <= hits / total <= high <= 1


def test_nothing_counted_may_be_anything():
    assert wilson(0, 0) == (0, 1)
    assert Share(0, 0).value == 0


def test_every_plot_has_a_title_and_says_what_it_shows():
    strip = plots.interval_strip("Approved, <Arches>", Share(8, 10))
    assert 'role="img"' in strip
    assert "<title" in strip
    assert "80 % of 10" in strip
    assert "&lt;Arches&gt;" in strip
    assert "style=" not in strip


def test_a_histogram_draws_what_it_counts():
    plot = plots.histogram(
        "Ages", [0, 4, 1], ["a", "b", "c"], ends=("0", "1"), marks=[("bad", 0.5)]
    )
    assert plot.svg.count("plot__bar") == 2
    assert "plot__mark--bad" in plot.svg
    assert plot.rows == (("a", "0"), ("b", "4"), ("c", "1"))
    assert "most at b" in plot.svg


def test_an_empty_histogram_says_so():
    assert "no pictures yet" in plots.histogram("Ages", [0, 0], ["a", "b"], ends=("", "")).svg


def test_reliability_tells_how_far_it_is_off():
    plot = plots.reliability("Taste", [[0.1, 0.1, 40], [0.8, 0.6, 40]])
    assert plot.svg.count("<circle") == 2
    assert "at most 20 %" in plot.svg
    assert plot.rows[1] == ("80 %", "60 %", "40")
    assert "0 groups" in plots.reliability("Taste", []).svg


def test_ids_do_not_repeat_on_a_page():
    page = "".join(plots.interval_strip("x", Share(1, 2)) for _ in range(3))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 6
