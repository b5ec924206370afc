import pytest

from catalog import defaults
from catalog.services import withdraw_artwork
from tests.factories import make_artwork, make_job, make_picture

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/artworks"


@pytest.fixture
def works():
    defaults.load()
    job = make_job(collection="quiet-rooms")
    wide = {"picture": make_picture(96, 64)}
    return [
        make_artwork(render_fields={"job": job}),
        make_artwork(render_fields=wide),
        make_artwork(),
    ]


def test_the_list_needs_no_token_and_pages_to_its_end(works, stranger):
    seen, after = [], ""
    while True:
        answer = stranger.get(ROOT, {"limit": 2, "after": after}).json()
        assert answer["total"] == 3
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        after = answer["next"]
    assert sorted(seen) == sorted(str(work.pk) for work in works)


def test_filters_and_words_narrow_it(works, stranger):
    def ids(**asked):
        return {item["id"] for item in stranger.get(ROOT, asked).json()["items"]}

    assert ids(orientation="landscape") == {str(works[1].pk)}
    assert ids(collection="quiet-rooms") == {str(works[0].pk)}
    assert ids(q="arches", sort="relevance") == {str(work.pk) for work in works}
    assert ids(style=works[2].style_slug) == {str(works[2].pk)}
    assert ids(color="teal") == set()


def test_one_work_tells_prices_files_and_provenance(works, stranger):
    work = works[0]
    answer = stranger.get(f"{ROOT}/{work.pk}").json()
    assert answer["sha256"] == work.sha256
    assert answer["seed"] == work.render.seed
    assert [price["amount_cents"] for price in answer["prices"]] == [900, 3900, 14900, 99000]
    assert answer["digital_source_type"].endswith("trainedAlgorithmicMedia")
    assert answer["image_url"].startswith("http")
    assert answer["decided_by"] == "gate"
    assert set(answer["image_urls"]) == {"avif", "webp"}


def test_a_withdrawn_or_unknown_work_is_not_there(works, stranger):
    withdraw_artwork(render_id=works[0].render_id, reason="gone")
    for key in (works[0].pk, works[0].render_id):
        answer = stranger.get(f"{ROOT}/{key}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("asked", "place"),
    [({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"limit": "x"}, "limit"),
     ({"after": "nonsense"}, "after"), ({"sort": "random"}, "sort"), ({"color": "x"}, "color"),
     ({"orientation": "x"}, "orientation"), ({"tier": "x"}, "tier"), ({"q": "x" * 201}, "q"),
     ({"sort": "relevance"}, "sort")],
)  # fmt: skip
def test_bad_input_is_answered_with_its_place(works, stranger, asked, place):
    answer = stranger.get(ROOT, asked)
    assert answer.status_code == 422
    assert place in answer.json()["detail"][0]["loc"]


def test_a_list_asks_as_many_questions_for_three_works_as_for_one(works, stranger):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(limit):
        with CaptureQueriesContext(connection) as asked:
            stranger.get(ROOT, {"limit": limit})
        return len(asked)

    stranger.get(ROOT)  # judges what changed since the last fold, once
    assert cost(3) == cost(1)
