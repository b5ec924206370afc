"""The choice among offers, by property: never one that may not, always the best of the rest."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from generation.remote.bids import MOST_DOUBTFUL, Bid, Need, best, fits, lack, objection

SLUGS = ("a", "b", "c", "d")
ADAPTERS = ("ink@1", "gold@2")
CONTROLS = ("canny", "depth")
sides = st.sampled_from([64, 256, 500, 512, 1024, 2048])
cents = st.decimals(min_value=0, max_value=20, places=2)

capabilities = st.fixed_dictionaries(
    {},
    optional={
        "min_px": st.sampled_from([64, 256, 512]),
        "max_px": st.sampled_from([512, 1024, 4096]),
        "multiple_px": st.sampled_from([1, 8, 64]),
        "most_pixels": st.sampled_from([262_144, 1_048_576]),
        "sizes": st.lists(st.tuples(sides, sides).map(list), max_size=4),
        "controls": st.lists(st.sampled_from(CONTROLS), unique=True),
        "references": st.lists(st.sampled_from(["image", "embedding"]), unique=True),
        "adapters": st.one_of(st.just(True), st.lists(st.sampled_from(ADAPTERS), unique=True)),
    },
)
bids = st.lists(
    st.builds(
        Bid,
        slug=st.sampled_from(SLUGS),
        name=st.just("Cloud"),
        price_cents=cents,
        capabilities=capabilities,
        after_seconds=st.sampled_from([0, 30, 600]),
        latency_seconds=st.one_of(st.none(), st.floats(min_value=0, max_value=300)),
        lets_through=st.booleans(),
        busy=st.integers(min_value=0, max_value=4),
        most_at_once=st.integers(min_value=1, max_value=4),
        budget_left_cents=st.one_of(st.none(), cents),
        objections=st.sampled_from([(), ("Its terms do not allow sale.",)]),
    ),
    max_size=4,
    unique_by=lambda bid: bid.slug,
)
needs = st.builds(
    Need,
    lane=st.sampled_from(["standard", "standard", "standard", "archive"]),
    width_px=sides,
    height_px=sides,
    control=st.sampled_from(["", "", *CONTROLS]),
    reference=st.sampled_from(["", "", "image", "embedding"]),
    adapters=st.lists(st.sampled_from(ADAPTERS), unique=True, max_size=2).map(tuple),
    waited_seconds=st.sampled_from([0.0, 45.0, 3600.0]),
    is_foreign=st.booleans(),
    budget_left_cents=st.one_of(st.none(), cents),
    refused_by=st.frozensets(st.sampled_from(SLUGS), max_size=2),
    failures=st.dictionaries(st.sampled_from(SLUGS), st.integers(min_value=1, max_value=3)),
    doubtful=st.integers(min_value=0, max_value=3),
)


@given(needs, bids)
def test_what_is_chosen_may_and_can(need: Need, offered: list[Bid]) -> None:
    chosen = best(need, offered, second_cents=0.02)
    if chosen is None:
        return
    can = chosen.capabilities
    assert need.lane == "standard"
    assert chosen.lets_through
    assert chosen.busy < chosen.most_at_once
    assert not chosen.objections
    assert chosen.slug not in need.refused_by
    assert need.doubtful < MOST_DOUBTFUL
    assert need.budget_left_cents is None or chosen.price_cents <= need.budget_left_cents
    assert chosen.budget_left_cents is None or chosen.price_cents <= chosen.budget_left_cents
    assert need.is_foreign or need.waited_seconds >= chosen.after_seconds
    assert not need.control or need.control in can["controls"]
    assert not need.reference or need.reference in can["references"]
    assert all(can["adapters"] is True or name in can["adapters"] for name in need.adapters)
    assert not can.get("sizes") or [need.width_px, need.height_px] in can["sizes"]
    assert can.get("min_px", 0) <= min(need.width_px, need.height_px)
    assert max(need.width_px, need.height_px) <= can.get("max_px", 9999)
    assert need.width_px % can.get("multiple_px", 1) == 0
    assert need.width_px * need.height_px <= can.get("most_pixels", 1 << 40)


@given(needs, bids)
def test_where_nothing_is_chosen_each_offer_has_its_sentence(
    need: Need, offered: list[Bid]
) -> None:
    found = [objection(need, bid) for bid in offered]

    assert (best(need, offered, second_cents=0.02) is None) == all(found)
    assert all(one.sentence.endswith(".") for one in found if one)


@given(needs, bids)
def test_nobody_better_is_passed_over(need: Need, offered: list[Bid]) -> None:
    chosen = best(need, offered, second_cents=0.02)
    for bid in offered:
        if chosen is None or objection(need, bid):
            continue
        failed, spared = need.failures.get(chosen.slug, 0), need.failures.get(bid.slug, 0)
        assert failed <= spared
        if failed == spared:
            worth = [
                float(one.price_cents) + 0.02 * (one.latency_seconds or 0) for one in (chosen, bid)
            ]
            assert worth[0] <= worth[1]


def make_bid(slug: str, price: str, **fields: object) -> Bid:
    return Bid(slug=slug, name=slug, price_cents=Decimal(price), **fields)  # type: ignore[arg-type]


PLAIN = Need(lane="standard", width_px=512, height_px=512)


def test_time_is_money() -> None:
    slow = make_bid("slow", "1", latency_seconds=100)
    fast = make_bid("fast", "2", latency_seconds=5)

    chosen = [best(PLAIN, [slow, fast], second_cents=rate) for rate in (0.001, 0.1)]

    assert chosen == [slow, fast]


def test_who_failed_comes_last_whatever_the_price() -> None:
    need = Need(lane="standard", width_px=512, height_px=512, failures={"cheap": 1})

    chosen = best(need, [make_bid("cheap", "1"), make_bid("dear", "9")], second_cents=0)

    assert chosen is not None
    assert chosen.slug == "dear"


def test_a_sentence_names_what_is_lacking() -> None:
    need = Need(lane="standard", width_px=512, height_px=512, adapters=("ink@1",))

    assert lack(need, make_bid("a", "1")) == "does not have ink@1."
    assert fits(512, 768, {"sizes": [[512, 768]]})
    assert not fits(768, 512, {"sizes": [[512, 768]]})
