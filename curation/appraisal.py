"""Looks at a picture from outside as at a candidate, and says what a gate would. Writes nothing."""

import io
from typing import Any

from django.core.files.storage import storages
from PIL import Image

from curation import examination
from curation.briefs import subject_words
from curation.compliance.contract import Subject
from curation.compliance.inspection import inspect
from curation.examination import Examination
from curation.gate import judge, parse_rules
from curation.judging import evidence_of
from curation.models import Appraisal, Brand, Candidate, Gate, Head
from curation.recording import version_of
from curation.scorers import SCORERS
from curation.taste.features import ATTRIBUTE, row_of
from curation.taste.likelihood import likelihood_by
from curation.uploads import limits
from genart.lib.uploads import on_white, pixels_of
from genart.ml.weights import clip_folder
from generation.models import Render

LONGEST_PX = 2048
"""Larger pictures are looked at in this size: nothing that is measured needs more."""


def appraise(appraisal: Appraisal) -> dict[str, Any]:
    """Return scores, findings, taste and what the brand's gate would say, as JSON.

    Raises:
        OSError: the file cannot be read as a picture.
    """
    image = _opened(appraisal.image)
    brief, exam = appraisal.brief, Examination()
    look = examination.encoded([image], [exam])[0]
    examination.describe(exam, image, look)
    render = Render(
        prompt=brief["prompt"],
        layout=brief["layout"],
        density=brief["density"],
        palette=[{"hex": color, "weight": weight} for color, weight in brief["palette"]],
        width_px=image.width,
        height_px=image.height,
    )
    exam.findings, exam.checks = inspect(Subject(image, render, exam.vector, exam.signature))
    palette = tuple((str(color), float(weight)) for color, weight in brief["palette"])
    seen = examination.brief_for(
        brief["prompt"],
        _rivals(brief["prompt"]),
        layout=brief["layout"],
        density=brief["density"],
        palette=palette or tuple(exam.colors),
        seen=look is not None,
    )
    examination.measure(exam, image, seen, look, _measurable(brief))
    return described(exam, appraisal)


def described(exam: Examination, appraisal: Appraisal) -> dict[str, Any]:
    """Return an examination as JSON."""
    return {
        "encoder": clip_folder().encoder,
        "vector": [] if exam.vector is None else [round(float(v), 6) for v in exam.vector],
        "colors": [[color, round(share, 4)] for color, share in exam.colors],
        "tags": exam.tags,
        "scores": [
            {
                "scorer": name,
                "title": SCORERS[name].title,
                "version": version_of(name),
                "value": round(found.value, 6),
                "praise": found.praise,
                "blame": found.blame,
            }
            for name, found in exam.measures.items()
        ],
        "flags": [
            {
                "kind": found.kind,
                "detector": found.detector,
                "severity": found.severity,
                "message": found.message,
                "score": found.score,
                "box": list(found.box) if found.box else None,
            }
            for found in exam.findings
        ],
        "unchecked": [
            {"detector": ran.detector, "message": ran.message}
            for ran in exam.checks
            if ran.outcome in ("failed", "skipped")
        ],
        "failures": exam.failures,
        "taste": _taste(exam, appraisal.brand),
        "gate": _gate(exam, appraisal),
    }


def _opened(name: str) -> Image.Image:
    """Return a stored upload, upright, in RGB, no longer than is of use."""
    with storages["originals"].open(name) as file:
        image = Image.open(io.BytesIO(file.read()), formats=limits().formats)
        image.draft("RGB", (LONGEST_PX, LONGEST_PX))
        picture = on_white(pixels_of(image))
    if max(picture.size) > LONGEST_PX:
        picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.BOX)
    return picture


def _measurable(brief: dict[str, Any]) -> list[str]:
    """Return the scorers for which enough was asked for."""
    needs = {
        "prompt": brief["prompt"],
        "palette": brief["palette"],
        "composition": brief["layout"],
        "layout": brief["layout"],
    }
    return [name for name in SCORERS if needs.get(name, True)]


def _rivals(prompt: str) -> tuple[str, ...]:
    """Return what the house model could have drawn instead, with the same further words."""
    subject, comma, tail = prompt.partition(",")
    return tuple(
        f"{other}{comma}{tail}" for other in subject_words() if other not in subject.lower()
    )


def _taste(exam: Examination, brand: Brand | None) -> dict[str, Any] | None:
    """Return how likely the brand approves it, where it has learnt a taste."""
    head = Head.objects.filter(brand=brand, is_active=True).first() if brand else None
    if head is None or exam.vector is None or head.encoder != clip_folder().encoder:
        return None
    scores = {name: found.value for name, found in exam.measures.items()}
    row = row_of(Candidate(brand=brand), exam.vector, scores, head.features)
    for place, name in enumerate(head.features):
        kind, _dot, attribute = name.partition(".")
        if kind == ATTRIBUTE and attribute in exam.attributes:
            row[place] = exam.attributes[attribute]
    likelihood = likelihood_by(head, row)
    return {
        "probability": round(likelihood.value, 4),
        "version": likelihood.version,
        "parts": dict(likelihood.contributions[:6]),
    }


def _gate(exam: Examination, appraisal: Appraisal) -> dict[str, Any] | None:
    """Return what the rules of the brand's active gate would say."""
    if appraisal.brand is None:
        return None
    gates = Gate.objects.filter(brand=appraisal.brand, is_active=True, style=None)
    gate = gates.filter(tier=appraisal.brief["tier"]).first()
    if gate is None:
        return None
    verdict = judge(
        evidence_of(exam, exam.findings), parse_rules(gate.rules, SCORERS), appraisal.brief["tier"]
    )
    return {
        "gate": str(gate),
        "would": verdict.verdict,
        "reasons": list(verdict.reasons),
        "doubt": verdict.doubt,
    }
