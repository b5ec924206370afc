"""Word lists: nested ones are written out, and nothing goes round in circles."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genart.lib import screens
from genart.lib.errors import InvalidInput
from generation.models import Style, WordList
from generation.services import submit_job
from generation.spec import parse_spec
from generation.wordlists import DEEPEST, MOST_WORDS, flattened, words_for
from tests.generation.specs import SMALL

LISTS: dict[str, list[Any]] = {
    "citrus": ["lemon", "lime"],
    "fruit": ["fig", "{citrus}", "ripe {citrus}", "fig"],
    "pair": ["{citrus} and {citrus}", "{{citrus}} as it is"],
    "loop": ["a", "{knot}"],
    "knot": ["{loop}"],
    "odd": ["a", 3],
    "empty": [],
    "lost": ["{nowhere}"],
    "huge": ["{wide} {wide-2}"],
    "wide": [f"w{n}" for n in range(40)],
    "wide-2": [f"v{n}" for n in range(40)],
}


def test_lists_within_lists_are_written_out_once() -> None:
    assert flattened("fruit", LISTS) == ["fig", "lemon", "lime", "ripe lemon", "ripe lime"]
    assert flattened("pair", LISTS) == ["lemon and lemon", "lime and lime", "{citrus} as it is"]


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("loop", "The word list loop contains itself: loop → knot → loop."),
        ("odd", "The word list odd holds something that is not a word."),
        ("empty", "The word list empty is empty."),
        ("huge", f"The word list huge stands for more than {MOST_WORDS} words."),
    ],
)
def test_what_a_list_must_not_be_is_said(slug: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        flattened(slug, LISTS)

    assert str(refusal.value) == sentence


def test_an_unknown_list_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no word list nowhere, which lost names\. There are: ci"):
        flattened("lost", LISTS)


def test_lists_may_not_be_too_deep() -> None:
    deep = {f"l{n}": [f"{{l{n + 1}}}"] for n in range(DEEPEST + 2)}

    with pytest.raises(ValueError, match="more than 8 lists deep"):
        flattened("l0", deep)


@given(
    lists=st.dictionaries(
        st.sampled_from("abcd"),
        st.lists(st.sampled_from(["x", "{a}", "{b} y", "{c}{d}", "{{a}}", ""]), max_size=4),
    )
)
def test_any_lists_give_words_or_a_sentence(lists: dict[str, list[str]]) -> None:
    try:
        words = flattened("a", lists)
    except ValueError as error:
        assert str(error).endswith((".", "yet."))
    else:
        assert words and len(set(words)) == len(words)


@pytest.mark.django_db
def test_an_unknown_list_of_a_spec_is_located() -> None:
    WordList.objects.create(slug="fruit", name="Fruit", words=["fig"])
    spec = parse_spec(SMALL | {"version": 2, "subject": "a {fruit} and a {nut}"})

    with pytest.raises(InvalidInput) as refusal:
        words_for(spec)

    assert refusal.value.details == [
        {"loc": ["subject"], "msg": "There is no word list nut. There are: fruit."}
    ]


@pytest.mark.django_db
def test_a_series_takes_each_word_and_its_title_names_the_list(style: Style, curator: Any) -> None:
    WordList.objects.create(slug="fruit", name="Fruit", words=["fig", "lemon"])
    spec = SMALL | {"version": 2, "subject": "a {fruit} bowl", "count": None}

    job, _new = submit_job(spec=spec, owner=curator)

    assert job.title == "A fruit bowl"
    assert list(job.renders.order_by("index").values_list("subject", flat=True)) == [
        "a fig bowl",
        "a lemon bowl",
    ]


@pytest.mark.django_db
def test_words_that_may_not_be_named_are_refused(
    style: Style, curator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_mouse(text: str) -> str | None:
        return "Names a character: leave it out." if "mickey mouse" in text else None

    monkeypatch.setattr(screens, "SCREENS", [no_mouse])
    WordList.objects.create(slug="hero", name="Heroes", words=["fig", "mouse"])
    spec = SMALL | {"version": 2, "subject": "a mickey {hero}", "count": None}

    with pytest.raises(InvalidInput, match="Names a character") as refusal:
        submit_job(spec=spec, owner=curator)

    assert refusal.value.where == "subject"
