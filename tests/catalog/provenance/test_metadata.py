import io
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from catalog.provenance.embed import kind_of, with_metadata
from catalog.provenance.xmp import ROOM_BYTES, Said, packet, packet_of
from tests.catalog.provenance.pictures import textured

LICENCE = {
    "url": "https://shop.example/licences/personal/?version=1",
    "statement": "Personal licence, version 1.",
    "licensor_name": "Shop & sons",
    "licensor_url": "https://shop.example",
    "rights": "Licensed by Shop & sons",
    "serial": "GA-2222-3333-4444",
}
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(title=words, alt=words, prompt=words, tags=st.lists(words, max_size=20))
def test_any_words_make_a_packet_that_parses_and_fits(title, alt, prompt, tags):
    said = Said(title=title, alt_text=alt, prompt=prompt, keywords=tuple(tags), licence=LICENCE)
    ET.fromstring(packet(said).decode())
    fitted = packet(said, room=ROOM_BYTES)
    assert len(fitted) == ROOM_BYTES
    ET.fromstring(fitted.decode())
    assert b"trainedAlgorithmicMedia" in fitted
    assert LICENCE["url"].encode() in fitted


def test_the_mark_is_never_left_out():
    long = Said(title="t" * 5000, description="d" * 5000, prompt="p" * 5000, licence=LICENCE)
    fitted = packet(long, room=ROOM_BYTES)
    assert b"trainedAlgorithmicMedia" in fitted
    assert b"WebStatement" in fitted
    with pytest.raises(ValueError, match="fit"):
        packet(long, room=500)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif"])
def test_words_change_and_pixels_do_not(kind):
    options = {"xmp": packet(Said(), room=ROOM_BYTES)} if kind in ("webp", "avif") else {}
    buffer = io.BytesIO()
    textured(80, 60).save(buffer, kind.upper(), **options)
    plain = buffer.getvalue()
    said = Said(title="One", licence=LICENCE)
    once = with_metadata(plain, said)
    assert kind_of(once) == kind
    assert pixels(once) == pixels(plain)
    assert with_metadata(once, said) == once
    other = with_metadata(once, Said(title="Two", licence=LICENCE))
    assert b">Two<" in packet_of(other)
    assert b">One<" not in other


def pixels(data):
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


def test_an_avif_of_somebody_else_is_refused():
    buffer = io.BytesIO()
    textured(40, 40).save(buffer, "AVIF")
    with pytest.raises(ValueError, match="Metadata"):
        with_metadata(buffer.getvalue(), Said())
