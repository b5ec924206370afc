"""A signing service by setting: spoken to over HTTP, as it would be."""

import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from catalog.provenance.certificate import own_identity
from catalog.provenance.reading import State, read_manifest
from catalog.provenance.signing import sign
from genart.lib.errors import Unavailable
from tests.catalog.provenance.pictures import textured

MANIFEST = {
    "claim_generator_info": [{"name": "test"}],
    "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [
        {"action": "c2pa.created",
         "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"},
    ]}}],
}  # fmt: skip


class Service(BaseHTTPRequestHandler):
    """Signs what is posted with the right token; fails where its server is told to."""

    def do_POST(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.fails or self.headers["Authorization"] != "Bearer right":
            self.send_response(503)
            self.end_headers()
            return
        r, s = utils.decode_dss_signature(self.server.key.sign(data, ec.ECDSA(hashes.SHA256())))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(r.to_bytes(32) + s.to_bytes(32))

    def log_message(self, *args):
        pass


@pytest.fixture
def service(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    who = own_identity()
    server = HTTPServer(("127.0.0.1", 0), Service)
    server.fails, server.key = False, load_pem_private_key(who.key.encode(), None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.C2PA_CERTIFICATE, settings.C2PA_PRIVATE_KEY = who.chain, ""
    settings.C2PA_SIGNING_URL = f"http://127.0.0.1:{server.server_port}/sign"
    settings.C2PA_SIGNING_TOKEN = "right"
    settings.DATA_DIR = tmp_path / "without-keys"
    yield server
    server.shutdown()


def png():
    buffer = io.BytesIO()
    textured(64, 64).save(buffer, "PNG")
    return buffer.getvalue()


def test_the_service_signs_and_the_file_is_ours(service):
    signed = sign(png(), "image/png", MANIFEST)
    assert read_manifest(signed.data, "image/png").state is State.OURS


def test_a_service_that_fails_is_told_as_such(service):
    service.fails = True
    with pytest.raises(Unavailable):
        sign(png(), "image/png", MANIFEST)


def test_a_trust_list_that_knows_the_root_lists_the_signer(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    signed = sign(png(), "image/png", MANIFEST)
    settings.C2PA_TRUST_ANCHORS = own_identity().anchors
    assert read_manifest(signed.data, "image/png").is_listed
    settings.DATA_DIR = tmp_path / "other"
    settings.C2PA_TRUST_ANCHORS = own_identity().anchors
    assert not read_manifest(signed.data, "image/png").is_listed
