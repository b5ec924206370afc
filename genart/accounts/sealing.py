"""Encrypts what must be read again and not lie open in the database, and digests names and codes.

The keys are made of `SECRET_KEY`. A new one goes beside the old (`SECRET_KEY_FALLBACKS`): what the
old sealed opens as long as that is listed.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from genart.lib.errors import StateConflict


def seal(text: str) -> str:
    """Return the text, encrypted and signed."""
    return _boxes().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed.

    Raises:
        StateConflict: it was sealed with a key that is no longer known.
    """
    try:
        return _boxes().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise StateConflict(
            "This was sealed with another SECRET_KEY. List that one in SECRET_KEY_FALLBACKS."
        ) from None


def digest(purpose: str, text: str) -> str:
    """Return a digest of 64 characters that nobody can make or look up without our key."""
    return digests(purpose, text)[0]


def digests(purpose: str, text: str) -> list[str]:
    """Return the digest with the key of now, then with those before it: to look something up."""
    keys = [_key(secret, f"genart {purpose}".encode()) for secret in _secrets()]
    return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in keys]


def _boxes() -> MultiFernet:
    keys = [_key(secret, b"genart seal") for secret in _secrets()]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _key(secret: str, purpose: bytes) -> bytes:
    """Return 32 bytes that serve one purpose alone."""
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
