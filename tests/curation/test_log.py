"""The log of decisions: whoever may write it, nobody may rewrite it."""

import pytest
from django.db import Error, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from curation import services
from curation.models import Assignment, Decision, Gate, GateEvent
from genart import ownership
from genart.embedded.address import APPLICATION


@pytest.fixture
def decision(waiting, curator):
    (candidate,) = waiting(1)
    return services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")


@pytest.fixture
def event(gate):
    return GateEvent.objects.create(gate=gate, before="learning", after="shadow", reason="Why not.")


def refused(query, error=Error):
    with pytest.raises(error) as caught, transaction.atomic():
        query()
    return str(caught.value)


class TestTriggers:
    def test_decisions_stay_as_they_are(self, decision):
        rows = Decision.objects.filter(pk=decision.pk)
        assert "kept for ever" in refused(lambda: rows.update(verdict="reject"), IntegrityError)
        assert "kept for ever" in refused(rows.delete)
        decision.note = "rewritten"
        refused(decision.save)
        assert rows.get().note == ""

    def test_events_of_gates_stay_as_they_are(self, event):
        rows = GateEvent.objects.filter(pk=event.pk)
        refused(lambda: rows.update(after="certified"))
        refused(rows.delete)
        assert rows.get().after == "shadow"

    def test_a_gate_itself_may_change(self, event):
        assert Gate.objects.filter(pk=event.gate_id).update(autonomy="shadow") == 1


class TestAnswers:
    @pytest.fixture
    def answered(self, decision):
        fields = {"propensity": 0.5, "purpose": "second", "candidate": decision.candidate}
        return Assignment.objects.create(
            **fields, state="done", verdict="reject", user=decision.user, done_at=timezone.now()
        )

    def test_an_open_question_may_change_and_go(self, decision):
        asked = services.assign(candidate=decision.candidate, purpose="second", propensity=0.5)
        Assignment.objects.filter(pk=asked.pk).update(leased_by=decision.user)
        Assignment.objects.filter(pk=asked.pk).delete()

    def test_an_answer_stays_what_it_is(self, answered):
        rows = Assignment.objects.filter(pk=answered.pk)
        refused(lambda: rows.update(verdict="approve"))
        refused(lambda: rows.update(state="open"))
        refused(lambda: rows.update(state="void", reason="taste"))
        refused(rows.delete)

    def test_it_takes_effect_once_or_is_made_void_before(self, answered):
        rows = Assignment.objects.filter(pk=answered.pk)
        assert rows.update(noted_at=timezone.now()) == 1
        refused(lambda: rows.update(noted_at=None))
        refused(lambda: rows.update(state="void"))

    def test_a_void_answer_never_comes_back(self, answered):
        rows = Assignment.objects.filter(pk=answered.pk)
        assert rows.update(state="void") == 1
        refused(lambda: rows.update(state="done"))


class TestTheApplicationsRole:
    """The role under which every process of a real installation works."""

    @pytest.fixture
    def as_application(self, decision, event):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION])
            if cursor.fetchone() is None:  # a database that DATABASE_URL names
                cursor.execute(f"CREATE ROLE {APPLICATION} LOGIN")
            ownership.protect(APPLICATION)
            cursor.execute(f"SET LOCAL ROLE {APPLICATION}")
            yield cursor
            cursor.execute("RESET ROLE")

    @pytest.mark.parametrize("table", [*ownership.LOG_TABLES, ownership.ANSWERS])
    @pytest.mark.parametrize(
        "deed",
        [
            "TRUNCATE {} CASCADE",
            "ALTER TABLE {} DISABLE TRIGGER ALL",
            "DROP TRIGGER keep_rows ON {}",
            "DROP TABLE {} CASCADE",
            "ALTER TABLE {} OWNER TO CURRENT_USER",
        ],
    )
    def test_cannot_get_around_the_triggers(self, as_application, table, deed):
        refused(lambda: as_application.execute(deed.format(table)), ProgrammingError)

    @pytest.mark.parametrize("table", ownership.LOG_TABLES)
    @pytest.mark.parametrize("deed", ["UPDATE {} SET id = id", "DELETE FROM {}"])
    def test_has_no_right_to_rewrite(self, as_application, table, deed):
        said = refused(lambda: as_application.execute(deed.format(table)), ProgrammingError)
        assert "permission denied" in said

    @pytest.mark.parametrize(
        "deed",
        [
            f"GRANT UPDATE ON curation_decision TO {APPLICATION}",
            "SET session_replication_role = replica",
            "CREATE OR REPLACE FUNCTION curation_keep_row() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$",
        ],
    )
    def test_cannot_give_itself_the_right(self, as_application, deed):
        try:
            with transaction.atomic():
                as_application.execute(deed)
        except ProgrammingError:
            pass  # PostgreSQL only warns of a grant without the right to it
        refused(lambda: as_application.execute("UPDATE curation_decision SET note = 'x'"))

    def test_reads_and_adds(self, as_application, decision, curator):
        undone = services.undo(user=curator)
        assert undone.state == "review"
        assert Decision.objects.filter(undoes=decision).exists()

    def test_is_told_to_be_safe(self, as_application):
        as_application.execute("RESET ROLE")
        assert ownership.is_protected(APPLICATION)
        as_application.execute(f"GRANT UPDATE ON curation_decision TO {APPLICATION}")
        assert not ownership.is_protected(APPLICATION)
        as_application.execute("SELECT current_user")
        assert not ownership.is_protected(as_application.fetchone()[0])
