"""Certificates: the paper, its public page, and what neither tells of the buyer."""

import io
import re
import subprocess
from shutil import which

import pytest
from django.utils import timezone
from pypdf import PdfReader

from catalog.models import Grant
from catalog.papers.certificate_facts import certificate_facts
from catalog.papers.certificate_pdf import certificate_pdf
from catalog.provenance.licence_facts import licence_facts
from catalog.serials import plain_serial
from tests.catalog.papers.conftest import paid_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant(guest_order):
    return Grant.objects.select_related("artwork", "licence", "order_line__order").get()


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


# -- the paper


def test_the_paper_says_what_the_licence_record_says(grant):
    text = text_of(certificate_pdf(grant))
    facts = licence_facts(grant.licence, grant)
    for key in ("name", "url", "licensor_name", "licensor_url", "terms_sha256", "serial"):
        assert facts[key] in text, key
    assert f"version {facts['version']}" in text
    assert facts["certificate_url"] in text
    assert grant.licensee in text
    assert grant.artwork.sha256 in text
    assert grant.artwork.title in text.replace("\n", " ")


def test_the_same_facts_give_the_same_bytes_on_one_page(grant):
    pdf = certificate_pdf(grant)
    assert certificate_pdf(Grant.objects.get(pk=grant.pk)) == pdf
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_fonts_and_code_are_in_the_paper(grant):
    page = PdfReader(io.BytesIO(certificate_pdf(grant))).pages[0]
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert any("Bricolage" in font for font in fonts)
    links = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]
    assert certificate_facts(grant)["url"] in links


@pytest.mark.skipif(which("exiftool") is None, reason="needs ExifTool")
def test_another_reader_finds_the_licence_in_the_paper(grant, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(certificate_pdf(grant))
    read = subprocess.run(
        ["exiftool", "-s", "-Title", "-Subject", "-Keywords", str(path)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    facts = licence_facts(grant.licence, grant)
    assert facts["statement"] in read
    assert grant.serial in read and facts["terms_sha256"] in read


def test_a_paper_without_files_or_with_long_lists_is_still_whole(grant):
    grant.artwork.derivatives = {"webp": {"480": "none.webp"}}
    grant.artwork.title = "Terracotta arches over low hills " * 3
    grant.licence.allows = ["You may print it on many things. " * 4] * 12
    grant.licence.forbids = []
    grant.licensee = "Ξένια " * 30
    text = text_of(certificate_pdf(grant))
    assert "more in the full terms" in text
    assert grant.serial in text


def test_a_revoked_paper_says_so(grant):
    grant.revoked_at = timezone.now()
    assert "no longer holds" in text_of(certificate_pdf(grant))


def test_only_the_holder_gets_the_paper(grant, stranger, buyer_client):
    path = f"/library/{grant.pk}/certificate.pdf"
    for client in (stranger, buyer_client):
        assert client.get(path).status_code == 404
    answer = stranger.get(f"{path}?key={grant.order_line.order.secret}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


# -- the page


def test_the_page_says_valid_and_nothing_of_the_buyer(grant, stranger):
    answer = stranger.get(f"/certificates/{grant.serial}/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "This licence holds" in html and grant.artwork.title in html
    assert licence_facts(grant.licence)["terms_sha256"] in html
    assert "noindex" in html and answer["X-Robots-Tag"] == "noindex"
    assert "/verify/" in html
    for private in ("Ada Lovelace", "guest@example.com", str(grant.order_line.order_id)):
        assert private not in html


def test_a_name_is_shown_where_its_holder_wants_it(grant, stranger, buyer_client):
    change, page = f"/library/{grant.pk}/name/", f"/certificates/{grant.serial}/"
    assert buyer_client.post(change, {"shown": "yes"}).status_code == 404
    key = f"?key={grant.order_line.order.secret}"
    assert stranger.post(change + key, {"shown": "yes"}).status_code == 302
    assert "Ada Lovelace" in buyer_client.get(page).content.decode()
    stranger.post(change, {})
    assert "Ada Lovelace" not in buyer_client.get(page).content.decode()


def test_a_revoked_certificate_says_when(grant, stranger):
    Grant.objects.update(revoked_at=timezone.now(), revoked_reason="Paid back to Ada.")
    html = stranger.get(f"/certificates/{grant.serial}/").content.decode()
    assert "This licence was revoked" in html and f"{timezone.now():%B %Y}" in html
    assert "This licence holds" not in html and "Paid back to Ada" not in html


def test_an_unknown_or_odd_serial_is_not_there(grant, stranger):
    for serial in ("GA-2222-2222-2222", "x", "GA-0000-IIII-OOOO", "é%00", "a" * 200):
        assert stranger.get(f"/certificates/{serial}/").status_code == 404
    answer = stranger.get(f"/certificates/{grant.serial.lower()}/")
    assert (answer.status_code, answer.url) == (301, f"/certificates/{grant.serial}/")


@pytest.mark.parametrize(
    ("typed", "serial"),
    [
        ("GA-7F3K-9QXD-2M4T", "GA-7F3K-9QXD-2M4T"), (" ga 7f3k 9qxd 2m4t ", "GA-7F3K-9QXD-2M4T"),
        ("GA7F3K9QXD2M4T", "GA-7F3K-9QXD-2M4T"), ("7F3K-9QXD-2M4T", ""),
        ("GA-7F3K-9QXD-2M4I", ""), ("", ""), ("GA-7F3K-9QXD-2M4T1", ""),
    ],
)  # fmt: skip
def test_a_serial_is_read_as_people_type_it(typed, serial):
    assert plain_serial(typed) == serial


def test_a_serial_can_be_typed_in(grant, stranger):
    assert stranger.get("/certificates/").status_code == 200
    typed = grant.serial.lower().replace("-", " ")
    assert stranger.get("/certificates/", {"serial": typed}).url.endswith(f"{grant.serial}/")
    answer = stranger.get("/certificates/", {"serial": "<b>nonsense"})
    assert answer.status_code == 404
    assert "No certificate has this number" in answer.content.decode()
    assert "<b>nonsense" not in answer.content.decode()


def test_a_certificate_is_in_no_sitemap_and_no_robots(grant, stranger):
    index = stranger.get("/sitemap.xml").content.decode()
    for page in re.findall(r"<loc>https?://[^/]+([^<]+)</loc>", index):
        assert grant.serial not in stranger.get(page).content.decode()


def test_another_grant_has_another_serial(work):
    paid_order([work])
    paid_order([work], email="b@example.com")
    assert len(set(Grant.objects.values_list("serial", flat=True))) == 2
