"""Pages of brands and criteria: who may, what they show, what they change."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from curation import services
from curation.models import Candidate, Criterion, Example, Reference
from genart.ml.text import encode_text
from genart.ml.weights import clip_folder
from tests.conftest import make_user, signed_in
from tests.curation.conftest import arches
from tests.curation.taste.school import decide_by_warmth, make_candidates, warm_values
from tests.factories import make_render, png_bytes

FIELDS = {"name": "Arches", "words": ["boho arches"], "opposite": ["layered mountains"]}
POSTED = {
    "name": "Calm",
    "words": "wide empty sky\r\n\r\ncalm",
    "opposite": "",
    "wanted": "on",
    "weight": "1.5",
    "threshold": "0.4",
}


@pytest.fixture
def lead(db):
    return make_user("lead", "leads")


@pytest.fixture
def lead_client(lead):
    return signed_in(lead)


@pytest.fixture
def draft(brand, lead):
    return services.write_criterion(brand=brand, user=lead, fields=FIELDS)


@pytest.fixture
def taught(brand, curator):
    values = warm_values(80)
    decide_by_warmth(make_candidates(brand, values), values, curator)
    return services.refit_head(brand=brand)


def addresses(brand, draft):
    one = (brand.slug, draft.pk)
    read = [
        reverse("curation:brands"),
        reverse("curation:brand", args=[brand.slug]),
        reverse("curation:criterion", args=one),
    ]
    change = [
        reverse("curation:refit", args=[brand.slug]),
        reverse("curation:adoption", args=[brand.slug]),
        reverse("curation:activate_head", args=[brand.slug, 1]),
        reverse("curation:new_criterion", args=[brand.slug]),
        reverse("curation:criterion", args=one),
        reverse("curation:change_criterion", args=one),
        reverse("curation:add_picture", args=one),
        reverse("curation:remove_picture", args=one),
    ]
    return read, change


class TestWhoMay:
    def test_strangers_are_asked_who_they_are(self, brand, draft, stranger):
        read, change = addresses(brand, draft)
        assert {stranger.get(address).status_code for address in read} == {302}
        assert {stranger.post(address).status_code for address in change} == {302}

    def test_buyers_may_nothing(self, brand, draft, buyer_client):
        read, change = addresses(brand, draft)
        assert {buyer_client.get(address).status_code for address in read} == {403}
        assert {buyer_client.post(address).status_code for address in change} == {403}

    def test_curators_see_and_change_nothing(self, brand, draft, taught, curator_client):
        read, change = addresses(brand, draft)
        assert {curator_client.get(address).status_code for address in read} == {200}
        assert {curator_client.post(address).status_code for address in change} == {403}
        page = curator_client.get(read[1]).content.decode()
        assert "Learn anew" not in page
        assert "New criterion" not in page

    def test_leads_may_both(self, brand, draft, taught, lead_client):
        read, change = addresses(brand, draft)
        assert {lead_client.get(address).status_code for address in read} == {200}
        assert {lead_client.post(address).status_code for address in change} <= {302, 422}

    def test_reading_and_writing_keep_apart(self, brand, draft, lead_client):
        _, change = addresses(brand, draft)
        assert lead_client.get(change[0]).status_code == 405


class TestTaste:
    def test_shows_versions_and_what_it_looks_at(self, brand, taught, lead_client):
        page = lead_client.get(reverse("curation:brand", args=[brand.slug])).content.decode()
        assert "wants warm" in page
        assert f"People approved {taught.report['approved']}" in page
        assert 'class="reliability__point"' in page
        assert f"{taught.auc:.3f}" in page

    def test_says_when_nothing_is_learnt(self, brand, lead_client):
        page = lead_client.get(reverse("curation:brand", args=[brand.slug])).content.decode()
        assert "Nothing is learnt yet" in page
        answer = lead_client.post(reverse("curation:refit", args=[brand.slug]), follow=True)
        assert "15 approved and 15 refused" in answer.content.decode()

    def test_learns_and_goes_back(self, brand, taught, lead, lead_client):
        lead_client.post(reverse("curation:refit", args=[brand.slug]))
        assert brand.heads.get(is_active=True).version == 2
        back = reverse("curation:activate_head", args=[brand.slug, 1])
        answer = lead_client.post(back, follow=True)
        assert "Taste v1 judges from now on." in answer.content.decode()
        assert brand.heads.get(is_active=True).activated_by == lead

    def test_chooses_when_tastes_take_over(self, brand, lead_client):
        address = reverse("curation:adoption", args=[brand.slug])
        lead_client.post(address, {"adoption": "proposed"})
        brand.refresh_from_db()
        assert brand.adoption == "proposed"

    def test_asks_no_more_of_the_database_for_more(
        self, brand, taught, curator_client, django_assert_max_num_queries
    ):
        for _ in range(3):
            services.refit_head(brand=brand)
        with django_assert_max_num_queries(16):
            curator_client.get(reverse("curation:brand", args=[brand.slug]))


class TestCriterion:
    def test_is_written_and_changed(self, brand, lead_client):
        new = reverse("curation:new_criterion", args=[brand.slug])
        assert lead_client.get(new).status_code == 200
        lead_client.post(new, POSTED)
        made = Criterion.objects.get()
        assert (made.words, made.is_hard, made.weight) == (["wide empty sky", "calm"], False, 1.5)
        address = reverse("curation:criterion", args=[brand.slug, made.pk])
        lead_client.post(address, POSTED | {"is_hard": "on"})
        made.refresh_from_db()
        assert made.is_hard

    def test_shows_what_is_wrong_beside_the_field(self, brand, lead_client):
        new = reverse("curation:new_criterion", args=[brand.slug])
        answer = lead_client.post(new, POSTED | {"words": "x" * 200})
        assert answer.status_code == 422
        assert "120 characters" in answer.content.decode()

    def test_takes_pictures_and_shows_how_they_come_out(self, brand, draft, lead_client):
        add = reverse("curation:add_picture", args=[brand.slug, draft.pk])
        page = reverse("curation:criterion", args=[brand.slug, draft.pk])
        file = SimpleUploadedFile("a.png", png_bytes(arches()))
        lead_client.post(add, {"kind": "reference", "picture": file})
        assert "still being looked at" in lead_client.get(page).content.decode()
        services.encode_pictures()
        Example.objects.create(
            criterion=draft,
            must_pass=True,
            image="criteria/none.png",
            encoder=clip_folder().encoder,
            vector=encode_text("layered mountains"),
        )
        shown = lead_client.get(page).content.decode()
        assert "fails, must pass" in shown
        assert "1 example comes out wrong" in shown
        part = lead_client.get(page, headers={"HX-Request": "true"}).content.decode()
        assert part.strip().startswith('<div id="pictures"')

    def test_sends_its_pictures(self, draft, lead_client, brand):
        add = reverse("curation:add_picture", args=[brand.slug, draft.pk])
        file = SimpleUploadedFile("a.png", png_bytes(arches()))
        lead_client.post(add, {"kind": "reference", "picture": file})
        row = Reference.objects.get()
        answer = lead_client.get(reverse("curation:criterion_picture", args=["reference", row.pk]))
        assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
        lost = reverse("curation:criterion_picture", args=["secret", row.pk])
        assert lead_client.get(lost).status_code == 404

    def test_a_picture_that_is_none_is_refused(self, draft, lead_client, brand):
        add = reverse("curation:add_picture", args=[brand.slug, draft.pk])
        file = SimpleUploadedFile("a.png", b"<script>")
        answer = lead_client.post(add, {"kind": "reference", "picture": file}, follow=True)
        assert "PNG, JPEG or WebP" in answer.content.decode()

    def test_a_picture_of_the_factory_by_its_address(self, draft, lead_client, brand):
        render = make_render(picture=arches())
        picture = Candidate.objects.create(render=render, brand=brand, tier="commodity")
        vector = encode_text("boho arches")
        picture.embeddings.create(encoder=clip_folder().encoder, vector=vector)
        add = reverse("curation:add_picture", args=[brand.slug, draft.pk])
        address = f"http://testserver/review/{picture.pk}/"
        lead_client.post(add, {"kind": "fail", "address": address})
        row = Example.objects.get()
        assert (row.must_pass, row.encoder) == (False, clip_folder().encoder)
        remove = reverse("curation:remove_picture", args=[brand.slug, draft.pk])
        lead_client.post(remove, {"kind": "fail", "picture": row.pk})
        assert not Example.objects.exists()

    def test_goes_live_is_revised_and_retires(self, draft, lead_client, brand):
        do = reverse("curation:change_criterion", args=[brand.slug, draft.pk])
        lead_client.post(do, {"do": "live"})
        draft.refresh_from_db()
        assert draft.state == Criterion.State.LIVE
        page = reverse("curation:criterion", args=[brand.slug, draft.pk])
        assert lead_client.post(page, POSTED).status_code == 422
        answer = lead_client.post(do, {"do": "revise"}, follow=True)
        assert "This is a draft" in answer.content.decode()
        lead_client.post(do, {"do": "retire"})
        draft.refresh_from_db()
        assert draft.state == Criterion.State.RETIRED
