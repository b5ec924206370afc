"""Puts what was found about a file into sentences: what we know, and what we do not."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from catalog.models import SignedFile
from catalog.provenance.reading import State
from catalog.provenance.verify import Finding, Match


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer to read.

    Attributes:
        code: for programs: `original`, `signed`, `broken`, `stripped`, `changed`, `lookalike`,
            `foreign` or `unknown`.
        tone: `good`, `warn`, `bad` or `plain`.
        known: sentences.
        unknown: sentences.
    """

    code: str
    tone: str
    headline: str
    known: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def verdict_on(found: Finding) -> Verdict:
    """Return the answer to a finding."""
    code = _code(found)
    tone, headline = _HEADLINES[code]
    known = [*_on_signature(found), *_on_picture(found), *_on_licence(found)]
    return Verdict(code, tone, headline.format(shop=settings.SITE_NAME), known, _open(found, code))


def _code(found: Finding) -> str:
    if found.match is Match.FILE:
        return "original"
    if found.reading.state is State.BROKEN or found.match is Match.MANIFEST:
        return "broken"
    if found.reading.state is State.OURS:
        return "signed"
    if found.match is Match.PIXELS:
        return "stripped"
    if found.match is Match.NUMBER:
        return "changed"
    if found.match is Match.LOOK:
        return "lookalike"
    return "foreign" if found.reading.state is State.FOREIGN else "unknown"


_HEADLINES = {
    "original": ("good", "This is a file from {shop}, exactly as it left us."),
    "signed": ("good", "{shop} signed this file, and nothing in it was changed since."),
    "broken": ("bad", "This file was changed after it was signed."),
    "stripped": ("warn", "The picture is ours to the last pixel; what the file said is gone."),
    "changed": ("warn", "This picture comes from {shop}, and was saved anew or changed."),
    "lookalike": ("warn", "This looks like a picture from {shop}."),
    "foreign": ("plain", "Somebody else signed this file; we do not know the picture."),
    "unknown": ("plain", "We do not know this file."),
}


def _on_signature(found: Finding) -> list[str]:
    reading = found.reading
    if reading.state is State.OURS:
        listed = "on" if reading.is_listed else "not on"
        return [
            f"Its signature (C2PA) is valid. The signer, {reading.signer}, is {listed} the public "
            f"trust list{'' if reading.is_listed else ': the certificate is our own'}."
        ]
    if reading.state is State.FOREIGN:
        listed = "on" if reading.is_listed else "not on"
        said = f"It carries a valid signature (C2PA) of {reading.signer or 'somebody unnamed'}, "
        return [f"{said}who is {listed} the trust list that we ask. It is not our signature."] + (
            ["The signer says that a trained model made it."] if reading.says_generated else []
        )
    if reading.state is State.BROKEN:
        said = "It carries a signature (C2PA) that does not fit its content: a byte, a pixel or "
        return [f"{said}what it says was changed since.", *_on_claim(found)]
    if found.file is None and found.match is Match.FILE:
        return ["It is the picture as it was rendered and judged, before anything was signed."]
    return ["It carries no signature (C2PA)."]


def _on_claim(found: Finding) -> list[str]:
    """Say for which file the broken signature was made, as far as its number tells."""
    if found.claimed is None:
        return []
    title = found.claimed.artwork.title
    return [f"The signature bears the number of one that we made for a file of “{title}”."]


def _on_picture(found: Finding) -> list[str]:
    work = found.work
    if work is None:
        return _on_neighbour(found)
    told = {
        Match.FILE: f"Every byte is as in our record: {_kind(found)} of “{work.title}”.",
        Match.MANIFEST: f"It bears the signature that we made for {_kind(found)} of "
        f"“{work.title}”, but it is not that file to the byte: something that the signature does "
        "not cover was changed.",
        Match.PIXELS: f"Every pixel is as in {_kind(found)} of “{work.title}”.",
        Match.NUMBER: f"An invisible number in its pixels leads to “{work.title}”. By chance such "
        "a number is read less than once in a million pictures.",
        Match.LOOK: f"In its coarse shapes it is like “{work.title}” "
        f"({256 - (found.bits_apart or 0)} of 256 signs agree).",
    }[found.match]
    made = f"A trained model made “{work.title}”: {work.render.checkpoint.name}."
    sale = [] if work.withdrawn_at is None else ["The work is no longer on sale."]
    return [told, made, *sale]


def _on_neighbour(found: Finding) -> list[str]:
    if found.neighbour is None:
        return []
    work, likeness = found.neighbour
    return [
        f"Of our works, “{work.title}” is nearest to it in meaning ({likeness:.2f} of 1). "
        "That is a likeness and no more."
    ]


def _kind(found: Finding) -> str:
    kinds = {
        SignedFile.Kind.ORIGINAL: "the signed original",
        SignedFile.Kind.DERIVATIVE: "a preview",
        SignedFile.Kind.DELIVERY: "the original as a buyer got it",
        SignedFile.Kind.EXPORT: "a file made for another outlet",
    }
    return kinds[SignedFile.Kind(found.file.kind)] if found.file else "the original"


def _on_licence(found: Finding) -> list[str]:
    grant = found.grant
    if grant is None or found.match is not Match.FILE:
        return []
    said = f"It was delivered under the {grant.licence.name} licence, version "
    said += f"{grant.licence.version}; certificate {grant.serial}."
    if grant.revoked_at is not None:
        return [said, "That licence was taken back: it no longer holds."]
    return [said]


def _open(found: Finding, code: str) -> list[str]:
    """Say what the finding leaves open."""
    sentences = {
        "original": ["Whether you may use it: that depends on the licence, and on who holds it."],
        "signed": ["Whether you may use it: that depends on the licence, and on who holds it."],
        "broken": ["What was changed, and by whom."],
        "stripped": ["Who took the signature out, and under which licence the file was given."],
        "changed": ["What else was changed in the picture, and by whom.",
                    "The number is a pointer, not a proof: somebody could have copied it."],
        "lookalike": ["Whether it was made from ours: pictures can be alike by chance."],
        "foreign": ["Whether what its signer says is true."],
        "unknown": ["Where it comes from. That we do not find it does not mean that it is not ours:"
                    " strong changes hide a picture from us."],
    }[code]  # fmt: skip
    more = []
    if found.is_damaged:
        more.append("What it shows: the file is damaged and cannot be opened as a picture.")
    if code == "broken" and found.work is None and not found.is_damaged:
        more.append("Whether the picture is ours: nothing in it leads to a work of this shop.")
    return [*sentences, *more]


def as_answer(found: Finding) -> dict[str, Any]:
    """Return the finding for programs."""
    verdict, reading, work = verdict_on(found), found.reading, found.work
    return {
        "verdict": verdict.code,
        "headline": verdict.headline,
        "known": verdict.known,
        "unknown": verdict.unknown,
        "matched_by": found.match.value,
        "signature": {
            "state": reading.state.value,
            "signer": reading.signer,
            "on_trust_list": reading.is_listed,
            "faults": list(reading.faults),
            "says_generated": reading.says_generated,
        },
        "artwork": _work_answer(found) if work else None,
        "certificate": found.grant.serial if found.grant and _on_licence(found) else None,
    }


def _work_answer(found: Finding) -> dict[str, Any] | None:
    work = found.work
    if work is None:
        return None
    return {
        "id": str(work.pk),
        "title": work.title,
        "url": settings.SITE_URL + work.get_absolute_url(),
        "on_sale": work.withdrawn_at is None,
        "mark": work.mark is not None,
    }
