"""Every rule of every outlet, at its boundary: just in passes, just out is held."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.outlets import OUTLETS, Piece, Rule, outlet_of
from catalog.outlets.checks import CHECKS, advice, faults
from catalog.outlets.contract import Page
from catalog.texts.categories import CATEGORIES
from genart.lib.errors import InvalidInput

DAY = date(2026, 11, 24)
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
FILE = {
    "kind": "jpeg", "width": 2400, "height": 2000, "short_side": 2000, "pixels": 4_800_000,
    "bytes": 900_000, "color_space": "sRGB", "digital_source_type": TRAINED, "enlarged": False,
    "watermark": False,
}  # fmt: skip
PIECE = Piece(
    key="0a1b2c3d",
    artwork_id="7f3c0000-0000-4000-8000-000000000001",
    slug="the-long-slope",
    title="The Long Slope",
    description="Soft hills in ochre under a pale sun.",
    alt_text="Hills.",
    tags=("hills", "sun", "ochre", "landscape", "calm", "wall art", "generative art"),
    category="landscape",
    page_url="https://shop.example/art/the-long-slope/",
    image_url="https://shop.example/media/art/640.webp",
    price_cents=900,
    currency="EUR",
    shop="genart",
    file=FILE,
)
TAKING = [outlet for outlet in OUTLETS.values() if not outlet.refuses]
RULES = [(outlet, place) for outlet in TAKING for place in range(len(outlet.rules))]


def entry_of(outlet, **changes):
    return outlet.entry(replace(PIECE, **changes))


def words(count):
    return [f"word{number:02}" for number in range(count)]


MATCHES = {
    r"[A-Za-z0-9_-]+\.jpg": ("Hill_2-b.jpg", "hill 2.jpg"),
    r"[\w \-'.]*": ("Don't Go No. 2", "Hills, Far"),
    r"[^,;\"]{1,50}": (["a" * 50], ["a" * 51]),
    r"[\x21-\x7e]{1,50}": ("a" * 50, "a" * 51),
    r"https?://[\x21-\x7e]+": ("http://a.example/%C3%A9", "https://a.example/é"),
    r"https?://[\x21-\x7e]+\.(?:jpe?g|webp|png|gif|bmp|tiff?)": (
        "https://a.example/1.webp", "https://a.example/1.avif",
    ),
    r"(?!0\.00)\d+\.\d\d [A-Z]{3}": ("0.01 EUR", "0.00 EUR"),
    r"[^$^`\\<>]*": ("Hills 100%", "Hills $"),
    r"(?!.*([%:&+]).*\1).*": ("Hills & Sun: 100%", "Hills & Sun & Sky"),
    r"[\w][\w \-'™©®]*": (["mid-century"], ["-hills"]),
    r"[\w ]{1,45}": (["a" * 45], ["a" * 46]),
}  # fmt: skip


def boundary(rule: Rule):
    """Return a value that the rule just lets through, and one that it just does not."""
    limit = rule.limit
    match rule.kind:
        case "least_characters":
            return "a" * limit, "a" * (limit - 1)
        case "most_characters":
            return "a" * limit, "a" * (limit + 1)
        case "least_items":
            return words(limit), words(limit - 1)
        case "most_items":
            return words(limit), words(limit + 1)
        case "items_most_characters":
            return ["a" * limit], ["a" * (limit + 1)]
        case "distinct":
            return ["sun", "suns"], ["sun", "Sun"]
        case "least":
            return limit, limit - 1
        case "most":
            return limit, limit + 1
        case "equals":
            other = (not limit) if isinstance(limit, bool) else f"{limit}x"
            return limit, other
        case "one_of":
            inside = limit[-1]
            return inside, inside + 1 if isinstance(inside, int) else f"{inside}x"
        case "says":
            return f"It is {limit.lower()}: drawn.", f"It is {limit[:-1]}."
        case "says_none_of":
            word = limit[0]
            return f"the {word}x and x{word}", f"the {word.upper()}!"
        case "match" | "items_match":
            return MATCHES[limit]
    raise AssertionError(f"no boundary is known for {rule.kind}")


def named(pair):
    outlet, place = pair
    rule = outlet.rules[place]
    return f"{outlet.slug}-{rule.field}-{rule.kind}-{place}"


@pytest.mark.parametrize("pair", RULES, ids=named)
def test_a_rule_lets_through_what_is_just_in_and_holds_what_is_just_out(pair):
    outlet, place = pair
    rule = outlet.rules[place]
    day = rule.since or DAY
    just_in, just_out = boundary(rule)
    asked = [rule]
    tell = advice if rule.is_advice else faults
    assert tell(entry_of(outlet) | {rule.field: just_in}, asked, day=day) == []
    assert len(tell(entry_of(outlet) | {rule.field: just_out}, asked, day=day)) == 1


@pytest.mark.parametrize("outlet", TAKING, ids=lambda outlet: outlet.slug)
def test_a_work_in_order_passes_every_rule(outlet):
    assert faults(entry_of(outlet), outlet.rules, day=DAY) == []


@pytest.mark.parametrize("outlet", OUTLETS.values(), ids=lambda outlet: outlet.slug)
def test_a_table_has_a_version_a_date_and_sources(outlet):
    assert outlet.version
    assert outlet.read_on <= DAY
    assert all(page.url.startswith("https://") for page in outlet.pages)
    for rule in outlet.rules:
        assert rule.page in outlet.pages
        assert rule.kind in CHECKS


@pytest.mark.parametrize("outlet", TAKING, ids=lambda outlet: outlet.slug)
def test_a_field_that_is_missing_holds(outlet):
    for rule in outlet.rules:
        if not rule.is_advice:
            entry = entry_of(outlet) | {rule.field: None}
            assert any(
                "not known: held" in said for said in faults(entry, [rule], day=rule.since or DAY)
            )


def test_a_rule_that_nobody_knows_holds():
    rule = Rule("title", "rhymes", True, Page("", ""), "It does not rhyme.")
    assert faults({"title": "Sun"}, [rule], day=DAY) == [
        "The rule “rhymes” for title is not known here: held."
    ]


def test_a_value_of_the_wrong_kind_holds():
    rule = Rule("title", "most_characters", 3, Page("", ""), "Too long.")
    assert faults({"title": 7}, [rule], day=DAY) == ["Its title cannot be checked: held."]


def test_rules_begin_and_end_on_their_day():
    begins = Rule("n", "least", 5, Page("", ""), "Too few.", since=DAY, until=DAY)
    for days, expected in ((-1, []), (0, ["Too few."]), (1, [])):
        assert faults({"n": 4}, [begins], day=DAY + timedelta(days=days)) == expected


def test_google_asks_for_500_pixels_from_february_2027_on():
    outlet = outlet_of("google-merchant")
    small = entry_of(outlet, file=FILE | {"short_side": 499})
    assert faults(small, outlet.rules, day=date(2027, 1, 30)) == []
    assert faults(small, outlet.rules, day=date(2027, 1, 31)) == [
        "Its shorter side has 499 pixels; at least 500 are needed."
    ]


def test_adobe_takes_every_category_of_ours_and_holds_one_it_does_not_know():
    outlet = outlet_of("adobe-stock")
    for slug in CATEGORIES:
        assert faults(entry_of(outlet, category=slug), outlet.rules, day=DAY) == []
    held = faults(entry_of(outlet, category="poetry"), outlet.rules, day=DAY)
    assert held == ["Its category is not known: held."]


def test_adobe_gets_no_word_of_how_it_was_made():
    entry = entry_of(outlet_of("adobe-stock"), title="Hills, Far & Wide’s")
    assert entry["title"] == "Hills Far Wide's"
    assert "generative art" not in entry["keywords"]
    assert entry["keywords"][0] == "hills"


def test_etsy_says_that_ai_made_it_and_that_it_was_enlarged():
    outlet = outlet_of("etsy")
    said = entry_of(outlet, enlarged_from=(512, 512))["description"]
    assert "Made with AI" in said
    assert "Drawn at 512 × 512 pixels and enlarged" in said
    assert "enlarged" not in entry_of(outlet)["description"]


def test_google_gets_texts_of_a_language_model_under_their_own_names():
    outlet = outlet_of("google-merchant")
    feed = outlet.tables([entry_of(outlet, by_model=True)], "genart", DAY)["products.xml"].decode()
    assert "<g:title>" not in feed
    assert "<g:digital_source_type>trained_algorithmic_media</g:digital_source_type>" in feed
    plain = outlet.tables([entry_of(outlet)], "genart", DAY)["products.xml"].decode()
    assert "<g:title>The Long Slope</g:title>" in plain
    assert "structured" not in plain


def test_an_outlet_nobody_knows_is_refused():
    with pytest.raises(InvalidInput, match="Choose one of adobe-stock"):
        outlet_of("ebay")
