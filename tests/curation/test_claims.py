"""Rights claims: everything made with a thing leaves in one action, whatever happens beside it."""

import threading

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse

from curation import services, verdicts
from curation.examination import examine
from curation.models import Assignment, Candidate, Decision, RightsClaim
from curation.services.claims import lift_claim, preview_claim, uphold_claim
from curation.signals import render_withdrawn
from genart.lib.errors import InvalidInput, NotAllowed, NotFound, StateConflict
from generation.models import Adapter, Checkpoint
from tests.conftest import make_user
from tests.curation.conftest import SOUND, make_gate
from tests.factories import make_checkpoint, make_job, make_render, make_style

State = Candidate.State


@pytest.fixture
def handler(db):
    """Somebody who may handle claims."""
    return make_user("rita", "rights")


@pytest.fixture
def withdrawals():
    """`(render_id, reason)` that were sent, in order."""
    seen = []

    def receive(render_id, reason, **kwargs):
        seen.append((render_id, reason))

    render_withdrawn.connect(receive)
    yield seen
    render_withdrawn.disconnect(receive)


@pytest.fixture
def made(brand):
    """Make candidates in given states, of one style and job, without scoring them."""

    def make(*states, **fields):
        fields.setdefault("style", make_style())
        fields.setdefault("job", make_job())
        return [
            Candidate.objects.create(
                render=make_render(**fields), brand=brand, tier="commodity", state=state
            )
            for state in states
        ]

    return make


def uphold(scope, target, user):
    return uphold_claim(
        scope=scope, target=target, claimant="A. Painter", reason="My pictures.", user=user
    )


def states(candidates):
    return [Candidate.objects.get(pk=candidate.pk).state for candidate in candidates]


class TestUphold:
    def test_everything_of_a_style_is_withdrawn_and_nothing_else(
        self, made, handler, withdrawals, on_commit
    ):
        style = make_style()
        mine = made("approved", "review", "rejected", "scoring", "held", style=style)
        other = made("approved")
        with on_commit():
            claim = uphold("style", style.slug, handler)
        assert set(states(mine)) == {State.WITHDRAWN}
        assert states(other) == [State.APPROVED]
        assert [render for render, _reason in withdrawals] == [mine[0].render_id]
        assert claim.report["total"] == 5
        assert claim.report["states"] == {
            "approved": 1, "review": 1, "rejected": 1, "scoring": 1, "held": 1,
        }  # fmt: skip
        assert claim.report["styles"] == {style.name: 5}
        assert claim.report["on_sale"] == 1

    def test_the_evidence_is_written_and_names_the_claim(self, made, handler):
        (candidate,) = made("approved")
        claim = uphold("render", str(candidate.render_id), handler)
        decision = candidate.decisions.get()
        assert (decision.verdict, decision.reason) == ("withdraw", "rights")
        assert (decision.user, decision.previous_state) == (handler, "approved")
        assert decision.evidence["claim"] == str(claim.pk)
        assert "A. Painter claims a right" in Candidate.objects.get().reasons[0]

    @pytest.mark.parametrize("target", ["painterly@2", "painterly"])
    def test_an_adapter_at_a_version_or_at_any(self, made, handler, target):
        for version in ("1", "2"):
            Adapter.objects.create(
                slug="painterly", version=version, name="Painterly", checkpoint=make_checkpoint(),
                location="x", sha256="0" * 64, licence="MIT", allows_commercial_use=True,
            )  # fmt: skip
        first = made("review", adapters=[{"slug": "painterly", "version": "1", "weight": 1}])
        second = made("review", adapters=[{"slug": "painterly", "version": "2", "weight": 1}])
        uphold("adapter", target, handler)
        assert states(second) == [State.WITHDRAWN]
        assert states(first) == [State.REVIEW if "@" in target else State.WITHDRAWN]

    def test_a_checkpoint_a_job_and_a_reference(self, made, handler):
        Checkpoint.objects.create(slug="other", name="Other", family="sd", licence="MIT")
        style = make_style(version_fields={"checkpoint": Checkpoint.objects.get(slug="other")})
        of_model, house = made("review", style=style), made("review")
        uphold("checkpoint", "other", handler)
        assert (states(of_model), states(house)) == ([State.WITHDRAWN], [State.REVIEW])
        uphold("job", str(house[0].render.job_id), handler)
        assert states(house) == [State.WITHDRAWN]
        with_reference = made("review", job=make_job(spec={"references": ["sun.png"]}))
        uphold("reference", "sun.png", handler)
        assert states(with_reference) == [State.WITHDRAWN]

    def test_twice_is_once_and_finds_what_was_missed(self, made, handler, withdrawals, on_commit):
        style = make_style()
        made("approved", style=style)
        with on_commit():
            first = uphold("style", style.slug, handler)
            again = uphold("style", style.slug, handler)
        assert first == again
        assert again.report["total"] == 1
        assert Decision.objects.count() == 1
        made("review", style=style)
        assert uphold("style", style.slug, handler).report["total"] == 2
        assert len(withdrawals) == 1

    def test_open_opinions_on_it_are_void(self, made, handler):
        (candidate,) = made("approved")
        Assignment.objects.create(candidate=candidate, purpose="audit_approved", propensity=0.5)
        uphold("render", str(candidate.render_id), handler)
        assert Assignment.objects.get().state == "void"

    @pytest.mark.parametrize(
        ("scope", "target", "where"),
        [("planet", "x", "scope"), ("style", "", "target"), ("style", "none", "target"),
         ("job", "not-an-id", "target"), ("adapter", "none@1", "target"),
         ("checkpoint", "house@other", "target")],
    )  # fmt: skip
    def test_what_is_not_there_is_refused(self, made, handler, scope, target, where):
        made("review")
        with pytest.raises(InvalidInput) as refused:
            uphold(scope, target, handler)
        assert refused.value.where == where
        assert not RightsClaim.objects.exists()

    def test_others_may_not(self, made, curator):
        (candidate,) = made("review")
        with pytest.raises(NotAllowed):
            uphold("render", str(candidate.render_id), curator)
        claim = RightsClaim.objects.create(scope="style", target="x", claimant="A", reason="B")
        with pytest.raises(NotAllowed):
            lift_claim(claim_id=claim.pk, user=curator)

    def test_a_preview_counts_and_changes_nothing(self, made, handler):
        style = make_style()
        candidates = made("approved", "review", style=style)
        assert preview_claim(scope="style", target=style.slug)["total"] == 2
        assert states(candidates) == ["approved", "review"]
        assert not RightsClaim.objects.exists()


class TestLater:
    def test_what_is_rendered_later_is_refused(self, gate, judged, handler):
        style = make_style()
        uphold("style", style.slug, handler)
        candidate = judged(style=style)
        flag = candidate.flags.get(kind="claim")
        assert candidate.state == State.REJECTED
        assert flag.severity == "block"
        assert flag.message.startswith("A. Painter claims a right in the style")

    def test_a_claim_between_the_look_and_the_verdict_is_seen(self, gate, handler):
        render = make_render(style=make_style())
        candidate = services.admit_render(render_id=render.pk)
        (exam,) = examine([Candidate.objects.get().render])
        RightsClaim.objects.create(
            scope="render", target=str(render.pk), claimant="A. Painter", reason="Mine."
        )
        verdicts.record(candidate_id=candidate.pk, exam=exam)
        assert Candidate.objects.get().state == State.REJECTED

    def test_a_person_cannot_approve_it_either(self, made, handler, curator):
        style = make_style()
        uphold("style", style.slug, handler)
        (candidate,) = made("review", style=style)
        with pytest.raises(StateConflict, match="while the claim stands"):
            services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
        services.decide(candidate_id=candidate.pk, user=curator, verdict="reject", reason="rights")

    def test_a_withdrawal_is_not_undone_like_a_decision(self, made, handler):
        (candidate,) = made("review")
        uphold("render", str(candidate.render_id), handler)
        with pytest.raises(StateConflict):
            services.undo(user=handler)
        assert states([candidate]) == [State.WITHDRAWN]


class TestLift:
    def test_it_brings_back_to_review_never_to_sale(self, made, handler, withdrawals, on_commit):
        style = make_style()
        approved, rejected, unscored = made("approved", "rejected", "scoring", style=style)
        with on_commit():
            claim = uphold("style", style.slug, handler)
            lifted = lift_claim(claim_id=claim.pk, user=handler)
        assert states([approved, rejected, unscored]) == ["review", "review", "scoring"]
        assert lifted.report["brought_back"] == 3
        assert (lifted.state, lifted.lifted_by) == ("lifted", handler)
        undo = approved.decisions.get(verdict="undo")
        assert undo.evidence["lifted"] == str(claim.pk)
        assert lift_claim(claim_id=claim.pk, user=handler).report == lifted.report

    def test_what_another_claim_holds_stays_withdrawn(self, made, handler):
        style = make_style()
        both, one = made("review", "review", style=style)
        whole = uphold("style", style.slug, handler)
        second = uphold("render", str(both.render_id), handler)
        lift_claim(claim_id=whole.pk, user=handler)
        assert states([both, one]) == ["withdrawn", "review"]
        lift_claim(claim_id=second.pk, user=handler)
        assert states([both, one]) == ["review", "review"]

    def test_it_can_be_upheld_anew(self, made, handler):
        (candidate,) = made("review")
        target = str(candidate.render_id)
        first = uphold("render", target, handler)
        lift_claim(claim_id=first.pk, user=handler)
        assert uphold("render", target, handler) != first
        assert states([candidate]) == [State.WITHDRAWN]

    def test_an_unknown_claim(self, handler):
        with pytest.raises(NotFound):
            lift_claim(claim_id="00000000-0000-0000-0000-000000000000", user=handler)


@pytest.mark.django_db(transaction=True)
class TestBeside:
    def test_scoring_at_the_same_moment_lets_nothing_through(self, brand):
        make_gate(brand, SOUND)
        handler = make_user("rita", "rights")
        style = make_style()
        for _ in range(6):
            services.admit_render(render_id=make_render(style=style).pk)
        ready, failures = threading.Barrier(2), []

        def score():
            try:
                ready.wait()
                services.score_pending()
            except Exception as error:
                failures.append(error)
            finally:
                connection.close()

        worker = threading.Thread(target=score)
        worker.start()
        ready.wait()
        uphold("style", style.slug, handler)
        worker.join()
        assert not failures
        left = set(Candidate.objects.values_list("state", flat=True))
        assert left <= {State.WITHDRAWN, State.REJECTED}

    def test_two_claims_at_once_withdraw_each_picture_once(self, brand):
        handler = make_user("rita", "rights")
        style, job = make_style(), make_job()
        for _ in range(4):
            render = make_render(style=style, job=job)
            Candidate.objects.create(render=render, brand=brand, tier="commodity", state="review")
        ready, failures = threading.Barrier(3), []

        def claim(scope, target):
            try:
                ready.wait()
                uphold(scope, target, handler)
            except Exception as error:
                failures.append(error)
            finally:
                connection.close()

        claims = [("style", style.slug), ("job", str(job.pk)), ("style", style.slug)]
        workers = [threading.Thread(target=claim, args=args) for args in claims]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert not failures
        assert RightsClaim.objects.count() == 2
        assert Decision.objects.filter(verdict="withdraw").count() == 4


class TestPages:
    @pytest.fixture
    def client_of(self, client):
        def sign_in(user):
            client.force_login(user)
            return client

        return sign_in

    def test_who_may_enter(self, stranger, buyer_client, curator_client, client_of, handler):
        for name in ("claims", "new_claim"):
            path = reverse(f"curation:{name}")
            assert stranger.get(path).status_code == 302
            assert buyer_client.get(path).status_code == 403
            assert curator_client.get(path).status_code == 403
            assert client_of(handler).get(path).status_code == 200

    def test_preview_then_act_then_report(self, made, client_of, handler):
        style = make_style()
        candidates = made("approved", "review", style=style)
        browser = client_of(handler)
        asked = {"scope": "style", "target": style.slug, "claimant": "A. Painter", "reason": "Mine"}
        seen = browser.post(reverse("curation:new_claim"), asked | {"preview": "1"})
        assert "This would withdraw 2 pictures" in seen.content.decode()
        assert not RightsClaim.objects.exists()
        done = browser.post(reverse("curation:new_claim"), asked | {"uphold": "1"})
        claim = RightsClaim.objects.get()
        assert done["Location"] == reverse("curation:claim", args=[claim.pk])
        report = browser.get(done["Location"]).content.decode()
        assert "A. Painter" in report and style.name in report
        table = browser.get(reverse("curation:claim_csv", args=[claim.pk])).content.decode()
        assert str(candidates[0].pk) in table
        assert table.count("\n") == 3
        browser.post(reverse("curation:lift_claim", args=[claim.pk]))
        assert states(candidates) == ["review", "review"]
        assert "Lifted" in browser.get(reverse("curation:claims")).content.decode()

    def test_a_wrong_target_is_said_at_its_field(self, client_of, handler):
        asked = {"scope": "style", "target": "none", "claimant": "A", "reason": "B"}
        answer = client_of(handler).post(reverse("curation:new_claim"), asked)
        assert answer.status_code == 422
        assert "There is no style “none”" in answer.content.decode()

    def test_a_table_holds_no_formulas(self, made, client_of, handler):
        style = make_style(name="=1+1")
        made("review", style=style)
        claim = uphold("style", style.slug, handler)
        table = client_of(handler).get(reverse("curation:claim_csv", args=[claim.pk]))
        assert ",'=1+1," in table.content.decode()


def test_the_permission_exists(db):
    assert Permission.objects.filter(codename="add_rightsclaim").exists()
