"""Candidates, decisions and scores over HTTP: who may, what is said, and what is refused."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from curation import services, uploads
from curation.models import Appraisal, Candidate, Decision
from genart.accounts.services import create_token
from tests.curation.conftest import arches, brand, gate, lenient, waiting  # noqa: F401
from tests.factories import png_bytes

ALL = ("candidates:read", "candidates:decide", "scores:write")


class Program:
    """A client with a token."""

    def __init__(self, user: Any, *scopes: str) -> None:
        _token, secret = create_token(user=user, scopes=list(scopes))
        self.client, self.auth = Client(), {"authorization": f"Bearer {secret}"}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.auth | headers)

    def post(self, path: str, data: Any, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1{path}", data, "application/json", headers=self.auth | headers
        )

    def upload(self, data: bytes, **fields: Any) -> Any:
        image = SimpleUploadedFile("picture.png", data, "image/png")
        return self.client.post("/api/v1/scores", {"image": image, **fields}, headers=self.auth)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1{path}", headers=self.auth)


@pytest.fixture
def program(curator: Any) -> Program:
    return Program(curator, *ALL)


def test_nobody_comes_in_without_token_scope_or_permission(waiting, buyer, curator):  # noqa: F811
    path = f"/candidates/{waiting(1)[0].pk}"
    assert Client().get(f"/api/v1{path}").status_code == 401
    assert Program(curator, "jobs:read").get(path).status_code == 403
    assert Program(buyer, *ALL).get(path).status_code == 403
    assert Program(buyer, *ALL).get("/candidates").status_code == 403
    assert Program(buyer, *ALL).upload(png_bytes(arches())).status_code == 403
    reader = Program(curator, "candidates:read")
    assert reader.post(f"{path}/decisions", {"verdict": "approve"}).status_code == 403


def test_pages_follow_each_other(waiting, program):  # noqa: F811
    made = waiting(3)
    first = program.get("/candidates?limit=2&state=review").json()
    second = program.get(f"/candidates?limit=2&state=review&after={first['next']}").json()
    shown = [item["id"] for item in first["items"] + second["items"]]
    assert shown == [str(row.pk) for row in sorted(made, key=lambda r: r.created_at, reverse=True)]
    assert second["next"] is None
    assert program.get("/candidates?state=approved").json()["items"] == []
    assert program.get("/candidates?brand=none").json()["items"] == []


@pytest.mark.parametrize("query", ["state=lost", "tier=gold", "kind=ugly", "after=!!", "limit=900"])
def test_a_wrong_filter_is_named(program, query):
    assert program.get(f"/candidates?{query}").status_code == 422


def test_one_candidate_shows_its_evidence_and_its_tag(waiting, program):  # noqa: F811
    path = f"/candidates/{waiting(1)[0].pk}"
    answer = program.get(path)
    found = answer.json()
    assert {score["scorer"] for score in found["scores"]} >= {"sharpness", "prompt"}
    assert found["state"] == "review"
    assert found["reasons"]
    assert program.get(path, **{"if-none-match": answer["ETag"]}).status_code == 304
    assert program.get(f"/candidates/{uuid4()}").status_code == 404
    assert program.get(f"{path}/image").content.startswith(b"\x89PNG")


def test_a_decision_is_logged_as_the_programs(waiting, program, curator):  # noqa: F811
    candidate = waiting(1)[0]
    answer = program.post(f"/candidates/{candidate.pk}/decisions", {"verdict": "approve"})
    assert answer.status_code == 201, answer.content
    assert answer.json()["state"] == "approved"
    decision = Decision.objects.get(user=curator)
    assert (decision.input, decision.verdict) == ("api", "approve")
    assert decision.evidence["mode"] == "api"


def test_what_changed_meanwhile_is_a_conflict(waiting, program, admin_user):  # noqa: F811
    candidate = waiting(1)[0]
    path = f"/candidates/{candidate.pk}"
    seen = program.get(path)["ETag"]
    services.decide(candidate_id=candidate.pk, user=admin_user, verdict="reject", reason="taste")
    late = program.post(f"{path}/decisions", {"verdict": "approve"}, **{"if-match": seen})
    assert late.status_code == 409
    assert "admin rejected this picture already" in late.json()["detail"][0]["msg"]
    assert program.post(f"{path}/decisions", {"verdict": "approve"}).status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"verdict": "maybe"}, {"verdict": "reject"}, {"verdict": "reject", "reason": "ugly"}]
)
def test_a_wrong_decision_writes_nothing(waiting, program, wrong):  # noqa: F811
    path = f"/candidates/{waiting(1)[0].pk}/decisions"
    assert program.post(path, wrong).status_code == 422
    assert not Decision.objects.filter(user__isnull=False).exists()


def test_a_decision_is_taken_back(waiting, program):  # noqa: F811
    path = f"/candidates/{waiting(1)[0].pk}/decisions"
    program.post(path, {"verdict": "approve"})
    assert program.delete(f"{path}/last").json()["state"] == "review"
    assert Candidate.objects.get().state == "review"
    assert program.delete(f"{path}/last").status_code == 409


class TestScores:
    def test_a_picture_is_measured_by_a_worker(self, program, lenient):  # noqa: F811
        asked = program.upload(
            png_bytes(arches()), prompt="boho arches, centered", layout="centered",
            palette="#F6EADB:0.5,#C8553D", brand="house",
        )  # fmt: skip
        assert asked.status_code == 202, asked.content
        path = f"/scores/{asked.json()['id']}"
        assert program.get(path).status_code == 202

        services.appraise_pending()

        answer = program.get(path)
        assert answer.status_code == 200
        result = answer.json()["result"]
        assert {score["scorer"] for score in result["scores"]} >= {"prompt", "palette", "aesthetic"}
        assert len(result["vector"]) == 192
        assert result["gate"]["would"] == "review"
        assert not Candidate.objects.exists()

    def test_what_was_not_asked_for_is_not_measured(self, program):
        program.upload(png_bytes(arches()))
        services.appraise_pending()
        result = Appraisal.objects.get().result
        assert not {"prompt", "palette", "layout"} & {s["scorer"] for s in result["scores"]}
        assert result["gate"] is None

    def test_it_is_the_callers_own(self, program, admin_user):
        score = program.upload(png_bytes(arches())).json()["id"]
        assert Program(admin_user, *ALL).get(f"/scores/{score}").status_code == 404

    def test_it_is_gone_after_an_hour(self, program):
        program.upload(png_bytes(arches()))
        row = Appraisal.objects.get()
        assert services.remove_expired() == 0
        Appraisal.objects.update(expires_at=timezone.now())
        assert services.remove_expired() == 1
        assert not storages["originals"].exists(row.image)

    @pytest.mark.parametrize(
        "fields",
        [
            {"brand": "none"},
            {"tier": "gold"},
            {"density": "3"},
            {"palette": "red"},
            {"palette": "#C8553D:9"},
            {"prompt": "x" * 501},
        ],
    )
    def test_a_wrong_brief_is_refused(self, program, fields):
        assert program.upload(png_bytes(arches()), **fields).status_code == 422
        assert not Appraisal.objects.exists()

    def test_what_is_no_small_still_picture_is_refused(self, program, monkeypatch):
        frames = [Image.new("RGB", (32, 32), color) for color in ("red", "blue")]
        moving = io.BytesIO()
        frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:])
        gif = io.BytesIO()
        frames[0].save(gif, "GIF")
        bomb = png_bytes(Image.new("1", (20_001, 20)))
        whole = png_bytes(arches())
        for data in (b"no picture", gif.getvalue(), moving.getvalue(), bomb, whole[:40]):
            answer = program.upload(data)
            assert answer.status_code == 422, data[:20]
            assert answer.json()["detail"][0]["loc"] == ["image"]
        monkeypatch.setattr(uploads, "MOST_PIXELS", 1000)
        assert program.upload(whole).status_code == 422
        monkeypatch.setattr(uploads, "MOST_BYTES", 100)
        assert program.upload(whole).status_code == 422
        assert not Appraisal.objects.exists()

    def test_a_truncated_picture_fails_with_a_sentence(self, program):
        whole = png_bytes(arches())
        program.upload(whole[: len(whole) // 2])
        services.appraise_pending()
        row = Appraisal.objects.get()
        assert row.state == "failed"
        assert row.error.endswith(".")


def test_the_api_describes_it(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {
        "/api/v1/candidates",
        "/api/v1/candidates/{candidate_id}",
        "/api/v1/candidates/{candidate_id}/decisions",
        "/api/v1/scores",
        "/api/v1/scores/{score_id}",
    } <= set(paths)
