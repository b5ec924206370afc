"""Registers of words: the seed list, imports, and the admin."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from curation.compliance import screening, wordmarks
from curation.compliance.trademarks import entries
from curation.compliance.vocabulary import SOURCE
from curation.models import Mark, ScreenTerm
from curation.services import registers
from curation.services.registers import import_marks, keep_term, load_seed_names
from genart.lib.errors import InvalidInput
from generation.screens import screen_spec
from generation.services import submit_job
from generation.spec import parse_spec
from tests.factories import make_style

DATA = Path(__file__).parent / "data"
XML, TABLE = DATA / "applications.xml", DATA / "tmview.csv"


@pytest.fixture
def seed(db):
    """The seed list as rows."""
    load_seed_names()


def copied(tmp_path, file):
    """Return a copy of a file, beside which an import may keep its progress."""
    path = tmp_path / file.name
    path.write_bytes(file.read_bytes())
    return path


class TestSeed:
    def test_it_is_loaded_once_and_never_over_an_admin(self, seed):
        count = ScreenTerm.objects.count()
        assert count >= 700
        ScreenTerm.objects.filter(name="Banksy").update(is_active=False, harmless=["kept"])
        assert load_seed_names() == 0
        banksy = ScreenTerm.objects.get(name="Banksy")
        assert (banksy.is_active, banksy.harmless) == (False, ["kept"])
        assert ScreenTerm.objects.count() == count
        assert set(Mark.objects.values_list("source", flat=True)) == {SOURCE}

    def test_the_screen_follows_the_register(self, db):
        assert screening.objection_to("a Quimbra print") is None
        term = keep_term(term=ScreenTerm(kind="brand", name=" Quimbra "))
        assert term.key == "quimbra"
        assert "stands for Quimbra, a brand" in screening.objection_to("a qu1mbra print")
        ScreenTerm.objects.update(is_active=False)
        assert screening.objection_to("a Quimbra print") is None

    def test_a_name_comes_once_and_needs_letters(self, db):
        keep_term(term=ScreenTerm(kind="brand", name="Quimbra"))
        for name in ("QUIMBRA", "Q.u.i.m.b.r.a", "…"):
            with pytest.raises(InvalidInput) as refused:
                keep_term(term=ScreenTerm(kind="brand", name=name))
            assert refused.value.where == "name"


class TestImport:
    def test_a_register_in_xml(self, db):
        report = import_marks(path=XML, source="uspto")
        assert (report.seen, report.written, report.dead, report.wordless) == (4, 3, 1, 1)
        quimbra = Mark.objects.get(number="90000001")
        assert (quimbra.name, quimbra.key, quimbra.kind) == ("QUIMBRA", "quimbra", "word")
        assert (quimbra.owner, quimbra.nice_classes) == ("Quimbra Papierwerke GmbH", [16, 25])
        zorvex = Mark.objects.get(number="90000002")
        assert (zorvex.key, zorvex.owner, zorvex.is_active) == (
            "zorvexunlimited", "Zorvex & Sons", False,
        )  # fmt: skip
        assert Mark.objects.get(number="90000004").nice_classes == [35]

    def test_a_table(self, db):
        report = import_marks(path=TABLE, source="tmview")
        assert (report.seen, report.written, report.dead, report.wordless) == (4, 3, 1, 1)
        assert Mark.objects.get(name="Halvard North").nice_classes == [35, 41, 42]
        assert not Mark.objects.get(name="Mirolo").is_active

    def test_again_changes_nothing_and_news_are_taken_in(self, db, tmp_path):
        path = copied(tmp_path, TABLE)
        import_marks(path=path, source="tmview")
        rows = list(Mark.objects.order_by("pk").values())
        import_marks(path=path, source="tmview")
        assert list(Mark.objects.order_by("pk").values()) == rows
        path.write_text(path.read_text().replace('Registered;"16', 'Surrendered;"16'))
        import_marks(path=path, source="tmview")
        assert not Mark.objects.get(name="Vantress").is_active
        assert Mark.objects.count() == 3

    def test_broken_off_it_goes_on_where_it_was(self, db, tmp_path, monkeypatch):
        monkeypatch.setattr(registers, "BATCH", 1)
        path = copied(tmp_path, XML)

        def stop(report):
            if report.seen == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_marks(path=path, source="uspto", tell=stop)
        assert Mark.objects.count() == 2
        Mark.objects.all().delete()
        report = import_marks(path=path, source="uspto")
        assert (report.resumed, report.seen, report.written) == (2, 4, 3)
        assert Mark.objects.count() == 1  # the first two were done before
        import_marks(path=path, source="uspto", restart=True)
        assert Mark.objects.count() == 3
        assert not list(tmp_path.glob("*.progress"))

    @pytest.mark.parametrize(
        ("name", "text", "says"),
        [
            ("x.xml", "<html></html>", "not an export of trademark"),
            ("x.xml", "<trademark-applications-daily><case-file>", "not whole XML"),
            ("x.csv", "a,b\n1,2\n", "needs a column for the mark"),
        ],
    )
    def test_what_is_no_export_is_refused(self, db, tmp_path, name, text, says):
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(InvalidInput, match=says):
            list(entries(path))

    def test_the_command_says_what_it_did(self, db, tmp_path):
        said = StringIO()
        call_command("import_marks", str(copied(tmp_path, XML)), stdout=said)
        assert "3 marks of uspto are up to date, 1 of them dead; 1 entries" in said.getvalue()
        with pytest.raises(CommandError, match="There is no file"):
            call_command("import_marks", str(tmp_path / "none.xml"))


class TestLookup:
    @pytest.fixture
    def marks(self, db):
        import_marks(path=XML, source="uspto")
        import_marks(path=TABLE, source="tmview")
        Mark.objects.bulk_create(
            Mark(kind="word", name=f"x{n}", key=f"x{n * 7919 % 9973}q{n}", source="x", number=n)
            for n in range(500)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE curation_mark")

    def test_trigrams_are_found_through_the_index(self, marks):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN SELECT id FROM curation_mark WHERE key %% %s", ["quimbre"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "mark_key_trigrams" in plan

    @pytest.mark.parametrize(
        ("read", "name"),
        [("QUIMBRA", "QUIMBRA"), ("Qu1mbra", "QUIMBRA"), ("the quimbra shop", "QUIMBRA"),
         ("Vantres5", "Vantress"), ("Peloni Gardens", "PELORI GARDENS"),
         ("HALVARD-NORTH", "Halvard North"), ("PELORIGARDENS", "PELORI GARDENS")],
    )  # fmt: skip
    def test_what_was_read_finds_its_mark(self, marks, read, name):
        assert wordmarks.matched(read).mark.name == name

    @pytest.mark.parametrize("read", ["zorvexunlimited", "Mirolo", "quiet hills", "Q", "", "sea"])
    def test_dead_and_other_words_match_nothing(self, marks, read):
        assert wordmarks.matched(read) is None

    def test_marks_for_other_goods_do_not_count(self, db):
        Mark.objects.create(kind="word", name="Okapio", key="okapio", source="x", number="1",
                            nice_classes=[5, 30])  # fmt: skip
        assert wordmarks.matched("OKAPIO") is None
        Mark.objects.update(nice_classes=[5, 25])
        assert wordmarks.matched("OKAPIO").mark.name == "Okapio"

    def test_everyday_words_must_be_read_exactly_and_alone(self, db):
        Mark.objects.create(kind="word", name="Target", key="target", source="x", number="1")
        assert wordmarks.matched("TARGET").mark.name == "Target"
        assert wordmarks.matched("TARGEI") is None
        assert wordmarks.matched("on target today") is None

    def test_a_mark_of_a_register_counts_in_texts_with_more_care(self, marks):
        assert screening.objection_to("quimbra in blue") is None  # one word: perhaps a rare one
        assert "a registered mark" in screening.objection_to("the Quimbra logo in blue")
        assert "PELORI" in screening.objection_to("a print of Pelori Gardens")


class TestSpecs:
    SPEC = {"version": 1, "style": "boho", "subject": "arches over hills",
            "palette": {"name": "terracotta"}}  # fmt: skip

    @pytest.mark.parametrize(
        ("change", "loc"),
        [
            ({"subject": "arches by Picasso"}, ["subject"]),
            ({"title": "M o n e t mornings"}, ["title"]),
            ({"mood": ["calm", "warholesque"]}, ["mood", 1]),
            ({"mood": ["harry", "potter"]}, ["mood"]),
            ({"vary": {"subject": ["hills", "a pikachu"]}}, ["vary", "subject", 1]),
            ({"vary": {"mood": [["calm"], ["calm", "kahlo"]]}}, ["vary", "mood", 1, 1]),
            ({"collection": "star-wars"}, ["collection"]),
        ],
    )
    def test_a_name_is_refused_at_its_field(self, seed, change, loc):
        with pytest.raises(InvalidInput) as refused:
            screen_spec(parse_spec(self.SPEC | change))
        (fault,) = refused.value.details
        assert fault["loc"] == loc
        assert "Describe what is to be seen instead" in fault["msg"]

    def test_what_is_to_be_avoided_may_be_named(self, seed):
        screen_spec(parse_spec(self.SPEC | {"avoid": ["disney", "nike logo"]}))

    def test_submitting_it_writes_nothing(self, seed, curator):
        style = make_style(slug="boho")
        spec = self.SPEC | {"style": style.slug, "subject": "a Banksy wall"}
        with pytest.raises(InvalidInput) as refused:
            submit_job(spec=spec, owner=curator)
        assert refused.value.where == "subject"
        assert "“Banksy” stands for Banksy, an artist" in refused.value.message


class TestAdmin:
    def test_a_text_can_be_tried(self, seed, admin_client):
        path = reverse("admin:curation_screenterm_try")
        assert (
            "Andy Warhol" in admin_client.get(path, {"text": "w a r h o l soup"}).content.decode()
        )
        assert "names nothing" in admin_client.get(path, {"text": "quiet hills"}).content.decode()

    def test_names_are_added_with_their_key(self, db, admin_client):
        path = reverse("admin:curation_screenterm_add")
        asked = {"kind": "artist", "name": "Ilona Vantreske", "aliases": '["Vantreske"]',
                 "harmless": "[]", "is_active": "on", "source": ""}  # fmt: skip
        assert admin_client.post(path, asked).status_code == 302
        assert ScreenTerm.objects.get().key == "ilonavantreske"
        assert "already" in admin_client.post(path, asked).content.decode()
        assert "list of texts" in admin_client.post(
            path, asked | {"name": "Other", "aliases": '{"a": 1}'}
        ).content.decode()  # fmt: skip

    def test_registers_open_and_claims_are_read_only(self, db, admin_client):
        for name in ("mark", "rightsclaim", "screenterm"):
            assert admin_client.get(reverse(f"admin:curation_{name}_changelist")).status_code == 200
        assert admin_client.get(reverse("admin:curation_rightsclaim_add")).status_code == 403
