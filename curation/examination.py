"""Looks at finished pictures: one pass of the CLIP for a batch, then every scorer on each picture.

Reads files and rows, writes nothing; what fails is reported with its reason instead of raised, so
that one broken picture or scorer holds up nobody else. The rows are written by
`curation/recording.py`, the verdict by `curation/verdicts.py`.
"""

import hashlib
import io
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from django.core.files.storage import storages
from PIL import Image

from curation.briefs import palette_of, words_of
from curation.company import companies
from curation.compliance.contract import Finding, Ran, Subject
from curation.compliance.inspection import inspect
from curation.fingerprint import picture_signature
from curation.scorers import SCORERS
from curation.scorers.contract import Brief, Company, Floats, Measure, Picture
from curation.taste.attributes import attributes_of
from curation.vocabulary import tags_of, text_vectors
from genart.lib.color import Shares, dominant_colors
from genart.lib.errors import GenartError, StateConflict
from genart.ml import clip
from genart.ml.weights import clip_folder
from generation.models import Render

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
ALONE = Company()


@dataclass
class Examination:
    """What was found in one picture; a part that could not be had is named in `failures`.

    `vector` is as the database keeps it. `is_stored`: vectors and scores were written already, with
    the rest of the batch.
    """

    vector: Floats | None = None
    signature: Floats | None = None
    colors: Shares = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    attributes: dict[str, float] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    checks: list[Ran] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    is_stored: bool = False


class Look(NamedTuple):
    """One picture's vector, of the CLIP's own width and as it is stored."""

    whole: Floats
    stored: Floats


def examine(
    renders: Sequence[Render], *, scorers: Collection[str] | None = None, checked: bool = True
) -> list[Examination]:
    """Examine finished renders, in their order. Never raises for a single picture.

    Args:
        renders: job, style version and checkpoint are loaded.
        scorers: only these; all where there are none.
        checked: whether the detectors look too.
    """
    found = [Examination() for _ in renders]
    images = [
        attempt(exam, "file", _opener(render)) for exam, render in zip(found, renders, strict=True)
    ]
    looks = encoded(images, found)
    company = _company(renders, looks, found)
    for exam, render, image, look, beside in zip(
        found, renders, images, looks, company, strict=True
    ):
        if image is None:
            continue
        describe(exam, image, look)
        if checked:
            subject = Subject(image, render, exam.vector, exam.signature)
            exam.findings, exam.checks = inspect(subject)
        brief = attempt(exam, "brief", partial(_brief, render, beside, seen=look is not None))
        if brief is not None:
            measure(exam, image, brief, look, scorers)
    return found


def encoded(
    images: Sequence[Image.Image | None], exams: Sequence[Examination]
) -> list[Look | None]:
    """Return the vectors of a batch; `None` for what is no picture, or where the CLIP fails."""
    there = [index for index, image in enumerate(images) if image is not None]
    found: list[Look | None] = [None] * len(images)
    if not there:
        return found
    try:
        whole = clip.whole_images([image for image in images if image is not None])
        stored = clip_folder().fitted(whole)
    except Exception as error:
        logger.exception("The scoring CLIP failed.")
        for index in there:
            exams[index].failures["embedding"] = sentence(error)
        return found
    for row, index in enumerate(there):
        found[index] = Look(whole[row], stored[row])
    return found


def describe(exam: Examination, image: Image.Image, look: Look | None) -> None:
    """Note what a picture is like, whatever was asked for: vector, signature, colours, tags."""
    exam.vector = look.stored if look else None
    exam.signature = attempt(exam, "signature", lambda: picture_signature(image))
    exam.colors = attempt(exam, "colours", lambda: dominant_colors(image)) or []
    if look is not None:
        exam.tags = attempt(exam, "tags", lambda: tags_of(look.whole)) or []


def measure(
    exam: Examination,
    image: Image.Image,
    brief: Brief,
    look: Look | None,
    scorers: Collection[str] | None = None,
) -> None:
    """Let scorers, or those that are named, measure a described picture against its brief."""
    if not exam.colors:
        return
    vector, stored = look or (np.zeros(0, np.float32), None)
    encoder = clip_folder().encoder if look else ""
    picture = Picture(image, brief, vector, tuple(exam.colors), stored, encoder)
    exam.attributes = attempt(exam, "attributes", lambda: attributes_of(picture.lab)) or {}
    for name, scorer in SCORERS.items():
        if (look is None and scorer.needs_vector) or (scorers is not None and name not in scorers):
            continue
        measured = attempt(exam, name, partial(scorer.measure, picture))
        if measured is not None:
            exam.measures[name] = measured


def brief_for(
    prompt: str,
    rivals: tuple[str, ...],
    *,
    layout: str,
    density: float,
    palette: tuple[tuple[str, float], ...],
    seen: bool,
    company: Company = ALONE,
) -> Brief:
    """Return what scorers need to know; text vectors only where there is an image vector."""
    texts = (prompt, *rivals)
    vectors = text_vectors(texts) if seen else np.zeros((len(texts), 0), np.float32)
    return Brief(prompt, layout, density, palette, vectors[0], rivals, vectors[1:], company)


def _brief(render: Render, company: Company, *, seen: bool) -> Brief:
    words = words_of(render)
    return brief_for(
        words.prompt,
        words.rivals,
        layout=render.layout,
        density=render.density,
        palette=palette_of(render),
        seen=seen,
        company=company,
    )


def _company(
    renders: Sequence[Render], looks: Sequence[Look | None], exams: Sequence[Examination]
) -> list[Company]:
    """Return what each picture is seen beside; nothing, with the reason, where that fails."""
    vectors = [look.stored if look else None for look in looks]
    if not any(vector is not None for vector in vectors):
        return [Company() for _ in renders]
    gathered = attempt(exams[0], "company", lambda: companies(renders, vectors))
    if gathered is not None:
        return gathered
    why = exams[0].failures.pop("company")
    for exam in exams:
        exam.failures |= {"consistency": why, "diversity": why}
    return [Company() for _ in renders]


def _opener(render: Render) -> Callable[[], Image.Image]:
    def read() -> Image.Image:
        with storages["originals"].open(render.file) as file:
            data: bytes = file.read()
        if hashlib.sha256(data).hexdigest() != render.sha256:
            raise StateConflict("The stored file is not the one that was rendered.")
        return Image.open(io.BytesIO(data)).convert("RGB")

    return read


def attempt(exam: Examination, part: str, work: Callable[[], Result]) -> Result | None:
    """Return what `work` gives; on an error note its reason and return `None`."""
    try:
        return work()
    except Exception as error:  # any fault of one part must not stop the others
        logger.exception("Examining %s failed.", part)
        exam.failures[part] = sentence(error)
        return None


def sentence(error: Exception) -> str:
    """Return an error's message as a sentence."""
    text = error.message if isinstance(error, GenartError) else f"{type(error).__name__}: {error}"
    return text if text.endswith(".") else f"{text}."
