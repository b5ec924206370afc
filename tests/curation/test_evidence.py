"""What was found in a picture, cut out."""

import io

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from curation.evidence import LEAST_PX, MOST_PX, crop_box
from curation.models import Flag

share = st.floats(0, 1)


@given(st.tuples(share, share, share, share), st.integers(1, 900), st.integers(1, 900))
def test_any_box_gives_a_small_picture(box, width, height):
    cut = crop_box(Image.new("RGB", (width, height)), box)
    assert 1 <= cut.width <= max(MOST_PX, min(width, LEAST_PX))
    assert 1 <= cut.height <= max(MOST_PX, min(height, LEAST_PX))


def test_what_was_found_is_in_it():
    image = Image.new("RGB", (400, 400), "white")
    image.paste("red", (200, 100, 240, 120))
    cut = crop_box(image, [0.5, 0.25, 0.1, 0.05])
    assert sum(pixel == (255, 0, 0) for pixel in cut.get_flattened_data()) == 40 * 20


@pytest.mark.parametrize("box", [None, [0.4, 0.4, 0.2, 0.1]])
def test_the_page_shows_it_where_there_is_a_box(waiting, curator_client, box):
    (candidate,) = waiting(1)
    flag = Flag.objects.create(
        candidate=candidate, kind="wordmark", detector="r", severity="hold", message="M", box=box
    )
    address = reverse("curation:found", args=[candidate.pk, flag.pk])
    page = curator_client.get(reverse("curation:candidate", args=[candidate.pk]))
    assert (address in page.content.decode()) == (box is not None)
    answer = curator_client.get(address)
    assert answer.status_code == (200 if box else 404)
    if box:
        assert Image.open(io.BytesIO(answer.content)).format == "WEBP"
