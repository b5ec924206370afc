import stat
import threading

import pytest
from cryptography import x509

from catalog.provenance.certificate import CLAIM_SIGNING, folder_of_keys, identity, make_own


@pytest.fixture(autouse=True)
def elsewhere(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_it_is_made_once_and_its_keys_are_its_owners_alone():
    first = identity()
    assert identity().serial == first.serial
    for name in ("signing.key.pem", "root.key.pem"):
        assert stat.S_IMODE((folder_of_keys() / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder_of_keys().stat().st_mode) == 0o700


def test_it_has_what_c2pa_asks_for():
    signing, root = x509.load_pem_x509_certificates(identity().chain.encode())
    usage = signing.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and not usage.value.key_cert_sign
    purposes = signing.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert CLAIM_SIGNING in {purpose.dotted_string for purpose in purposes}
    signing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_two_that_make_one_at_once_use_the_same():
    start, made = threading.Barrier(4), []

    def make():
        start.wait()
        folder = make_own()
        made.append((folder / "chain.pem").read_text())

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert [path.name for path in folder_of_keys().parent.iterdir()] == ["c2pa"]


def test_a_certificate_by_setting_is_taken(settings, tmp_path):
    other = identity()
    settings.C2PA_CERTIFICATE, settings.C2PA_PRIVATE_KEY = other.chain, other.key
    settings.DATA_DIR = tmp_path / "new"
    assert identity().serial == other.serial
    assert not folder_of_keys().exists()
