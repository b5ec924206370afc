"""Reads the manifest of a file and says whether it holds, and whether we signed it."""

import io
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings

from catalog.provenance.certificate import identities
from catalog.provenance.signing import OFFLINE
from catalog.provenance.uploads import SIGNED

UNREACHED = b"c2pa.claim"  # in every manifest, and in no pixels but by a chance of 2^-80


class State(StrEnum):
    """What a manifest is worth."""

    NONE = "none"
    BROKEN = "broken"
    FOREIGN = "foreign"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file's manifest says.

    Attributes:
        state: `broken` where a byte was changed after signing, whoever signed.
        label: name of the active manifest.
        signer: who it says signed; proven only where `state` is `ours` or `foreign`.
        is_listed: whether the signer is on the trust list of the settings.
        faults: codes of what does not hold.
        assertions: label → content.
        ingredients: what it says that it was made of.
        says_generated: whether an action states the AI source type.
    """

    state: State
    label: str = ""
    signer: str = ""
    is_listed: bool = False
    faults: tuple[str, ...] = ()
    assertions: dict[str, Any] = field(default_factory=dict)
    ingredients: list[dict[str, Any]] = field(default_factory=list)
    says_generated: bool = False


def read_manifest(data: bytes, mime_type: str) -> Reading:
    """Return what the manifest of a file says; nothing that it refers to is fetched."""
    import c2pa

    try:
        plain = _report(data, mime_type, "")
    except c2pa.C2paError.ManifestNotFound:
        if UNREACHED in data:  # it is there, but the way to it was broken
            return Reading(State.BROKEN, faults=("manifest.unreachable",))
        return Reading(State.NONE)
    except c2pa.C2paError as error:  # a file that cannot be read: broken only if it had one
        if SIGNED not in data:
            return Reading(State.NONE)
        return Reading(State.BROKEN, faults=(str(error)[:200],))
    if plain is None:
        return Reading(State.NONE)
    active = plain["manifests"].get(plain.get("active_manifest"), {})
    anchors = settings.C2PA_TRUST_ANCHORS
    listed = bool(anchors) and _is_trusted(data, mime_type, anchors)
    if plain.get("validation_state") not in ("Valid", "Trusted"):
        state = State.BROKEN
    else:
        state = State.OURS if _is_ours(data, mime_type, active) else State.FOREIGN
    return _reading(plain, active, state, listed)


def _reading(plain: dict[str, Any], active: dict[str, Any], state: State, listed: bool) -> Reading:
    signature = active.get("signature_info", {})
    assertions = {entry["label"]: entry.get("data") for entry in active.get("assertions", [])}
    return Reading(
        state=state,
        label=plain.get("active_manifest") or "",
        signer=signature.get("common_name") or signature.get("issuer") or "",
        is_listed=listed,
        faults=tuple(
            entry.get("code", "")
            for entry in plain.get("validation_status", [])
            if entry.get("code") != "signingCredential.untrusted"
        ),
        assertions=assertions,
        ingredients=active.get("ingredients", []),
        says_generated=_says_generated(plain),
    )


def _says_generated(plain: dict[str, Any]) -> bool:
    """Tell whether any manifest in the file states a trained model as its source."""
    return any(
        "trainedAlgorithmicMedia" in str(action.get("digitalSourceType", ""))
        for manifest in plain["manifests"].values()
        for assertion in manifest.get("assertions", [])
        if assertion.get("label", "").startswith("c2pa.actions")
        for action in (assertion.get("data") or {}).get("actions", [])
    )


def _is_ours(data: bytes, mime_type: str, active: dict[str, Any]) -> bool:
    """Tell whether one of our certificates signed: chain and number, which names cannot forge."""
    serial = str(active.get("signature_info", {}).get("cert_serial_number", ""))
    return any(
        serial == who.serial and who.anchors and _is_trusted(data, mime_type, who.anchors)
        for who in identities()
    )


def _is_trusted(data: bytes, mime_type: str, anchors: str) -> bool:
    report = _report(data, mime_type, anchors)
    return report is not None and report.get("validation_state") == "Trusted"


def _report(data: bytes, mime_type: str, anchors: str) -> dict[str, Any] | None:
    """Return the library's report on a file, asked against some root certificates."""
    import c2pa

    asked = OFFLINE | ({"trust": {"user_anchors": anchors}} if anchors else {})
    with (
        c2pa.Context.from_dict(asked) as context,
        c2pa.Reader(mime_type, io.BytesIO(data), context=context) as reader,
    ):
        report: dict[str, Any] = json.loads(reader.json())
    return report
