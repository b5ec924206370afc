"""Who signs: the shop's own certificate, made once, or the one that the settings name.

The own one is a root and, under it, a signing certificate as C2PA asks. They lie in `keys/` of the
data folder, readable by its owner alone. Nobody outside knows this root: a file signed so is
"valid, signer not on the trust list". A certificate by setting is used as it is.
"""

import datetime as dt
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, CertificateBuilder, KeyUsage, Name

CLAIM_SIGNING = "1.3.6.1.4.1.62558.2.1"  # c2pa-kp-claimSigning
ROOT_DAYS, SIGNING_DAYS = 20 * 365, 10 * 365
PRIVATE = {"root.key.pem", "signing.key.pem"}


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and, where it is held here, its key.

    Attributes:
        chain: PEM certificates, the signing one first, its root last.
        key: PEM of the private key; empty where a signing service holds it.
        name: the subject's common name.
        serial: the signing certificate's number, decimal, as readers of C2PA show it.
        expires: when it ends, aware.
    """

    chain: str
    key: str
    name: str
    serial: str
    expires: dt.datetime

    @property
    def anchors(self) -> str:
        """PEM of what a file must chain to in order to be ours: all but the signing one."""
        return "".join(_split(self.chain)[1:])

    @property
    def signing_chain(self) -> str:
        """PEM of what goes into files: a root that signs itself is left out, as it proves nothing.

        Files stay 400 bytes smaller, which counts for small previews.
        """
        parts = _split(self.chain)
        return "".join(parts[:-1] if len(parts) > 1 and _is_root(parts[-1]) else parts)


def identity() -> Identity:
    """Return who signs now; the own certificate is made where there is none."""
    if settings.C2PA_CERTIFICATE:
        return _identity(settings.C2PA_CERTIFICATE, settings.C2PA_PRIVATE_KEY)
    return own_identity()


def own_identity() -> Identity:
    """Return the shop's own certificate, made on first need."""
    folder = make_own()
    chain = (folder / "chain.pem").read_text(encoding="ascii")
    return _identity(chain, (folder / "signing.key.pem").read_text(encoding="ascii"))


def identities() -> list[Identity]:
    """Return all who ever signed here, the present one first: what a file is asked against."""
    found = [identity()]
    if settings.C2PA_CERTIFICATE and (folder_of_keys() / "chain.pem").exists():
        found.append(own_identity())
    return found


def folder_of_keys() -> Path:
    """Return the folder of the own certificate."""
    return Path(settings.DATA_DIR) / "keys" / "c2pa"


def make_own() -> Path:
    """Make the own certificate if there is none, and return its folder.

    Written beside and renamed: of two that make one at once, the first wins and both use it.
    """
    folder = folder_of_keys()
    if (folder / "chain.pem").exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".draft-"))  # mode 0700
    try:
        for name, text in _new_files().items():
            mode = 0o600 if name in PRIVATE else 0o644
            handle = os.open(draft / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(text)
        with suppress(OSError):  # it is there by now: somebody was faster
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _new_files() -> dict[str, str]:
    """Return a new root and a signing certificate under it, with their keys, as PEM by file."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = _name("provenance root")
    root = _root(issuer, root_key).sign(root_key, hashes.SHA256())
    signing = _signing(issuer, root_key, key).sign(root_key, hashes.SHA256())
    return {
        "root.key.pem": _key_pem(root_key),
        "signing.key.pem": _key_pem(key),
        "root.pem": _pem(root),
        "chain.pem": _pem(signing) + _pem(root),
    }


def _root(name: "Name", key: "EllipticCurvePrivateKey") -> "CertificateBuilder":
    from cryptography import x509

    return (
        _blank(name, name, key, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )


def _signing(
    issuer: "Name", root_key: "EllipticCurvePrivateKey", key: "EllipticCurvePrivateKey"
) -> "CertificateBuilder":
    """Begin the certificate of the signer: with the purposes that C2PA's profile asks for."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    purposes = [ExtendedKeyUsageOID.EMAIL_PROTECTION, x509.ObjectIdentifier(CLAIM_SIGNING)]
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return (
        _blank(_name("provenance"), issuer, key, SIGNING_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(above, critical=False)
    )


def _blank(
    subject: "Name", issuer: "Name", key: "EllipticCurvePrivateKey", days: int
) -> "CertificateBuilder":
    from cryptography import x509

    start = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)  # clocks differ
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> "KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(role: str) -> "Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    shop = settings.SITE_NAME[:50]
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, shop),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{shop} {role}"),
        ]
    )


def _pem(certificate: "Certificate") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()


def _key_pem(key: "EllipticCurvePrivateKey") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _split(chain: str) -> list[str]:
    """Return the certificates of a PEM chain, one each."""
    end = "-----END CERTIFICATE-----\n"
    return [part + end for part in f"{chain.strip()}\n".split(end) if part.strip()]


@lru_cache(maxsize=8)
def _identity(chain: str, key: str) -> Identity:
    """Read a chain; kept, since every signature asks for it."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    first = x509.load_pem_x509_certificate(chain.encode())
    names = first.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else first.subject.rfc4514_string()
    serial = str(first.serial_number)
    return Identity(f"{chain.strip()}\n", key, name, serial, first.not_valid_after_utc)


def _is_root(pem: str) -> bool:
    from cryptography import x509

    certificate = x509.load_pem_x509_certificate(pem.encode())
    return certificate.subject == certificate.issuer
