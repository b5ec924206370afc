"""Jobs over HTTP: what a program sends, what it gets, and what it must not see."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from genart.accounts.services import create_token
from generation import defaults
from generation.models import Job, Render

SPEC = json.loads((Path(__file__).parents[2] / "generation/data/desert-mornings.json").read_text())


class Program:
    """A client that carries a token."""

    def __init__(self, user, *scopes):
        _token, secret = create_token(user=user, scopes=list(scopes))
        self.headers = {"authorization": f"Bearer {secret}"}
        self.client = Client()

    def get(self, path):
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path, body=None, **headers):
        return self.client.post(
            f"/api/v1{path}",
            data=json.dumps(body or {}),
            content_type="application/json",
            headers=self.headers | headers,
        )


@pytest.fixture
def program(curator, broker):
    defaults.load()
    return Program(curator, "jobs:write", "jobs:read")


def test_one_key_makes_one_job_of_eight_renders(program):
    first = program.post("/jobs", {"spec": SPEC}, **{"Idempotency-Key": "desert-1"})
    second = program.post("/jobs", {"spec": SPEC}, **{"Idempotency-Key": "desert-1"})

    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    assert first.json()["renders"] == 8
    assert Job.objects.count() == 1
    assert Render.objects.count() == 8


def test_the_same_spec_and_seed_give_the_same_prompts_and_seeds(program):
    jobs = [program.post("/jobs", {"spec": SPEC}).json()["id"] for _ in range(2)]
    wanted = [
        [(r["prompt"], r["seed"]) for r in program.get(f"/jobs/{job}").json()["renders"]]
        for job in jobs
    ]

    assert jobs[0] != jobs[1]
    assert wanted[0] == wanted[1]
    assert len({seed for _prompt, seed in wanted[0]}) == 8


def test_a_key_with_another_spec_is_a_conflict(program):
    program.post("/jobs", {"spec": SPEC}, **{"Idempotency-Key": "k"})
    answer = program.post("/jobs", {"spec": SPEC | {"seed": 7}}, **{"Idempotency-Key": "k"})

    assert answer.status_code == 409
    assert Job.objects.count() == 1


def test_a_job_tells_what_became_of_each_render(program):
    job = program.post("/jobs", {"spec": SPEC}).json()
    answer = program.get(f"/jobs/{job['id']}").json()

    assert answer["status"] == "queued"
    assert answer["counts"]["queued"] == 8
    assert answer["renders"][0] | {"id": "", "prompt": "", "seed": 0} == {
        "id": "",
        "seed": 0,
        "prompt": "",
        "state": "queued",
        "error": "",
        "sha256": "",
        "image_url": None,
        "reseeds": 0,
        "adherence": {"version": "", "distances": {}, "outside": "", "tries": []},
        "candidate": None,
        "artwork_url": None,
    }


def test_a_cancelled_job_renders_nothing_more(program):
    job = program.post("/jobs", {"spec": SPEC}).json()
    for _ in range(2):
        answer = program.post(f"/jobs/{job['id']}/cancel")
        assert answer.status_code == 202
        assert answer.json()["status"] == "cancelled"
    assert set(Render.objects.values_list("state", flat=True)) == {"cancelled"}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"style": "no-such-style"}, ["style"]),
        ({"size": {"width_px": 500, "height_px": 512}}, ["size", "width_px"]),
        ({"count": 100_000}, ["count"]),
        ({"colour": "red"}, ["colour"]),
        ({"palette": {"name": "no-such-palette"}, "vary": {}}, ["palette"]),
        ({"palette": {"colors": [{"hex": "#C65D3B", "weight": 0.4}]}, "vary": {}}, ["palette"]),
        ({"version": 3}, ["version"]),
        ({"seed": -1}, ["seed"]),
        ({"vary": {"no.such.field": [1, 2]}}, ["vary"]),
        ({"composition": {"layout": "sideways", "density": 0.4}, "vary": {}}, ["composition"]),
    ],
)
def test_bad_input_is_located_and_writes_nothing(program, change, place):
    answer = program.post("/jobs", {"spec": SPEC | change})

    assert answer.status_code == 422
    faults = answer.json()["detail"]
    assert any(fault["loc"][: len(place)] == place for fault in faults), faults
    assert all(fault["msg"].strip() for fault in faults)
    assert not Job.objects.exists()


def test_nobody_comes_in_without_a_token_or_its_scope(program, buyer):
    assert Client().get(f"/api/v1/jobs/{uuid4()}").status_code == 401
    assert Client().post("/api/v1/jobs", {}, "application/json").status_code == 401

    reader = Program(buyer, "jobs:read")
    assert reader.post("/jobs", {"spec": SPEC}).status_code == 403
    assert not Job.objects.exists()


def test_a_job_of_somebody_else_does_not_exist(program, buyer):
    job = program.post("/jobs", {"spec": SPEC}).json()
    other = Program(buyer, "jobs:read", "jobs:write")

    assert other.get(f"/jobs/{job['id']}").status_code == 404
    assert other.post(f"/jobs/{job['id']}/cancel").status_code == 404
    render = Render.objects.first()
    assert other.get(f"/renders/{render.pk}/image").status_code == 404


def test_the_schema_accepts_the_example_and_names_every_field(client):
    schema = client.get("/api/v1/design-spec.schema.json").json()

    assert set(SPEC) <= set(schema["properties"])
    assert schema["additionalProperties"] is False


def test_the_api_describes_itself(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]

    assert {"/api/v1/jobs", "/api/v1/jobs/{job_id}", "/api/v1/jobs/{job_id}/cancel"} <= set(paths)
    assert {"/api/v1/artworks", "/api/v1/artworks/{artwork_id}"} <= set(paths)


def test_a_preview_shows_what_would_be_made_and_writes_nothing(program):
    bare = {key: value for key, value in SPEC.items() if key != "seed"}

    answer = program.post("/jobs/preview", {"spec": bare})

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["count"], shown["duplicates"], shown["pairwise"]) == (8, 0, None)
    assert shown["estimate"]["compute_seconds"] is None, "nothing was measured yet"
    assert not Job.objects.exists()
    assert program.post("/jobs/preview", {"spec": bare}).json() == shown
    job = program.post("/jobs", {"spec": shown["spec"]}).json()
    made = program.get(f"/jobs/{job['id']}").json()["renders"]
    assert [(row["prompt"], row["seed"]) for row in made] == [
        (row["prompt"], row["seed"]) for row in shown["renders"]
    ]


def test_duplicates_are_dropped_and_told(program):
    once = SPEC | {"version": 2, "seed_policy": "fixed", "vary": {}, "count": 5}

    shown = program.post("/jobs/preview", {"spec": once}).json()
    made = program.post("/jobs", {"spec": once}).json()

    assert (shown["count"], shown["duplicates"]) == (1, 4)
    assert (made["renders"], made["duplicates"]) == (1, 4)
    assert any(warning["loc"] == ["seed_policy"] for warning in made["warnings"])


def test_a_preview_of_bad_input_is_located(program):
    answer = program.post("/jobs/preview", {"spec": SPEC | {"style": "cubism"}})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["style"]


def test_a_preview_asks_for_the_right_to_commission(program, buyer):
    reader = Program(buyer, "jobs:read")

    assert reader.post("/jobs/preview", {"spec": SPEC}).status_code == 403
