"""One licence record, read back from four places with readers that are not ours."""

import html
import io
import json
import re
import shutil
import subprocess

import pytest
from django.core.files.storage import storages
from django.test import Client
from pypdf import PdfReader

from catalog.papers.certificate_pdf import certificate_pdf
from catalog.provenance.delivery import deliver
from catalog.provenance.embed import with_metadata
from catalog.provenance.licence_facts import licence_facts
from catalog.provenance.origin import said_of
from catalog.provenance.xmp import DIGITAL_SOURCE_TYPE
from catalog.services.sealing import seal_artwork, sealable
from generation.models import Checkpoint
from tests.catalog.papers.conftest import paid_order
from tests.catalog.provenance.pictures import textured
from tests.factories import make_artwork, make_licence

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        shutil.which("exiftool") is None,
        reason="ExifTool is missing",
    ),
]


@pytest.fixture
def grant():
    licence = make_licence("personal", 900)
    licence.summary = "For walls & screens; “gifts” <too>."
    licence.save()
    work = make_artwork(render_fields={"picture": textured(320, 320)})
    Checkpoint.objects.update(revision="r1")
    seal_artwork(artwork_id=work.pk)
    return paid_order([work], licence=licence).lines.get().grant


def exiftool(data, suffix, tmp_path):
    """Return every field that ExifTool finds, as `group:name`."""
    file = tmp_path / f"file.{suffix}"
    file.write_bytes(data)
    command = ["exiftool", "-j", "-G1", "-struct", "-a", str(file)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(out)[0]


def json_ld(work):
    page = Client().get(work.get_absolute_url()).content.decode()
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S).group(1)
    graph = json.loads(html.unescape(script))["@graph"]
    return {node["@type"]: node for node in graph}


def c2pa_claims(data):
    import c2pa

    with c2pa.Reader("image/png", io.BytesIO(data)) as reader:
        report = json.loads(reader.json())
    active = report["manifests"][report["active_manifest"]]
    return {entry["label"]: entry["data"] for entry in active["assertions"]}


def test_page_file_signature_and_certificate_say_the_same(grant, tmp_path):
    facts = licence_facts(grant.licence, grant)
    data = deliver(grant).data
    tags = exiftool(data, "png", tmp_path)
    claim = c2pa_claims(data)["org.genart.licence"]
    paper = " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(certificate_pdf(grant))).pages
    )
    page = json_ld(grant.artwork)

    # where the terms are
    assert tags["XMP-xmpRights:WebStatement"] == facts["url"]
    assert claim["license"] == facts["url"]
    assert facts["url"] in paper
    assert page["ImageObject"]["license"] == facts["url"]
    # what they are called, which version, which text
    name, version = facts["name"], facts["version"]
    assert facts["statement"] == tags["XMP-xmpRights:UsageTerms"] == claim["usageInfo"]
    assert f"{name}, version {version}" in tags["XMP-xmpRights:UsageTerms"]
    assert (claim["name"], claim["version"]) == (name, version)
    assert f"{name}, version {version}" in paper
    assert name in [offer["name"] for offer in page["Product"]["offers"]]
    assert claim["terms_sha256"] == facts["terms_sha256"]
    assert facts["terms_sha256"] in paper
    # who licenses, and the right itself
    [licensor] = tags["XMP-plus:Licensor"]
    assert licensor["LicensorName"] == facts["licensor_name"] == claim["publisher"]["name"]
    assert facts["licensor_name"] in paper
    assert licensor["LicensorURL"] == facts["licensor_url"] == claim["publisher"]["url"]
    assert page["ImageObject"]["creator"]["url"] == facts["licensor_url"]
    assert page["ImageObject"]["copyrightNotice"] == tags["XMP-dc:Rights"] == facts["rights"]
    assert grant.serial in paper
    assert claim["serial"] == grant.serial
    assert tags["XMP-plus:LicensorTransactionID"] == [grant.serial]
    # how it was made
    assert tags["XMP-iptcExt:DigitalSourceType"].endswith("trainedAlgorithmicMedia")
    assert page["ImageObject"]["digitalSourceType"].endswith("TrainedAlgorithmicMediaDigitalSource")


def test_a_preview_agrees_with_the_page(grant, tmp_path):
    work = grant.artwork
    work.refresh_from_db()
    page = json_ld(work)["ImageObject"]
    for kind, names in work.derivatives.items():
        data = storages["default"].open(names["320"]).read()
        tags = exiftool(data, kind, tmp_path)
        assert tags["XMP-dc:Title"] == work.title == page["name"]
        assert tags["XMP-xmpRights:WebStatement"] == page["license"]
        assert tags["XMP-iptcCore:AltTextAccessibility"] == work.alt_text == page["caption"]
        assert tags["XMP-photoshop:Credit"] == page["creditText"]
        assert tags["XMP-iptcExt:AISystemUsed"] == work.render.checkpoint.name


def test_every_field_of_the_standard_comes_back(grant, tmp_path):
    work = sealable().get(pk=grant.artwork.pk)
    tags = exiftool(deliver(grant).data, "png", tmp_path)
    assert tags["XMP-iptcExt:DigitalSourceType"] == DIGITAL_SOURCE_TYPE
    assert tags["XMP-iptcExt:AIPromptInformation"] == work.render.prompt
    assert tags["XMP-iptcExt:AIPromptWriterName"]
    assert tags["XMP-iptcExt:AISystemVersionUsed"] == "r1"
    assert tags["XMP-dc:Subject"] == work.tags
    assert tags["XMP-dc:Description"] == work.description
    assert tags["XMP-xmpRights:Marked"] is True
    assert "GENAIMLTRAINING" in tags["XMP-plus:DataMining"]


def test_a_jpeg_has_the_old_fields_too(grant, tmp_path):
    work = sealable().get(pk=grant.artwork.pk)
    buffer = io.BytesIO()
    textured(64, 64).save(buffer, "JPEG")
    said = said_of(work, licence_facts(grant.licence, grant))
    tags = exiftool(with_metadata(buffer.getvalue(), said), "jpg", tmp_path)
    assert tags["IPTC:ObjectName"] == work.title[:64]
    assert tags["IPTC:CopyrightNotice"] == tags["XMP-dc:Rights"]
    assert tags["IPTC:Caption-Abstract"] == work.description
    assert tags["IPTC:Keywords"] == work.tags
