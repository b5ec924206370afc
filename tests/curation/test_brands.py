"""What a brand looks for: criteria from draft to live, their pictures, their pages."""

import io

import numpy as np
import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from curation import queries, services
from curation.campaigns import versions_of
from curation.certifying.versions import changes
from curation.compliance.contract import Subject
from curation.compliance.criteria import HardCriteria
from curation.models import Candidate, Criterion, Example, Reference
from curation.taste import criteria
from curation.taste.uploads import stored_picture
from curation.uploads import MOST_BYTES
from genart.lib.errors import InvalidInput, NotAllowed, NotFound, StateConflict, Unavailable
from genart.ml.text import encode_text
from genart.ml.weights import clip_folder
from tests.conftest import make_user
from tests.curation.conftest import arches
from tests.curation.taste.school import make_candidates, warm_values
from tests.factories import make_render, make_style, png_bytes

State = Criterion.State
FIELDS = {"name": "Arches", "words": ["boho arches"], "opposite": ["layered mountains"]}


@pytest.fixture
def lead(db):
    return make_user("lead", "leads")


@pytest.fixture
def draft(brand, lead):
    return services.write_criterion(brand=brand, user=lead, fields=FIELDS)


def add_example(criterion, vector, must_pass=True):
    """Add an example that a worker has looked at."""
    return Example.objects.create(
        criterion=criterion,
        must_pass=must_pass,
        image="criteria/example.png",
        encoder=clip_folder().encoder,
        vector=vector,
    )


ARCHES, MOUNTAINS = "boho arches", "layered mountains"


class TestWrite:
    def test_a_draft_can_be_changed(self, brand, draft, lead):
        fields = FIELDS | {"name": " Calm  arches ", "weight": 2, "words": ["a", " ", "b "]}
        changed = services.write_criterion(brand=brand, user=lead, fields=fields, criterion=draft)
        assert (changed.pk, changed.name, changed.words) == (draft.pk, "Calm arches", ["a", "b"])
        assert changed.state == State.DRAFT

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("name", "  ", "name"),
            ("weight", 6, "between 0 and 5"),
            ("threshold", 1.5, "between 0 and 1"),
            ("words", ["x"] * 13, "at most 12"),
            ("opposite", ["x" * 121], "120 characters"),
        ],
    )
    def test_says_what_is_wrong(self, brand, lead, field, value, words):
        with pytest.raises(InvalidInput, match=words):
            services.write_criterion(brand=brand, user=lead, fields=FIELDS | {field: value})
        assert not Criterion.objects.exists()

    def test_needs_leave(self, brand, draft, curator):
        calls = [
            lambda: services.write_criterion(brand=brand, user=curator, fields=FIELDS),
            lambda: services.go_live(criterion=draft, user=curator),
            lambda: services.retire_criterion(criterion=draft, user=curator),
            lambda: services.revise_criterion(criterion=draft, user=curator),
            lambda: services.add_picture(criterion=draft, kind="pass", user=curator),
            lambda: services.remove_picture(criterion=draft, kind="pass", pk=1, user=curator),
        ]
        for call in calls:
            with pytest.raises(NotAllowed):
                call()


class TestValue:
    def test_words_pull_apart(self, draft):
        sense = criteria.sense_of(draft, [])
        near, far = sense.values(np.stack([encode_text(ARCHES), encode_text(MOUNTAINS)]))
        assert near > 0.9 > 0.1 > far

    def test_unwanted_turns_it_round(self, draft):
        draft.wanted = False
        near, far = criteria.sense_of(draft, []).values(
            np.stack([encode_text(ARCHES), encode_text(MOUNTAINS)])
        )
        assert near < 0.1 < 0.9 < far

    def test_references_pull(self, draft):
        draft.words, draft.opposite = [], []
        places = [
            Reference(encoder=clip_folder().encoder, vector=encode_text(ARCHES)),
            Reference(encoder="another", vector=encode_text(MOUNTAINS)),
        ]
        near, far = criteria.sense_of(draft, places).values(
            np.stack([encode_text(ARCHES), encode_text(MOUNTAINS)])
        )
        assert near > 0.9
        assert far < near

    def test_nothing_said_is_one_half(self, draft):
        draft.words, draft.opposite = [], []
        assert criteria.sense_of(draft, []).values(encode_text(ARCHES)[None]) == 0.5

    def test_the_crowd_sets_the_scale(self, brand, draft):
        make_candidates(brand, warm_values(60))
        draft.calibration = criteria.calibration_of(draft)
        crowd = np.array(
            [row.vector for c in Candidate.objects.all() for row in c.embeddings.all()], np.float32
        )
        values = criteria.sense_of(draft, []).values(crowd)
        assert np.median(values) == pytest.approx(0.5, abs=0.02)
        assert np.quantile(values, 0.75) == pytest.approx(0.75, abs=0.1)


class TestGoLive:
    def test_goes_live_when_examples_come_out_right(self, draft, lead):
        add_example(draft, encode_text(ARCHES))
        add_example(draft, encode_text(MOUNTAINS), must_pass=False)
        live = services.go_live(criterion=draft, user=lead)
        assert live.state == State.LIVE
        assert clip_folder().encoder in live.calibration

    def test_names_the_examples_that_come_out_wrong(self, draft, lead):
        add_example(draft, encode_text(ARCHES))
        add_example(draft, encode_text(MOUNTAINS))
        with pytest.raises(InvalidInput, match=r"must-pass example 2 \(0\.\d\d\)"):
            services.go_live(criterion=draft, user=lead)
        draft.refresh_from_db()
        assert draft.state == State.DRAFT

    def test_waits_for_the_worker(self, draft, lead):
        Example.objects.create(criterion=draft, must_pass=True, image="criteria/new.png")
        with pytest.raises(StateConflict, match="still being looked at"):
            services.go_live(criterion=draft, user=lead)

    def test_hard_needs_an_example_of_each_kind(self, brand, lead):
        hard = services.write_criterion(brand=brand, user=lead, fields=FIELDS | {"is_hard": True})
        add_example(hard, encode_text(ARCHES))
        with pytest.raises(InvalidInput, match="one that must fail"):
            services.go_live(criterion=hard, user=lead)

    def test_says_nothing_goes_nowhere(self, brand, lead):
        empty = services.write_criterion(brand=brand, user=lead, fields={"name": "Empty"})
        with pytest.raises(InvalidInput, match="Say what it looks like"):
            services.go_live(criterion=empty, user=lead)

    def test_a_revision_takes_the_place(self, draft, lead):
        add_example(draft, encode_text(ARCHES))
        live = services.go_live(criterion=draft, user=lead)
        with pytest.raises(StateConflict, match="Revise it"):
            services.write_criterion(brand=live.brand, user=lead, fields=FIELDS, criterion=live)
        revision = services.revise_criterion(criterion=live, user=lead)
        assert services.revise_criterion(criterion=live, user=lead) == revision
        assert revision.examples.count() == 1
        services.go_live(criterion=revision, user=lead)
        live.refresh_from_db()
        assert (live.state, revision.pk != live.pk) == (State.RETIRED, True)

    def test_retires_once_and_for_all(self, draft, lead):
        for _ in range(2):
            services.retire_criterion(criterion=draft, user=lead)
        draft.refresh_from_db()
        assert draft.state == State.RETIRED


class TestPictures:
    def test_a_worker_looks_at_what_is_sent(self, draft, lead):
        sent = SimpleUploadedFile("a.png", png_bytes(arches()))
        row = services.add_picture(criterion=draft, kind="reference", user=lead, file=sent)
        assert (row.vector, services.has_unseen_pictures()) == (None, True)
        assert services.encode_pictures() == 1
        assert (services.encode_pictures(), services.has_unseen_pictures()) == (0, False)
        row.refresh_from_db()
        assert row.encoder == clip_folder().encoder
        assert np.linalg.norm(row.vector) == pytest.approx(1, abs=1e-3)

    def test_a_picture_of_the_factory_is_known_already(self, brand, draft, lead):
        render = make_render(picture=arches())
        candidate = Candidate.objects.create(render=render, brand=brand, tier="commodity")
        vector = encode_text(ARCHES)
        candidate.embeddings.create(encoder=clip_folder().encoder, vector=vector)
        row = services.add_picture(
            criterion=draft, kind="fail", user=lead, candidate_id=candidate.pk
        )
        assert (row.image, row.must_pass, row.encoder) == (
            render.file,
            False,
            clip_folder().encoder,
        )
        services.remove_picture(criterion=draft, kind="fail", pk=row.pk, user=lead)
        services.remove_picture(criterion=draft, kind="fail", pk=row.pk, user=lead)
        assert not Example.objects.exists()

    def test_refuses_what_is_missing(self, draft, lead):
        add = {"criterion": draft, "user": lead}
        with pytest.raises(InvalidInput, match="Choose a picture"):
            services.add_picture(kind="pass", **add)
        with pytest.raises(NotFound):
            services.add_picture(kind="pass", candidate_id="0" * 32, **add)
        with pytest.raises(InvalidInput, match="must pass or must fail"):
            services.add_picture(kind="maybe", **add)

    def test_a_lost_file_stops_no_other(self, draft, lead):
        Reference.objects.create(criterion=draft, image="criteria/lost.png")
        sent = SimpleUploadedFile("a.png", png_bytes(arches()))
        services.add_picture(criterion=draft, kind="pass", user=lead, file=sent)
        assert services.encode_pictures() == 1

    def test_a_changed_clip_gets_its_own_scale(self, draft, lead):
        live = services.go_live(criterion=draft, user=lead)
        Criterion.objects.filter(pk=live.pk).update(calibration={"older@1": {"words": [0, 1]}})
        assert services.has_unseen_pictures()
        services.encode_pictures()
        live.refresh_from_db()
        assert set(live.calibration) == {"older@1", clip_folder().encoder}


class TestUpload:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_is_drawn_anew(self, kind):
        buffer = io.BytesIO()
        arches().save(buffer, kind, exif=b"Exif\x00\x00secret") if kind == "JPEG" else (
            arches().save(buffer, kind)
        )
        buffer.write(b"<script>trailing</script>")
        buffer.seek(0)
        name = stored_picture(buffer, folder="criteria")
        with storages["originals"].open(name) as file:
            data = file.read()
        assert name.startswith("criteria/")
        assert name.endswith(".png")
        assert b"script" not in data
        assert b"secret" not in data

    @pytest.mark.parametrize(
        "data",
        [b"", b"GIF89a" + bytes(100), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n"],
    )
    def test_refuses_what_is_no_picture(self, data):
        with pytest.raises(InvalidInput, match="PNG, JPEG or WebP"):
            stored_picture(io.BytesIO(data), folder="criteria")

    def test_refuses_what_is_too_large_or_too_small(self):
        with pytest.raises(InvalidInput, match="20 MB"):
            stored_picture(io.BytesIO(bytes(MOST_BYTES + 1)), folder="criteria")
        with pytest.raises(InvalidInput, match="32 pixels a side"):
            stored_picture(io.BytesIO(png_bytes(arches(side=16))), folder="criteria")
        bomb = io.BytesIO()
        Image.new("1", (20_000, 3_000)).save(bomb, "PNG")
        with pytest.raises(InvalidInput, match="50 megapixels"):
            stored_picture(io.BytesIO(bomb.getvalue()), folder="criteria")

    def test_keeps_what_is_needed(self):
        large = arches(side=256).resize((3000, 1500))
        name = stored_picture(io.BytesIO(png_bytes(large)), folder="criteria")
        with storages["originals"].open(name) as file:
            assert Image.open(file).size == (1024, 512)


class TestHardCriteria:
    @pytest.fixture
    def hard(self, brand, lead):
        fields = FIELDS | {"is_hard": True}
        written = services.write_criterion(brand=brand, user=lead, fields=fields)
        Criterion.objects.filter(pk=written.pk).update(state=State.LIVE)
        return written

    def subject(self, words):
        render = make_render(style=make_style(brand="house"))
        vector = None if words is None else encode_text(words)
        return Subject(arches(), render, vector)

    def test_holds_what_fails(self, hard):
        (finding,) = HardCriteria().inspect(self.subject(MOUNTAINS))
        assert (finding.kind, finding.severity) == ("criterion", "hold")
        assert finding.message.startswith("It fails “Arches”")
        assert finding.evidence["criterion"] == hard.pk

    def test_finds_nothing_in_what_passes(self, hard):
        assert HardCriteria().inspect(self.subject(ARCHES)) == []

    def test_cannot_look_without_a_vector(self, hard):
        with pytest.raises(Unavailable):
            HardCriteria().inspect(self.subject(None))

    def test_a_certificate_does_not_outlive_it(self, hard, gate):
        before = versions_of(gate, None)
        Criterion.objects.update(state=State.RETIRED)
        assert changes(before, versions_of(gate, None)) == [f"the hard criteria ({hard.pk} → none)"]

    def test_does_not_apply_to_other_brands_or_soft_ones(self, hard):
        detector = HardCriteria()
        assert detector.skips(self.subject(ARCHES)) == ""
        Criterion.objects.update(is_hard=False)
        assert detector.skips(self.subject(ARCHES))

    def test_a_failing_picture_meets_a_person(self, gate, hard, judged):
        style = make_style(brand="house")
        Criterion.objects.filter(pk=hard.pk).update(threshold=0)
        passed = judged(style=style)
        Criterion.objects.filter(pk=hard.pk).update(threshold=1)
        colors = ("#ffffff", "#203040", "#c03020", "#e0a030", "#207050", "#101010")
        failed = judged(arches(shift=9, colors=colors), style=style)
        assert not passed.flags.filter(kind="criterion").exists()
        assert failed.flags.get(kind="criterion").severity == "hold"
        assert failed.state == Candidate.State.REVIEW
        shown = {one.title: one.standing for one in queries.criteria(failed)}
        assert shown["Arches"] == "bad"
        assert passed.attributes.get().values["symmetry"] > 0.5
