"""The form for a series: both ways between fields and JSON, and its outlook while it is typed."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from generation.models import Job, Style, WordList
from generation.spec_fields import document_of, values_of
from tests.generation.conftest import Submit
from tests.generation.specs import EXAMPLE, SMALL
from tests.generation.test_views import fields

pytestmark = pytest.mark.django_db
NEW, OUTLOOK = reverse("generation:new_job"), reverse("generation:outlook")
WHOLE: dict[str, Any] = EXAMPLE | {
    "version": 2,
    "style": "tiny",
    "vary": {
        "palette.name": ["sage", "terracotta"],
        "composition.layout": ["centered", "diagonal"],
        "subject": ["a {fruit}", "two {fruit}s"],
        "mood": [["calm", "warm"], ["bold"]],
        "composition.density": [0.2, 0.8],
    },
    "zip": [["subject", "mood"]],
    "sampling": "pairwise",
    "seed_policy": "linked",
    "tolerances": {"palette": 0.2, "density": 0.4},
    "reseeds": 3,
    "budget_cents": 250,
    "priority": 4,
    "count": None,
}


def test_the_outlook_follows_the_fields(style: Style, curator_client: Client) -> None:
    html = curator_client.post(OUTLOOK, fields()).content.decode()

    assert '<strong class="number">4</strong> pictures' in html
    assert "no measurements yet" in html
    assert "a small picture, centered composition, airy detail, calm, warm" in html
    assert Job.objects.count() == 0


def test_faults_come_to_their_fields_while_typing(style: Style, curator_client: Client) -> None:
    answer = curator_client.post(OUTLOOK, fields(size="1024x1024", own_share_1="40"))
    html = answer.content.decode()

    assert answer.status_code == 200, "htmx swaps good answers only"
    assert 'id="fault-own_colors" class="field__faults" hx-swap-oob="true"><p' in html
    assert "Give a share to at least two colours." in html
    assert "Not ready yet" in html
    html = curator_client.post(OUTLOOK, fields(size="1024x1024")).content.decode()
    assert "Tiny renders 64 to 512 px." in html.split('id="fault-size"')[1].split("</div>")[0]


def test_the_outlook_of_json_names_the_place(style: Style, curator_client: Client) -> None:
    data = {"spec": json.dumps(SMALL | {"style": "cubism"})}

    html = curator_client.post(OUTLOOK, data).content.decode()

    assert "<code>style</code> There is no active style cubism." in html
    assert "hx-swap-oob" not in html


def test_the_outlook_is_shown_without_javascript_too(style: Style, curator_client: Client) -> None:
    answer = curator_client.post(NEW, fields(show="outlook", title="Kept"))

    assert answer.status_code == 200
    assert '<strong class="number">4</strong> pictures' in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()
    assert Job.objects.count() == 0


def test_fields_become_json_and_json_becomes_fields(style: Style, curator_client: Client) -> None:
    WordList.objects.create(slug="fruit", name="Fruit", words=["fig", "lemon"])
    shown = curator_client.post(NEW, {"key": "k", "spec": json.dumps(WHOLE), "show": "fields"})
    form = shown.context["form"]
    assert form["subject"].value() == "a {fruit}\ntwo {fruit}s"
    assert form["together"].value() == ["subject", "mood"]

    sent = {
        name: form[name].value() if form[name].value() is not None else ""
        for name in form.fields
        if name not in ("spec", "densities", "own_colors")
    }
    sent |= {"density": "0.2", "density_more": "0.8"}
    answer = curator_client.post(NEW, sent | {"show": "json"})

    again = json.loads(answer.context["form"]["spec"].value())
    named = [{"name": name} for name in WHOLE["vary"]["palette.name"]]
    wanted = {path: values for path, values in WHOLE["vary"].items() if path != "palette.name"}
    assert again["vary"] == wanted | {"palette": named}
    for name in ("zip", "sampling", "seed_policy", "tolerances", "reseeds", "budget_cents"):
        assert again[name] == WHOLE[name]


@pytest.mark.parametrize(
    "vary",
    [
        {"size.width_px": [256, 512], "palette": [{"name": "sage"}, {"name": "terracotta"}]},
        {"seed": [1, 2], "mood": [["calm"], []]},
        {"mood": [["calm, warm"], ["bold"]]},
        {
            "palette": [
                {"colors": [{"hex": "#FFFFFF", "weight": 0.5}, {"hex": "#000000", "weight": 0.5}]},
                {"name": "sage"},
            ]
        },
    ],
)
def test_what_the_fields_have_no_place_for_is_kept(vary: dict[str, Any]) -> None:
    document = EXAMPLE | {"version": 2, "vary": vary, "count": None}
    values = values_of(document) | {"budget": None}

    again = document_of(values)

    assert again["vary"] == vary


def test_own_colours_are_a_palette_more(style: Style, curator_client: Client) -> None:
    own = {"own_hex_0": "#ffffff", "own_share_0": "3", "own_hex_4": "#102030", "own_share_4": "1"}

    curator_client.post(NEW, fields(palettes=["sage"], **own))

    assert Job.objects.get().spec["vary"]["palette"] == [
        {"name": "sage"},
        {
            "colors": [
                {"hex": "#FFFFFF", "weight": 0.75},
                {"hex": "#102030", "weight": 0.25},
            ]
        },
    ]


def test_several_lines_and_densities_vary(style: Style, curator_client: Client) -> None:
    data = fields(subject="hills\n\narches", density="0.2", density_more="0.9", sampling="pairwise")

    curator_client.post(NEW, data)

    job = Job.objects.get()
    assert job.spec["vary"]["subject"] == ["hills", "arches"]
    assert job.spec["vary"]["composition.density"] == [0.2, 0.9]
    assert 4 <= job.renders.count() < 16


@pytest.mark.parametrize(
    "hostile",
    [
        {"rest": "[1]"},
        {"rest": '{"vary": 3}'},
        {"rest": '{"zip": [3]}'},
        {"rest": '{"vary": {"no": [1]}}'},
        {"rest": "{" * 50},
        {"density": "nan"},
        {"density_more": "1e999"},
        {"own_hex_0": "x", "own_share_0": "1", "own_share_1": "1"},
        {"own_share_0": "nan", "own_share_1": "1"},
        {"layouts": ["\x00"]},
        {"subject": "\x00"},
        {"count": "9" * 400},
        {"seed": "-1"},
        {"control_image": "x"},
        {"reference": "embedding:x"},
        {"tolerance_palette": "2"},
        {"lane": "fast"},
        {"together": ["no"]},
    ],
)
def test_whatever_is_sent_gets_an_answer(
    style: Style, curator_client: Client, hostile: dict[str, Any]
) -> None:
    data = fields(**hostile)

    assert curator_client.post(OUTLOOK, data).status_code == 200
    assert curator_client.post(NEW, data | {"show": "json"}).status_code in (200, 422)
    assert curator_client.post(NEW, data).status_code in (302, 422)


def test_the_outlook_is_for_the_studio(stranger: Client, buyer_client: Client) -> None:
    assert stranger.post(OUTLOOK).status_code == 302
    assert buyer_client.post(OUTLOOK).status_code == 403


def test_a_series_starts_from_an_earlier_one(submit: Submit, curator_client: Client) -> None:
    job = submit(subject="a red house")

    html = curator_client.get(NEW).content.decode()

    assert f'<option value="{job.pk}">A red house</option>' in html


def test_the_page_of_a_job_tells_what_was_foreseen(submit: Submit, curator_client: Client) -> None:
    job = submit(version=2, seed_policy="fixed", count=3)

    html = curator_client.get(job.get_absolute_url()).content.decode()

    assert "What was foreseen: 1 prompt, time not measured before" in html
    assert "2 pictures that would have been the same as another were left out" in html
    assert "<code>seed_policy</code>" in html
    Job.objects.update(outlook={})
    assert "What was foreseen: 1 prompt<" in (
        curator_client.get(job.get_absolute_url()).content.decode()
    )


def test_nothing_is_marked_before_it_was_filled_in(style: Style, curator_client: Client) -> None:
    html = curator_client.post(OUTLOOK, {"key": "k", "size": "512x512"}).content.decode()

    assert "Still to choose: style, what is seen, layouts, palettes." in html
    assert "This field is required." not in html
