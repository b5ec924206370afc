from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.languages import languages_of, texts_of, texts_of_many
from catalog.models import Artwork, TextCall, TextRevision
from catalog.services import edit_artwork, publish_artwork, writing
from catalog.services.indexing import SEARCH_CONFIG
from catalog.services.publishing import size_of
from catalog.services.telling import facts_about, picture_of_render
from catalog.services.text_calls import DatabaseLedger, cost_millicents, over_limit
from catalog.services.texts import keep_draft, revert_texts
from catalog.services.writing import chain_of_writers, missed_by_writers, write_better_texts
from catalog.tasks_texts import sweep_texts, write_better
from catalog.texts import CannotWrite, Texts, write_texts
from catalog.texts.writers.contract import Usage, Written
from genart.lib import screens
from genart.lib.errors import InvalidInput, NotFound
from tests.factories import (
    make_approval,
    make_artwork,
    make_licence,
    make_listings,
    make_render,
    make_style,
    make_user,
)

pytestmark = pytest.mark.django_db
LIVE, PAST, HELD = TextRevision.State.LIVE, TextRevision.State.PAST, TextRevision.State.HELD
TAGS = ["arches", "boho", "curves", "beige", "calm", "abstract", "wall art", "interior"]


@pytest.fixture
def artwork():
    return make_artwork()


class Better:
    """A slow writer that says what the test wants."""

    name, is_quick = "better", False

    def __init__(self, version="1", **changes):
        self.signature, self.changes, self.asked = f"better@{version}", changes, 0

    def write(self, question):
        self.asked += 1
        if "error" in self.changes:
            raise CannotWrite(self.changes["error"])
        texts = Texts(
            title=f"A Better Title in {question.language.upper()}",
            description={
                "en": "Arches stand on the ground, one in the other.",
                "de": "Die Bögen stehen auf dem Grund, einer in dem anderen.",
                "fr": "Les arches sont sur un fond, une dans une autre.",
            }[question.language],
            alt_text="Terracotta.",
            tags=tuple(TAGS),
        )
        return Written(replace(texts, **self.changes))


@pytest.fixture
def better(monkeypatch, settings):
    """Put a slow writer before the embedded one; returns a function that makes another."""
    made = {}

    def use(*writers):
        made.clear()
        made.update({f"better{place}": (lambda writer=writer: writer)
                     for place, writer in enumerate(writers)})  # fmt: skip
        monkeypatch.setattr(writing, "WRITERS", writing.WRITERS | made)
        settings.TEXT_WRITERS = [*made, "embedded"]
        return writers[0]

    return use


def live(artwork, language="en"):
    return artwork.texts.get(language=language, state=LIVE)


class TestPublishing:
    def test_a_listing_starts_in_every_language(self, artwork):
        rows = artwork.texts.all()
        assert {row.language for row in rows} == {"en", "de", "fr"}
        assert {row.state for row in rows} == {LIVE}
        english = live(artwork)
        assert (english.title, english.alt_text) == (artwork.title, artwork.alt_text)
        assert english.writer.startswith("embedded@")
        assert english.facts["seen"]["place"]
        assert artwork.category == english.category == "abstract"

    def test_titles_are_never_shared_in_any_language(self):
        for _ in range(12):
            make_artwork()
        for language in ("en", "de", "fr"):
            titles = TextRevision.objects.filter(language=language, state=LIVE)
            assert titles.values("title").distinct().count() == 12

    def test_size_and_price_are_set(self):
        make_licence(amount_cents=1900)
        make_licence("exclusive", amount_cents=100, is_exclusive=True)
        artwork = make_artwork()
        assert artwork.size == "small"
        assert artwork.price_cents == 1900

    @pytest.mark.parametrize(
        ("width", "height", "size"),
        [(999, 1001, "small"), (1000, 1000, "medium"), (2000, 2000, "medium"),
         (2000, 2001, "large")],
    )  # fmt: skip
    def test_size_classes_at_their_borders(self, width, height, size):
        assert size_of(width, height) == size

    def test_words_that_may_not_be_said_are_left_out_and_the_work_is_on_sale(self, monkeypatch):
        monkeypatch.setattr(
            screens,
            "SCREENS",
            [lambda text: "It names Zorro." if "zorro" in text.lower() else None],
        )
        style = make_style(name="Odd", version_fields={"motif": "odd"})
        artwork = make_artwork(render_fields={"style": style, "subject": "Zorro at noon"})
        assert artwork.withdrawn_at is None
        assert "zorro" not in f"{artwork.title} {artwork.description}".lower()
        assert "Left out the subject “Zorro at noon”." in live(artwork).repairs[0]

    def test_texts_that_cannot_be_mended_keep_a_work_off_sale(self, monkeypatch):
        monkeypatch.setattr(screens, "SCREENS", [lambda text: "Everything is a name."])
        artwork = make_artwork()
        assert artwork.withdrawn_by == "shop"
        assert artwork.texts.get(language="en").state == HELD

    def test_a_language_without_words_waits_for_a_better_writer(self, settings):
        settings.TEXT_LANGUAGES = ["en", "es"]
        artwork = make_artwork()
        assert languages_of(artwork) == ["en"]
        assert texts_of(artwork, "es").language == "en"

    def test_german_words_find_a_work(self, artwork):
        word = live(artwork, "de").tags[0]
        assert found_by(word) == [artwork.pk]


def found_by(words):
    from django.contrib.postgres.search import SearchQuery

    query = SearchQuery(words, config=SEARCH_CONFIG, search_type="websearch")
    return list(Artwork.objects.filter(search=query).values_list("pk", flat=True))


def edit(artwork, **changes):
    values = {
        "title": "Zebra Crossing",
        "description": "Now it is another.",
        "alt_text": "Arches.",
        "tags": TAGS,
    }
    return edit_artwork(artwork=artwork, **values | changes)


class TestEditing:
    def test_an_edit_is_a_version_of_its_person(self, artwork):
        user, before = make_user("vera"), artwork.title
        edit(artwork, by=user)
        artwork.refresh_from_db()
        assert artwork.title == "Zebra Crossing"
        assert live(artwork).writer == "person:vera" and live(artwork).by == user
        assert artwork.texts.get(language="en", state=PAST).title == before

    def test_the_same_texts_again_change_nothing(self, artwork):
        edit(artwork)
        edit(artwork)
        assert artwork.texts.filter(language="en").count() == 2

    def test_what_was_listed_before_versions_is_kept_too(self):
        (artwork,) = make_listings(1)
        edit(artwork)
        kept = artwork.texts.get(state=PAST)
        assert kept.writer == "unknown" and kept.description == "A picture."

    def test_another_language_is_edited_alone(self, artwork):
        before = artwork.title
        edit(artwork, language="de", description="Die Bögen stehen auf dem Grund.")
        artwork.refresh_from_db()
        assert artwork.title == before
        assert texts_of(artwork, "de").title == "Zebra Crossing"
        assert texts_of(artwork, "fr").language == "fr"
        assert found_by("zebra") == [artwork.pk]

    @pytest.mark.parametrize(
        ("changes", "where"),
        [({"title": "Free Zebra"}, "title"), ({"tags": TAGS[:3]}, "tags"),
         ({"language": "de"}, None), ({"language": "xx"}, "language"),
         ({"alt_text": "Image of arches"}, "alt_text")],
    )  # fmt: skip
    def test_against_the_rules_nothing_is_written(self, artwork, changes, where):
        if where is None:
            changes |= {"description": "The arches stand on the ground and in the middle."}
        with pytest.raises(InvalidInput) as refused:
            edit(artwork, **changes)
        assert refused.value.where == (where or "description")
        assert artwork.texts.count() == 3

    def test_a_taken_title_is_refused_in_its_language_only(self, artwork):
        edit(make_artwork())
        with pytest.raises(InvalidInput, match="Another work"):
            edit(artwork, title="zebra crossing")
        edit(artwork, language="fr", description="Les arches sont sur un fond.")

    def test_going_back_makes_a_new_version(self, artwork):
        first = live(artwork)
        edit(artwork)
        revert_texts(revision=first, by=make_user("vera"))
        artwork.refresh_from_db()
        assert artwork.title == first.title
        again = live(artwork)
        assert again.pk != first.pk and again.writer == "person:vera"
        assert again.repairs[0].startswith("Back to the version of ")
        assert artwork.texts.filter(language="en").count() == 3

    def test_going_back_to_a_title_that_is_taken_by_now_is_refused(self, artwork):
        first = live(artwork)
        edit(artwork)
        edit(make_artwork(), title=first.title)
        with pytest.raises(InvalidInput):
            revert_texts(revision=first)


class TestBetterWriters:
    def test_they_write_every_language_and_go_live(self, artwork, better):
        writer = better(Better())
        kept = write_better_texts(artwork_id=artwork.pk)
        artwork.refresh_from_db()
        assert artwork.title == "A Better Title in EN"
        assert [row.language for row in kept] == ["en", "de", "fr"]
        assert texts_of(artwork, "de").title == "A Better Title in DE"
        assert writer.asked == 3

    def test_twice_is_once(self, artwork, better):
        writer = better(Better())
        write_better_texts(artwork_id=artwork.pk)
        assert write_better_texts(artwork_id=artwork.pk) == []
        assert writer.asked == 3

    def test_another_version_of_the_writer_writes_again(self, artwork, better):
        better(Better("1"))
        write_better_texts(artwork_id=artwork.pk)
        better(Better("2", title="Another Title Again"))
        assert len(write_better_texts(artwork_id=artwork.pk)) == 3

    def test_what_breaks_the_rules_is_held_and_the_page_stays(self, artwork, better):
        before = artwork.title
        better(Better(alt_text="Arches, in the style of Banksy."))
        kept = write_better_texts(artwork_id=artwork.pk)
        artwork.refresh_from_db()
        assert artwork.title == before and artwork.withdrawn_at is None
        assert {row.state for row in kept} == {HELD}
        assert "in the style of" in kept[0].faults["alt_text"]
        assert live(artwork).writer.startswith("embedded@")

    def test_after_a_held_text_the_next_writer_is_asked(self, artwork, better):
        better(Better("bad", alt_text="Image of "), Better("good"))
        kept = write_better_texts(artwork_id=artwork.pk)
        assert [row.state for row in kept] == [HELD, LIVE] * 3

    def test_one_that_cannot_write_leaves_nothing(self, artwork, better):
        better(Better(error="The endpoint sleeps."))
        assert write_better_texts(artwork_id=artwork.pk) == []
        assert artwork.texts.count() == 3

    def test_what_a_person_wrote_stays_unless_it_is_asked_for(self, artwork, better):
        edit(artwork, by=make_user())
        better(Better())
        assert [row.language for row in write_better_texts(artwork_id=artwork.pk)] == ["de", "fr"]
        assert live(artwork).title == "Zebra Crossing"
        write_better_texts(artwork_id=artwork.pk, anew=True)
        assert live(artwork).title == "A Better Title in EN"

    def test_anew_without_a_better_writer_asks_the_embedded_one(self, artwork):
        edit(artwork)
        write_better_texts(artwork_id=artwork.pk, anew=True)
        assert live(artwork).writer.startswith("embedded@")

    def test_a_title_that_is_taken_is_numbered(self, better):
        first, second = make_artwork(), make_artwork()
        better(Better())
        for artwork in (first, second):
            write_better_texts(artwork_id=artwork.pk)
        assert live(second).title == "A Better Title in EN, No. 2"
        assert live(second, "de").title == "A Better Title in DE, Nr. 2"
        assert live(second, "fr").title == "A Better Title in FR, n° 2"

    def test_a_title_taken_between_writing_and_keeping_is_numbered(self, artwork):
        facts = facts_about(artwork, picture_of_render(artwork.render))
        draft = write_texts(facts)
        edit(artwork)
        edit(make_artwork(), title=draft.texts.title)
        kept = keep_draft(artwork=artwork, draft=draft, facts=facts)
        assert kept.title == f"{draft.texts.title}, No. 2"

    def test_publishing_rings_them(self, better, django_capture_on_commit_callbacks):
        from genart.lib.queue import broker

        better(Better())
        with django_capture_on_commit_callbacks(execute=True):
            artwork = publish_artwork(approval=make_approval(make_render()))
        rung = list(broker.queues["default"].queue)
        assert any(str(artwork.pk).encode() in message for message in rung)

    def test_a_work_that_is_gone_needs_none(self, better):
        better(Better())
        with pytest.raises(NotFound):
            write_better_texts(artwork_id="00000000-0000-0000-0000-000000000000")
        write_better("00000000-0000-0000-0000-000000000000")

    def test_a_sweep_finds_what_was_missed_once(self, better):
        before = timezone.now() + timedelta(minutes=1)
        plain, written, edited, tried = (make_artwork() for _ in range(4))
        better(Better())
        write_better_texts(artwork_id=written.pk)
        edit(edited)
        call = TextCall.objects.create(writer="w", language="en", artwork=tried)
        TextCall.objects.filter(pk=call.pk).update(asked_at=before)
        assert missed_by_writers(before=before, limit=9) == [plain.pk]
        sweep_texts()

    def test_without_a_better_writer_nothing_is_missed(self):
        make_artwork()
        assert missed_by_writers(before=timezone.now() + timedelta(minutes=1), limit=9) == []

    def test_at_the_limit_nothing_is_rung_for(self, better, settings):
        make_artwork()
        better(Better())
        settings.TEXT_ENDPOINT_DAILY_CALLS = 1
        TextCall.objects.create(writer="w", language="en")
        assert missed_by_writers(before=timezone.now() + timedelta(minutes=1), limit=9) == []

    def test_what_comes_after_a_quick_writer_never_writes(self, settings):
        settings.TEXT_WRITERS = ["transformers", "embedded", "endpoint"]
        assert [writer.name for writer in chain_of_writers()] == ["transformers", "embedded"]
        assert [writer.name for writer in chain_of_writers(slow_only=True)] == ["transformers"]


class TestLedger:
    def test_a_call_is_noted_before_and_after(self, artwork):
        ledger = DatabaseLedger(artwork.pk)
        number = ledger.asked("endpoint@m", "de")
        assert TextCall.objects.get().outcome == "asked"
        ledger.answered(number, Usage(1_000_000, 1_000_000))
        call = TextCall.objects.get()
        assert (call.outcome, call.language, call.artwork) == ("answered", "de", artwork)
        assert call.cost_millicents == 1_250_000

    def test_a_cost_is_rounded_up(self):
        assert cost_millicents(Usage(1, 0)) == 1
        assert cost_millicents(Usage()) == 0

    @pytest.mark.parametrize(("limit", "stops"), [(2, True), (3, False), (0, False)])
    def test_tries_a_day(self, settings, limit, stops):
        settings.TEXT_ENDPOINT_DAILY_CALLS = limit
        ledger = DatabaseLedger()
        for _ in range(2):
            TextCall.objects.create(writer="w", language="en")
        if stops:
            with pytest.raises(CannotWrite, match="2 tries a day"):
                ledger.asked("w", "en")
        else:
            ledger.asked("w", "en")

    def test_the_budget_of_a_month(self, settings):
        settings.TEXT_ENDPOINT_MONTHLY_CENTS = 5
        call = TextCall.objects.create(writer="w", language="en", cost_millicents=4_999)
        assert over_limit(timezone.now()) == ""
        TextCall.objects.filter(pk=call.pk).update(cost_millicents=5_000)
        assert over_limit(timezone.now()) == "The month’s budget of 0.05 is spent."


class TestLanguages:
    def test_many_works_take_one_query(self, django_assert_num_queries):
        works = [make_artwork() for _ in range(3)]
        with django_assert_num_queries(1):
            said = texts_of_many(works, "de")
        assert {one.language for one in said.values()} == {"de"}
        assert said[works[0].pk].category_name == "Abstrakt"

    @pytest.mark.parametrize(
        ("query", "header", "language"),
        [("", "", "en"), ("?lang=de", "fr", "de"), ("", "fr-CH, fr;q=0.9, en;q=0.8", "fr"),
         ("", "ja, de;q=0.5", "de"), ("", "ja", "en")],
    )  # fmt: skip
    def test_the_api_answers_in_the_language_asked_for(self, artwork, query, header, language):
        headers = {"host": "localhost"} | ({"accept-language": header} if header else {})
        for part in ("", "/texts"):
            answer = Client(headers=headers).get(f"/api/v1/artworks/{artwork.pk}{part}{query}")
            assert answer.status_code == 200
            assert answer["Content-Language"] == language
            assert answer.json()["title"] == texts_of(artwork, language).title

    def test_an_unknown_language_is_refused(self, artwork, client):
        assert client.get(f"/api/v1/artworks/{artwork.pk}/texts?lang=xx").status_code == 422

    def test_categories_are_named_in_a_language(self, client):
        names = {
            row["slug"]: row["name"] for row in client.get("/api/v1/categories?lang=fr").json()
        }
        assert names["sky"] == "Ciel et nuit"
        assert client.get("/api/v1/languages").json() == ["en", "de", "fr"]


class TestAdmin:
    @pytest.fixture
    def boss(self, client):
        client.force_login(make_user("boss", is_staff=True, is_superuser=True))
        return client

    def test_versions_stand_side_by_side(self, artwork, boss):
        edit(artwork, by=make_user("vera"))
        page = boss.get(reverse("admin:catalog_texts", args=[artwork.pk])).content.decode()
        assert "person:vera" in page and "embedded@" in page and "German" in page
        assert page.count("Say this again") == 1

    def test_one_click_goes_back(self, artwork, boss):
        first = live(artwork)
        edit(artwork)
        boss.post(reverse("admin:catalog_texts_again", args=[first.pk]))
        artwork.refresh_from_db()
        assert artwork.title == first.title and live(artwork).writer == "person:boss"

    def test_what_the_rules_forbid_is_told(self, artwork, boss):
        held = TextRevision.objects.create(
            artwork=artwork, title="Free Arches", description="D", alt_text="A", tags=TAGS,
            state=HELD, writer="w",
        )  # fmt: skip
        page = boss.post(reverse("admin:catalog_texts_again", args=[held.pk]), follow=True)
        assert "Leave out “free”" in page.content.decode()

    def test_anew_rings_the_writers(self, artwork, boss):
        from genart.lib.queue import broker

        boss.post(reverse("admin:catalog_texts_anew", args=[artwork.pk]))
        boss.post(
            reverse("admin:catalog_textrevision_changelist"),
            {"action": "write_anew", "_selected_action": [live(artwork).pk]},
        )
        rung = list(broker.queues["default"].queue)
        assert sum(str(artwork.pk).encode() in message for message in rung) == 2

    def test_links_do_not_change_anything(self, artwork, boss):
        for name, pk in (("again", live(artwork).pk), ("anew", artwork.pk)):
            assert boss.get(reverse(f"admin:catalog_texts_{name}", args=[pk])).status_code == 405

    def test_who_may_only_look_changes_nothing(self, artwork, client):
        user = make_user("looker", is_staff=True)
        kind = ContentType.objects.get_for_model(TextRevision)
        user.user_permissions.add(kind.permission_set.get(codename="view_textrevision"))
        client.force_login(user)
        first = live(artwork)
        edit(artwork)
        client.post(reverse("admin:catalog_texts_again", args=[first.pk]))
        artwork.refresh_from_db()
        assert artwork.title == "Zebra Crossing"

    def test_lists_open(self, artwork, boss):
        TextCall.objects.create(writer="w", language="en", artwork=artwork)
        for name in ("textrevision", "textcall"):
            assert boss.get(reverse(f"admin:catalog_{name}_changelist")).status_code == 200
