"""Founding labels: a new factory publishes by itself where they show that it may, else not."""

import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from curation import defaults, services
from curation.campaigns import versions_of
from curation.founding import labels, loading
from curation.founding.sheets import CELL_PX, COLUMNS, write_sheets
from curation.management.commands.write_founding_labels import numbers
from curation.models import Brand, Candidate, Certificate, Decision, Gate, GateEvent, Head
from tests.curation.conftest import MAKER, SOUND, certify, make_gate
from tests.curation.judging import judge_many

NAMES = ("attribute.warmth", "attribute.space", "score.sharpness")


@pytest.fixture
def commodity(brand):
    return make_gate(brand, SOUND)


def founding(gate, count=420, seed=1, clear=4.0, **fields):
    """Return labels of pictures that are the better the warmer they are."""
    chance = np.random.default_rng(seed)
    rows = chance.random((count, len(NAMES))).astype(np.float32)
    merit = clear * (rows[:, 0] - 0.25) + 0.1 * chance.normal(size=count)
    values = {
        "names": NAMES,
        "rows": rows,
        "scores": tuple({"sharpness": 0.9, "contrast": 0.9} for _ in range(count)),
        "passes": np.ones(count, bool),
        "accepted": merit > 0,
        "versions": versions_of(gate, None) | {"makers": [MAKER]},
        "note": "Invented for tests.",
    }
    return labels.Founding(**values | fields)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "founding.json.gz"


def load(gate, path, found):
    labels.write(found, path)
    loaded = loading.load(gate.brand, path)
    gate.refresh_from_db()
    return loaded


class TestLoading:
    def test_a_new_factory_publishes_by_itself(self, commodity, path):
        load(commodity, path, founding(commodity))
        certificate, head = Certificate.objects.get(), Head.objects.get()
        assert commodity.autonomy == "certified"
        assert (certificate.gate, certificate.head) == (commodity, head)
        assert certificate.upper_bound <= 0.05
        assert certificate.labels == 252  # those that taught do not certify
        assert head.labels == 168
        assert head.auc > 0.9
        assert certificate.versions["head"] == "v1"
        assert certificate.versions["makers"] == [MAKER]
        event = GateEvent.objects.get()
        assert (event.before, event.after) == ("learning", "certified")
        assert event.happened_at <= certificate.issued_at

    def test_and_its_first_picture_is_judged_under_the_certificate(self, commodity, path, judged):
        load(commodity, path, founding(commodity))
        candidate = judged()
        certificate = Certificate.objects.get()
        evidence = candidate.decisions.get().evidence
        assert evidence["certificate"] == certificate.pk
        assert evidence["ranking"]["by"].startswith("1+")
        assert certificate.ended_at is None
        approved = evidence["ranking"]["value"] >= certificate.threshold
        assert candidate.state == ("approved" if approved else "review")

    def test_loading_again_changes_nothing(self, commodity, path):
        for _ in range(2):
            load(commodity, path, founding(commodity))
        assert Certificate.objects.count() == Head.objects.count() == 1
        assert GateEvent.objects.count() == 1

    def test_other_versions_certify_nothing_and_say_so_once(self, commodity, path):
        other = founding(commodity, versions={"encoder": "another", "makers": []})
        for _ in range(2):
            load(commodity, path, other)
        assert commodity.autonomy == "learning"
        assert not Head.objects.exists()
        assert "the CLIP (another →" in GateEvent.objects.get().reason

    def test_labels_that_show_nothing_leave_it_learning(self, commodity, path):
        chance = np.random.default_rng(1)
        load(commodity, path, founding(commodity, accepted=chance.random(420) < 0.7))
        assert commodity.autonomy == "learning"
        assert not Certificate.objects.exists()
        assert "no threshold that holds 5 %" in GateEvent.objects.get().reason

    def test_without_a_taste_the_rules_rank(self, commodity, path):
        load(commodity, path, founding(commodity, accepted=np.ones(420, bool)))
        certificate = Certificate.objects.get()
        assert (certificate.head, certificate.versions["head"]) == (None, "")
        assert commodity.autonomy == "certified"

    def test_what_the_rules_hold_back_certifies_nothing(self, commodity, path):
        load(commodity, path, founding(commodity, passes=np.arange(420) < 200))
        assert commodity.autonomy == "learning"

    def test_without_a_file_it_learns_in_silence(self, commodity, path):
        assert loading.load(commodity.brand, path) is None
        assert not GateEvent.objects.exists()

    @pytest.mark.parametrize("learnt", ["event", "head", "decision", "certificate"])
    def test_what_an_installation_has_learnt_is_never_touched(
        self, commodity, path, curator, learnt
    ):
        if learnt == "event":
            certify(commodity)
            services.suspend_gate(gate=commodity, reason="No.", user=None)
        elif learnt == "head":
            Head.objects.create(
                brand=commodity.brand, version=1, encoder="e", features=[], weights={}, labels=0
            )
        elif learnt == "decision":
            candidate = judge_many(commodity, [0.5])[0]
            Decision.objects.create(candidate=candidate, verdict="approve", user=curator)
        else:
            certify(commodity)
        before = (Gate.objects.values(), Certificate.objects.count(), Head.objects.count())
        assert load(commodity, path, founding(commodity)) is None
        assert before[1:] == (Certificate.objects.count(), Head.objects.count())

    def test_the_promise_holds_for_the_procedure_as_a_whole(self, commodity, path):
        """Whatever the head learns, what it certifies was shown on labels it has not seen."""
        load(commodity, path, founding(commodity, seed=5))
        certificate, head = Certificate.objects.get(), Head.objects.get()
        from curation.taste.fit import Fitted

        fresh = founding(commodity, count=20_000, seed=6)
        values = Fitted.from_json(head.features, head.weights).predict(fresh.rows)
        published = values >= certificate.threshold
        assert (~fresh.accepted[published]).mean() <= certificate.target
        assert published.mean() == pytest.approx(certificate.share, abs=0.1)

    def test_defaults_load_them(self, db, path, monkeypatch):
        monkeypatch.setattr("curation.founding.loading.FILE", path)
        defaults.load()
        assert Brand.objects.get().gates.count() == 2


class TestFile:
    def test_it_comes_back_as_it_was_written(self, commodity, path):
        found = founding(commodity, passes=np.arange(420) % 3 > 0)
        size = labels.write(found, path)
        again = labels.read(path)
        assert size < 600_000
        assert np.allclose(again.rows, found.rows, atol=1e-3)
        assert (again.names, again.versions, again.note) == (NAMES, found.versions, found.note)
        assert again.scores == found.scores
        assert (again.passes == found.passes).all() and (again.accepted == found.accepted).all()

    def test_the_same_labels_give_the_same_bytes(self, commodity, path, tmp_path):
        labels.write(founding(commodity), path)
        labels.write(founding(commodity), tmp_path / "again.gz")
        assert path.read_bytes() == (tmp_path / "again.gz").read_bytes()

    def test_what_ships_can_be_read(self, db):
        found = labels.read()
        if found is None:
            pytest.skip("no founding labels ship")
        assert labels.FILE.stat().st_size < 600_000
        assert len(found) == len(found.rows) == len(found.passes) == len(found.scores)


class TestCommands:
    @pytest.fixture
    def sample(self, tmp_path):
        content = {
            "title": "5 pictures, seed 1",
            "names": NAMES,
            "scores": [{"sharpness": 0.5}] * 5,
            "passes": [1, 1, 0, 1, 1],
            "versions": {"makers": [MAKER]},
        }
        (tmp_path / "sample.json").write_text(json.dumps(content))
        np.savez_compressed(tmp_path / "sample.npz", rows=np.ones((5, 3), np.float32))
        return tmp_path

    def test_writes_what_was_said(self, sample, path, capsys):
        call_command("write_founding_labels", sample=sample, refused="2, 4-5", file=path)
        assert labels.read(path).accepted.tolist() == [True, False, True, False, False]
        assert "5 labels, 3 refused, 4 pass the rules" in capsys.readouterr().out

    @pytest.mark.parametrize("refused", ["0", "6", "three", "4-x"])
    def test_wrong_numbers_are_refused(self, sample, path, refused):
        with pytest.raises(CommandError):
            call_command("write_founding_labels", sample=sample, refused=refused, file=path)
        assert not path.exists()

    def test_without_a_sample_it_says_so(self, tmp_path, path):
        with pytest.raises(CommandError, match="no sample"):
            call_command("write_founding_labels", sample=tmp_path / "none", file=path)

    def test_numbers_and_ranges(self):
        assert numbers("3,17, 40-42") == {3, 17, 40, 41, 42}
        assert numbers("") == set()

    def test_sheets_show_every_picture_with_its_number(self, gate, judged, tmp_path):
        from PIL import Image

        judged()
        (sheet,) = write_sheets(list(Candidate.objects.all()), "1 picture", tmp_path)
        with Image.open(sheet) as image:
            assert image.width > COLUMNS * CELL_PX
            assert len(image.getcolors(1_000_000)) > 50
