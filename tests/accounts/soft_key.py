"""A security key in software: it speaks real WebAuthn, with a real ES256 key."""

import base64
import hashlib
import json
import secrets
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN, SITE = "http://localhost:8000", "localhost"
PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftKey:
    """One credential; `count` may be set back to play a copy of the key."""

    def __init__(self, origin: str = ORIGIN, site: str = SITE, *, verifies: bool = True) -> None:
        self.origin, self.site, self.verifies = origin, site, verifies
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(24)
        self.count = 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        numbers = self.private.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        public = cbor2.dumps({1: 2, 3: -7, -1: 1} | point)
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"attestationObject": b64(statement), "transports": ["internal"]}
        return self._answer("webauthn.create", options, response)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get`."""
        self.count += 1
        data = self._data(0)
        answer = self._answer("webauthn.get", options, {"authenticatorData": b64(data)})
        client = base64.urlsafe_b64decode(answer["response"]["clientDataJSON"] + "==")
        signed = data + hashlib.sha256(client).digest()
        answer["response"]["signature"] = b64(self.private.sign(signed, ec.ECDSA(SHA256())))
        return answer

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        site = hashlib.sha256(self.site.encode()).digest()
        return site + struct.pack(">BI", flags, self.count)

    def _answer(self, kind: str, options: dict[str, Any], response: Any) -> dict[str, Any]:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        client = {"clientDataJSON": b64(json.dumps(said).encode())}
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key",
                "response": client | response, "clientExtensionResults": {}}  # fmt: skip
