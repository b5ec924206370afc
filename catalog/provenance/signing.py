"""Signs a file with C2PA, the last thing done to it. What is claimed is in `manifest.py`."""

import io
import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings

from catalog.provenance.certificate import Identity, identity
from genart.lib.errors import Unavailable

SERVICE_SECONDS = 20
OFFLINE = {
    "version": 1,
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {
        "verify_after_sign": False,
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
    },
}
"""Settings of the library: it must fetch nothing that a file names. Our thumbnail is the file."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file.

    Attributes:
        data: its bytes.
        label: name of its manifest.
        signer: common name of who signed.
    """

    data: bytes
    label: str
    signer: str


def sign(
    data: bytes, mime_type: str, manifest: dict[str, Any], *, parent: bytes | None = None
) -> Signed:
    """Return the file with a signed manifest in place of any it had.

    Args:
        data: PNG, JPEG, WebP or AVIF, complete in all else.
        mime_type: of `data`.
        manifest: as `manifest.py` makes them.
        parent: a signed PNG that this file is made of; its manifest comes along as the ingredient
            `original`.

    Raises:
        Unavailable: the signing service or the time stamp service does not answer.
    """
    import c2pa

    who = identity()
    label = f"urn:c2pa:{uuid4()}"
    out = io.BytesIO()
    try:
        with (
            c2pa.Context.from_dict(OFFLINE) as context,
            _signer(who) as signer,
            c2pa.Builder(manifest | {"label": label}, context=context) as builder,
        ):
            if parent is not None:
                about = {"title": "original", "relationship": "parentOf", "label": "original"}
                builder.add_ingredient(json.dumps(about), "image/png", io.BytesIO(parent))
            builder.sign(signer, mime_type, io.BytesIO(data), out)
    except c2pa.C2paError as error:
        if settings.C2PA_SIGNING_URL or settings.C2PA_TIMESTAMP_URL:
            raise Unavailable("The service that signs files does not answer.") from error
        raise
    return Signed(out.getvalue(), label, who.name)


def _signer(who: Identity) -> Any:
    """Return the library's signer: with the key, or with a service that holds it."""
    import c2pa

    stamp = settings.C2PA_TIMESTAMP_URL or None
    if settings.C2PA_SIGNING_URL:
        algorithm = c2pa.C2paSigningAlg[settings.C2PA_ALGORITHM.upper()]
        return c2pa.Signer.from_callback(_ask_service, algorithm, who.signing_chain, stamp)
    info = c2pa.C2paSignerInfo(
        settings.C2PA_ALGORITHM, who.signing_chain.encode(), who.key.encode(), stamp
    )
    return c2pa.Signer.from_info(info)


def _ask_service(data: bytes) -> bytes:
    """Return the raw signature (r and s side by side for ECDSA) that the service answers."""
    import requests

    headers = {"Content-Type": "application/octet-stream"}
    if settings.C2PA_SIGNING_TOKEN:
        headers["Authorization"] = f"Bearer {settings.C2PA_SIGNING_TOKEN}"
    answer = requests.post(
        settings.C2PA_SIGNING_URL, data=data, headers=headers, timeout=SERVICE_SECONDS
    )
    answer.raise_for_status()
    return answer.content
