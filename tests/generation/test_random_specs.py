"""Ten thousand random specs, valid and broken: a plan or a located fault, never anything else."""

import json
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from genart.accounts.models import ApiToken
from genart.accounts.services import create_token
from generation.models import Job, Render
from tests.generation.random_specs import fault_of, specs, stock, wide_catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def stocked(db: None) -> None:
    """What the random specs name, for the most part."""
    stock()


def check(seed: int, count: int) -> Counter[str]:
    """Return how many specs made plans and how many a fault; anything else fails."""
    catalogue, policies = wide_catalogue()
    found: Counter[str] = Counter()
    for document in specs(seed, count):
        outcome = fault_of(document, catalogue, policies)
        assert outcome in ("plan", "fault"), (outcome, document)
        found[outcome] += 1
    return found


def test_five_hundred_specs_give_a_plan_or_a_located_fault(stocked: None) -> None:
    found = check(seed=1, count=500)

    assert min(found["plan"], found["fault"]) > 50, "both kinds are drawn"


@pytest.mark.slow
def test_ten_thousand_specs_give_a_plan_or_a_located_fault(stocked: None) -> None:
    assert sum(check(seed=2, count=10_000).values()) == 10_000


@pytest.mark.slow
def test_the_api_never_fails_on_a_spec(stocked: None, curator: object, broker: object) -> None:
    _token, secret = create_token(user=curator, scopes=[ApiToken.Scope.JOBS_WRITE])  # type: ignore[arg-type]
    client, found = Client(raise_request_exception=False), Counter[int]()
    headers = {"authorization": f"Bearer {secret}"}
    for number, document in enumerate(specs(3, 300)):
        name = "create_job" if number % 3 == 0 else "preview_job"
        rows = (Job.objects.count(), Render.objects.count())
        answer = client.post(
            reverse(f"api-1:{name}"), {"spec": document}, "application/json", headers=headers
        )
        assert answer.status_code in (200, 202, 400, 422), (answer.status_code, document)
        assert (answer.status_code == 400) == (not is_json(document)), document
        if answer.status_code != 202:
            assert (Job.objects.count(), Render.objects.count()) == rows
        if answer.status_code == 422:
            assert all(fault["msg"] for fault in answer.json()["detail"])
        found[answer.status_code] += 1
    assert set(found) - {400} == {200, 202, 422}, "all kinds are drawn"


def is_json(document: object) -> bool:
    """Tell whether a document can be sent as JSON: NaN and infinity are Python's own."""
    try:
        json.dumps(document, allow_nan=False)
    except ValueError:
        return False
    return True
