"""Word lists in the admin."""

import pytest
from django.test import Client
from django.urls import reverse

from generation.models import WordList

pytestmark = pytest.mark.django_db
ADD = reverse("admin:generation_wordlist_add")


def test_words_are_lines_and_stand_for_nested_ones(admin_client: Client) -> None:
    WordList.objects.create(slug="citrus", name="Citrus", words=["lemon", "lime"])

    data = {"name": "Fruit", "slug": "fruit", "words": "fig\n\n{citrus}\nfig\n"}
    assert admin_client.post(ADD, data).status_code == 302

    fruit = WordList.objects.get(slug="fruit")
    assert fruit.words == ["fig", "{citrus}"]
    page = admin_client.get(reverse("admin:generation_wordlist_change", args=[fruit.pk]))
    assert "fig, lemon, lime" in page.content.decode()
    assert "fig\n{citrus}</textarea>" in page.content.decode()
    listed = admin_client.get(reverse("admin:generation_wordlist_changelist")).content.decode()
    assert "{fruit}" in listed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("{loop}", "contains itself"),
        ("{nowhere}", "There is no word list nowhere"),
        ("", "This field is required."),
    ],
)
def test_a_list_that_cannot_be_read_is_not_saved(
    admin_client: Client, words: str, sentence: str
) -> None:
    answer = admin_client.post(ADD, {"name": "Loop", "slug": "loop", "words": words})

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not WordList.objects.exists()


def test_a_change_may_not_close_a_circle(admin_client: Client) -> None:
    one = WordList.objects.create(slug="one", name="One", words=["a"])
    WordList.objects.create(slug="two", name="Two", words=["{one}"])
    address = reverse("admin:generation_wordlist_change", args=[one.pk])

    answer = admin_client.post(address, {"name": "One", "words": "{two}"})

    assert "contains itself" in answer.content.decode()
    assert WordList.objects.get(pk=one.pk).words == ["a"]
