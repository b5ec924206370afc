"""The dashboard: who sees it, what it counts, and that its queries do not grow with the rows."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curation import overview, services
from curation.models import Brand, Candidate, Certificate, Head
from curation.overview import Period
from genart.ml.weights import clip_folder

PAGE = reverse("curation:dashboard")


@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 302), ("buyer_client", 403), ("curator_client", 200), ("admin_client", 200)],
)
def test_curators_see_it(request, db, who, status):
    assert request.getfixturevalue(who).get(PAGE).status_code == status


def test_an_empty_factory_shows_sentences(curator_client):
    page = curator_client.get(PAGE).content.decode()
    assert "Nothing was decided in this period." in page
    assert "No gate is active" in page
    assert "Every check works" in page


@pytest.fixture
def decided(waiting, curator):
    """Three approved, one rejected, one that waits."""
    candidates = waiting(5)
    for candidate, verdict in zip(candidates, ["approve"] * 3 + ["reject"], strict=False):
        services.decide(
            candidate_id=candidate.pk, user=curator, verdict=verdict, reason="taste", took_ms=2500
        )
    return candidates


def test_it_counts_what_was_decided(decided, curator_client):
    row = overview.styles(Period())[0]
    assert row.approved == 3
    assert row.decided + row.waiting == 5
    counted = overview.outcomes(Period())
    assert (counted["people_approved"], counted["people_rejected"]) == (3, 1)
    assert sum(n for _name, n in overview.queue_ages(Period())) == row.waiting
    page = curator_client.get(PAGE).content.decode()
    assert f"{100 * 3 / row.decided:.0f} %" in page
    assert "Cost per kept image" in page


def test_another_brand_has_none_of_it(decided, curator_client):
    other = Brand.objects.create(slug="other", name="Other")
    assert overview.styles(Period(other)) == []
    assert not overview.score_columns(Period(other))
    assert curator_client.get(PAGE, {"brand": "other", "days": "7"}).status_code == 200


@pytest.mark.parametrize("query", [{"brand": "none"}, {"days": "-3"}, {"days": "x"}])
def test_an_unknown_filter_is_left_out(curator_client, query):
    assert curator_client.get(PAGE, query).status_code == 200


def test_held_pictures_show_why(decided, curator_client):
    Candidate.objects.filter(pk=decided[4].pk).update(
        state="held", reasons=["The check for logos could not run: no weights."]
    )
    assert "The check for logos could not run" in curator_client.get(PAGE).content.decode()


def test_heads_and_certificates_are_drawn(decided, lenient, curator_client):
    brand = Brand.objects.get(slug="house")
    points = [[0.2, 0.25, 30], [0.9, 0.85, 30]]
    Head.objects.create(
        brand=brand, version=1, is_active=True, encoder=clip_folder().encoder, features=[],
        weights={}, labels=60, auc=0.93, brier=0.1, report={"reliability": points},
    )  # fmt: skip
    Certificate.objects.filter(gate=lenient).delete()
    Certificate.objects.create(
        gate=lenient, threshold=0.8, target=0.05, confidence=0.95, labels=1043, accepted=700,
        failures=20, upper_bound=0.043, share=0.66, versions={},
    )  # fmt: skip
    page = curator_client.get(PAGE).content.decode()
    assert page.count("plot__dot") == 2
    assert "1043" in page
    assert "4.3 %" in page


def test_a_page_has_no_inline_style_or_script(decided, curator_client):
    page = curator_client.get(PAGE).content.decode()
    main = page[page.index("<main") : page.index("</main")]
    assert not re.search(r"\sstyle=|<script|\son[a-z]+=", main)


def test_queries_do_not_grow_with_the_rows(waiting, curator, curator_client):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            curator_client.get(PAGE)
        return len(queries)

    first, *rest = waiting(4)
    services.decide(candidate_id=first.pk, user=curator, verdict="approve")
    few = count()
    for candidate in rest:
        services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
    assert count() <= few + 1
