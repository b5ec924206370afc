"""Finding and reading lettering, with the networks themselves."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from curation.compliance import lettering, ocr
from genart.lib.lookalikes import key_of
from tests.curation.compliance import lettered
from tests.curation.conftest import arches


def read(image):
    """Return the keys of all readings of a picture."""
    lines = lettering.lines_of(np.asarray(image.convert("RGB")))
    return {key_of(text) for line in lines for text, _score in line.readings}


def written(text, size, ground=None, fill="#402020", at=(90, 180)):
    """Write a text with Pillow's own font, which is there on every machine."""
    image = ground.copy() if ground else Image.new("RGB", (512, 512), "#F2E8DA")
    ImageDraw.Draw(image).text(at, text, fill=fill, font=ImageFont.load_default(size))
    return image


class TestReading:
    @pytest.mark.parametrize("size", [26, 60, 120])
    def test_small_and_large_words(self, size):
        assert "mirolo" in read(written("Mirolo", size, at=(20, 150)))

    def test_light_words_on_dark(self):
        dark = Image.new("RGB", (512, 512), "#203040")
        assert "okapio" in read(written("Okapio", 48, dark, fill="#F0EAD8"))

    def test_words_across_the_shapes_of_a_picture(self):
        assert "vantress" in read(written("VANTRESS", 40, arches(side=512), at=(130, 300)))

    def test_slanted_words(self):
        image = written("Halvard", 48).rotate(12, fillcolor="#F2E8DA")
        assert "halvard" in read(image)

    def test_two_words_at_two_places(self):
        image = written("Mirolo", 44, at=(40, 60))
        ImageDraw.Draw(image).text(
            (260, 400), "Pelori", fill="#203050", font=ImageFont.load_default(44)
        )
        assert {"mirolo", "pelori"} <= read(image)

    def test_the_box_lies_where_the_word_is(self):
        image = written("QUIMBRA", 60, at=(100, 300))
        lines = lettering.lines_of(np.asarray(image))
        line = next(line for line in lines if "quimbra" in key_of(line.text))
        left, top, width, height = line.box.share_of(512, 512)
        assert 0.12 < left < 0.22
        assert 0.55 < top < 0.65
        assert width > 2 * height

    @pytest.mark.parametrize("shape", [(512, 512), (300, 900), (1500, 700), (40, 40)])
    def test_empty_pictures_of_any_shape_hold_nothing(self, shape):
        assert lettering.lines_of(np.full((*shape, 3), 200, np.uint8)) == []

    def test_the_shapes_of_a_drawing_are_not_sure_lettering(self):
        from curation.compliance.wordmarks import is_lettering

        lines = lettering.lines_of(np.asarray(arches(side=512)))
        assert not any(is_lettering(line) for line in lines)


class TestParts:
    def test_boxes_of_one_line_are_joined(self):
        def box(left, right, top=100):
            corners = [[left, top], [right, top], [right, top + 40], [left, top + 40]]
            return ocr.Box(np.array(corners, np.float32), 0.8)

        (whole,) = ocr.joined([box(220, 300), box(100, 200)])
        assert whole.corners[:, 0].min() == pytest.approx(100, abs=1)
        assert whole.corners[:, 0].max() == pytest.approx(300, abs=1)
        assert len(ocr.joined([box(100, 200), box(400, 500)])) == 2
        assert len(ocr.joined([box(100, 200), box(220, 300, top=180)])) == 2

    def test_readings_of_one_place_come_together(self):
        corners = np.array([[0, 0], [90, 0], [90, 30], [0, 30]], np.float32)
        lines = [
            lettering.Line((("Okapi0", 0.8),), ocr.Box(corners, 0.9)),
            lettering.Line((("Okapio", 0.9),), ocr.Box(corners + 3, 0.9)),
            lettering.Line((("Mirolo", 0.9),), ocr.Box(corners + 200, 0.9)),
        ]
        first, second = lettering._gathered(lines)
        assert first.readings == (("Okapio", 0.9), ("Okapi0", 0.8))
        assert first.agrees
        assert not second.agrees


@pytest.mark.slow
def test_marks_on_drawings_are_read():
    """A small share of what the bench measures."""
    words = ("Quimbra", "Okapio", "Vantress", "Mirolo", "Halvard")
    found = 0
    for number in range(30):
        shown = lettered.lettered(lettered.drawing(number), words[number % 5], 300 + number)
        found += any(key_of(shown.text) in key for key in read(shown.image))
    assert found >= 24
