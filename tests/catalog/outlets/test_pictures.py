"""What is measured of a file: its own metadata counts, and nothing that only looks like it."""

import io

from PIL import Image

from catalog.outlets.google_merchant import TRAINED
from catalog.outlets.pictures import as_jpeg, facts_of

PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
    b"<Iptc4xmpExt:DigitalSourceType>" + TRAINED.encode() + b"</Iptc4xmpExt:DigitalSourceType>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def test_the_origin_is_read_from_the_metadata():
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), "teal").save(buffer, "JPEG", xmp=PACKET)
    facts = facts_of(buffer.getvalue())
    assert facts["digital_source_type"] == TRAINED
    assert (facts["short_side"], facts["kind"]) == (24, "jpeg")


def test_a_manifest_that_has_the_word_is_not_read_as_metadata():
    data = as_jpeg(Image.new("RGB", (32, 24), "teal"))
    manifest = b"digitalSourceType\x83M\x00=\"\x00\x12\xff\xfe'"
    segment = b"\xff\xeb" + (len(manifest) + 2).to_bytes(2, "big") + manifest
    facts = facts_of(data[:2] + segment + data[2:])
    assert facts["digital_source_type"] == ""
