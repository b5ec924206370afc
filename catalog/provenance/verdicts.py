"""Puts what was found about a file into sentences: what we know, and what we do not."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import SignedFile
from catalog.provenance.reading import Reading, State
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
    return Verdict(
        code, tone, str(headline).format(shop=settings.SITE_NAME), known, _open(found, code)
    )


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
    "original": ("good", _("This is a file from {shop}, exactly as it left us.")),
    "signed": ("good", _("{shop} signed this file, and nothing in it was changed since.")),
    "broken": ("bad", _("This file was changed after it was signed.")),
    "stripped": ("warn", _("The picture is ours to the last pixel; what the file said is gone.")),
    "changed": ("warn", _("This picture comes from {shop}, and was saved anew or changed.")),
    "lookalike": ("warn", _("This looks like a picture from {shop}.")),
    "foreign": ("plain", _("Somebody else signed this file; we do not know the picture.")),
    "unknown": ("plain", _("We do not know this file.")),
}


def _on_signature(found: Finding) -> list[str]:
    reading = found.reading
    if reading.state is State.OURS:
        told = (
            gettext(
                "Its signature (C2PA) is valid. The signer, %(signer)s, is on the public trust "
                "list."
            )
            if reading.is_listed
            else gettext(
                "Its signature (C2PA) is valid. The signer, %(signer)s, is not on the public trust "
                "list: the certificate is our own."
            )
        )
        return [told % {"signer": reading.signer}]
    if reading.state is State.FOREIGN:
        return _on_foreign(reading)
    if reading.state is State.BROKEN:
        said = gettext(
            "It carries a signature (C2PA) that does not fit its content: a byte, a pixel or what "
            "it says was changed since."
        )
        return [said, *_on_claim(found)]
    if found.file is None and found.match is Match.FILE:
        return [
            gettext("It is the picture as it was rendered and judged, before anything was signed.")
        ]
    return [gettext("It carries no signature (C2PA).")]


def _on_foreign(reading: Reading) -> list[str]:
    """Say what a signature of somebody else is worth."""
    told = (
        gettext(
            "It carries a valid signature (C2PA) of %(signer)s, who is on the trust list that we "
            "ask. It is not our signature."
        )
        if reading.is_listed
        else gettext(
            "It carries a valid signature (C2PA) of %(signer)s, who is not on the trust list that "
            "we ask. It is not our signature."
        )
    )
    said = [told % {"signer": reading.signer or gettext("somebody unnamed")}]
    made = gettext("The signer says that a trained model made it.")
    return [*said, made] if reading.says_generated else said


def _on_claim(found: Finding) -> list[str]:
    """Say for which file the broken signature was made, as far as its number tells."""
    if found.claimed is None:
        return []
    title = found.claimed.artwork.title
    return [
        gettext("The signature bears the number of one that we made for a file of “%(title)s”.")
        % {"title": title}
    ]


def _on_picture(found: Finding) -> list[str]:
    work = found.work
    if work is None:
        return _on_neighbour(found)
    told = {
        Match.FILE: gettext("Every byte is as in our record: %(found)s of “%(work)s”.")
        % {"found": _kind(found), "work": work.title},
        Match.MANIFEST: gettext(
            "It bears the signature that we made for %(found)s of “%(work)s”, but it is not"
            " that file to the byte: something that the signature does not cover was "
            "changed."
        )
        % {"found": _kind(found), "work": work.title},
        Match.PIXELS: gettext("Every pixel is as in %(found)s of “%(work)s”.")
        % {"found": _kind(found), "work": work.title},
        Match.NUMBER: gettext(
            "An invisible number in its pixels leads to “%(work)s”. By chance such a number"
            " is read less than once in a million pictures."
        )
        % {"work": work.title},
        Match.LOOK: gettext(
            "In its coarse shapes it is like “%(work)s” (%(value)s of 256 signs agree)."
        )
        % {"work": work.title, "value": 256 - (found.bits_apart or 0)},
    }[found.match]
    made = gettext("A trained model made “%(work)s”: %(checkpoint)s.") % {
        "work": work.title,
        "checkpoint": work.render.checkpoint.name,
    }
    sale = [] if work.withdrawn_at is None else [gettext("The work is no longer on sale.")]
    return [told, made, *sale]


def _on_neighbour(found: Finding) -> list[str]:
    if found.neighbour is None:
        return []
    work, likeness = found.neighbour
    return [
        gettext(
            "Of our works, “%(work)s” is nearest to it in meaning (%(likeness)s of 1). That"
            " is a likeness and no more."
        )
        % {"work": work.title, "likeness": f"{likeness:.2f}"}
    ]


def _kind(found: Finding) -> str:
    kinds = {
        SignedFile.Kind.ORIGINAL: gettext("the signed original"),
        SignedFile.Kind.DERIVATIVE: gettext("a preview"),
        SignedFile.Kind.DELIVERY: gettext("the original as a buyer got it"),
        SignedFile.Kind.EXPORT: gettext("a file made for another outlet"),
    }
    return kinds[SignedFile.Kind(found.file.kind)] if found.file else gettext("the original")


def _on_licence(found: Finding) -> list[str]:
    grant = found.grant
    if grant is None or found.match is not Match.FILE:
        return []
    said = gettext(
        "It was delivered under the %(licence)s licence, version %(version)s; certificate "
        "%(serial)s."
    ) % {
        "licence": gettext(grant.licence.name),
        "version": grant.licence.version,
        "serial": grant.serial,
    }
    if grant.revoked_at is not None:
        return [said, gettext("That licence was taken back: it no longer holds.")]
    return [said]


def _open(found: Finding, code: str) -> list[str]:
    """Say what the finding leaves open."""
    sentences = {
        "original": [
            gettext("Whether you may use it: that depends on the licence, and on who holds it.")
        ],
        "signed": [
            gettext("Whether you may use it: that depends on the licence, and on who holds it.")
        ],
        "broken": [gettext("What was changed, and by whom.")],
        "stripped": [gettext("Who took the signature out, and under which licence the file "
            "was given.")],
        "changed": [gettext("What else was changed in the picture, and by whom."),
                    gettext("The number is a pointer, not a proof: somebody could have "
                        "copied it.")],
        "lookalike": [gettext("Whether it was made from ours: pictures can be alike by chance.")],
        "foreign": [gettext("Whether what its signer says is true.")],
        "unknown": [gettext("Where it comes from. That we do not find it does not mean that it is "
            "not ours:"
                    " strong changes hide a picture from us.")],
    }[code]  # fmt: skip
    more = []
    if found.is_damaged:
        more.append(
            gettext("What it shows: the file is damaged and cannot be opened as a picture.")
        )
    if code == "broken" and found.work is None and not found.is_damaged:
        more.append(
            gettext("Whether the picture is ours: nothing in it leads to a work of this shop.")
        )
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
