"""Looks at styles in the admin: unsaved, at a version, versions side by side."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from curation.models import Candidate
from generation import work
from generation.models import Job, Palette, Render, Style, StyleVersion
from generation.services import samples
from generation.styles import next_version
from tests.generation.test_admin import style_data

pytestmark = pytest.mark.django_db
LOOK = reverse("admin:generation_style_look")
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def tiny(style: Style, palettes: dict[str, Palette]) -> StyleVersion:
    """The current version of the tiny style."""
    assert style.current_version is not None
    return style.current_version


class TestTheVerbs:
    def test_a_look_is_four_pictures_before_everything_else(
        self, tiny: StyleVersion, admin_user: Any
    ) -> None:
        job = samples.draw_samples(version=tiny, by=admin_user)

        assert (job.purpose, job.priority) == ("preview", 10)
        renders = list(job.renders.order_by("index"))
        assert len(renders) == samples.PICTURES
        assert {render.style_version_id for render in renders} == {tiny.pk}
        assert len({render.palette_name for render in renders}) == samples.PALETTES

    def test_a_second_look_at_a_version_is_the_first_one(
        self, tiny: StyleVersion, admin_user: Any
    ) -> None:
        first = samples.draw_samples(version=tiny, by=admin_user)

        assert samples.draw_samples(version=tiny, by=admin_user) == first

    def test_looks_at_two_versions_differ_by_what_was_changed_only(
        self, style: Style, tiny: StyleVersion, admin_user: Any
    ) -> None:
        other = next_version(style, steps=7)

        looks = [samples.draw_samples(version=v, by=admin_user) for v in (tiny, other)]

        rows = [list(job.renders.order_by("index").values("seed", "slots")) for job in looks]
        assert rows[0] == rows[1]
        steps = [set(job.renders.values_list("steps", flat=True)) for job in looks]
        assert steps == [{4}, {7}]

    def test_a_new_sketch_cancels_the_look_at_the_one_before(
        self, tiny: StyleVersion, admin_user: Any
    ) -> None:
        content = samples.content_of(tiny)
        first = samples.draw_samples(
            version=samples.sketch(content=content, by=admin_user), by=admin_user
        )
        second = samples.sketch(content=content | {"steps": 6}, by=admin_user)

        first.refresh_from_db()
        assert first.state == "cancelled"
        assert second.style.is_sketch
        assert not second.style.is_active
        assert second.number == 2

    def test_going_back_makes_a_version_with_the_older_content_once(
        self, style: Style, tiny: StyleVersion, palettes: dict[str, Palette], admin_user: Any
    ) -> None:
        next_version(style, steps=9, palettes=[palettes["sage"]])

        back = samples.return_to(version_id=tiny.pk, by=admin_user)

        assert (back.number, back.steps) == (3, 4)
        assert list(back.palettes.all()) == list(tiny.palettes.all())
        assert samples.return_to(version_id=tiny.pk, by=admin_user) == back


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("engine_of_the_test", "tiny_style")
def test_a_look_is_rendered_and_never_judged(admin_user: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(samples, "LONGEST_PX", 64)
    version = Style.objects.get(slug="tiny").current_version
    assert version is not None
    job = samples.draw_samples(version=version, by=admin_user)

    work.work_until_empty()

    assert set(job.renders.values_list("state", flat=True)) == {"rendered"}
    assert not Candidate.objects.exists()


class TestThePages:
    def test_what_was_typed_is_looked_at_and_not_saved(
        self, style: Style, admin_client: Client, palettes: dict[str, Palette]
    ) -> None:
        answer = admin_client.post(LOOK, style_data(style, steps=9), **HTMX)

        assert answer.status_code == 200
        assert b"Waits for a worker" in answer.content
        job = Job.objects.get(purpose="preview")
        assert set(job.renders.values_list("steps", flat=True)) == {9}
        style.refresh_from_db()
        assert style.versions.count() == 1

    def test_a_form_with_faults_says_them_and_renders_nothing(
        self, style: Style, admin_client: Client
    ) -> None:
        answer = admin_client.post(LOOK, style_data(style, steps=0), **HTMX)

        assert b"Steps: Ensure this value is greater than or equal to 1" in answer.content
        assert not Job.objects.exists()

    def test_without_javascript_the_look_has_a_page(
        self, style: Style, admin_client: Client, palettes: dict[str, Palette]
    ) -> None:
        answer = admin_client.post(LOOK, style_data(style))

        assert answer.status_code == 200
        assert b"Look again" in answer.content

    def test_a_look_asks_again_until_it_is_over(
        self, tiny: StyleVersion, admin_user: Any, admin_client: Client
    ) -> None:
        job = samples.draw_samples(version=tiny, by=admin_user)
        address = reverse("admin:generation_style_samples", args=[job.pk])

        assert b"hx-get" in admin_client.get(address, **HTMX).content
        Render.objects.update(state="cancelled")
        assert b"hx-get" not in admin_client.get(address, **HTMX).content

    def test_versions_stand_side_by_side_with_what_differs(
        self, style: Style, tiny: StyleVersion, admin_user: Any, admin_client: Client
    ) -> None:
        newer = next_version(style, steps=9, tolerances={"palette": 0.2})
        samples.draw_samples(version=newer, by=admin_user)

        page = admin_client.get(reverse("admin:generation_style_compare", args=[style.pk]))

        text = page.content.decode()
        assert "Version 2 · current" in text
        assert "Render the look" in text
        assert dict(page.context["differences"]) == {
            "steps": ["9", "4"],
            "tolerances": ["palette 0.2", "–"],
        }

    def test_one_press_goes_back(
        self, style: Style, tiny: StyleVersion, admin_client: Client
    ) -> None:
        next_version(style, steps=9)
        address = reverse("admin:generation_style_return_to", args=[tiny.pk])

        assert admin_client.get(address).status_code == 405
        assert admin_client.post(address).status_code == 302

        style.refresh_from_db()
        assert style.current_version is not None
        assert style.current_version.steps == 4

    def test_sketches_are_not_listed(
        self, style: Style, tiny: StyleVersion, admin_user: Any, admin_client: Client
    ) -> None:
        samples.sketch(content=samples.content_of(tiny), by=admin_user)

        page = admin_client.get(reverse("admin:generation_style_changelist"))

        assert b"Sketch of" not in page.content

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_strangers_and_buyers_see_nothing(
        self, method: str, tiny: StyleVersion, stranger: Client, buyer_client: Client
    ) -> None:
        for name, key in (("compare", tiny.style_id), ("look_at_version", tiny.pk)):
            address = reverse(f"admin:generation_style_{name}", args=[key])
            for client in (stranger, buyer_client):
                assert getattr(client, method)(address).status_code == 302

    def test_what_is_checked_is_part_of_the_form(
        self, style: Style, admin_client: Client, palettes: dict[str, Palette]
    ) -> None:
        address = reverse("admin:generation_style_change", args=[style.pk])
        changes = {"tolerance_palette": "0.1", "corridor_least": "0.4", "reseeds": 5}

        answer = admin_client.post(address, style_data(style, **changes))

        assert answer.status_code == 302, answer.context["adminform"].form.errors
        style.refresh_from_db()
        version = style.current_version
        assert version is not None
        assert (version.tolerances, version.corridor, version.reseeds) == (
            {"palette": 0.1},
            {"least": 0.4},
            5,
        )
