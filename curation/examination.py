"""Looks at finished pictures: one pass of the CLIP for a batch, then every scorer on each picture.

Reads files, writes nothing; what fails is reported with its reason instead of raised, so that one
broken picture or scorer holds up nobody else. The verdict and all rows are written by
`curation/services.py`.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np
from django.core.files.storage import storages
from PIL import Image

from curation.briefs import (
    Words,
    density_words,
    palette_of,
    palette_words,
    subject_words,
    words_of,
)
from curation.compliance.contract import Finding, Ran, Subject
from curation.compliance.inspection import inspect
from curation.fingerprint import picture_signature
from curation.scorers import SCORERS
from curation.scorers.contract import Brief, Floats, Measure, Picture
from curation.taste.attributes import attributes_of
from genart.lib.approval import EMBEDDING_DIM
from genart.lib.color import Shares, dominant_colors
from genart.lib.errors import GenartError
from genart.ml import clip
from generation.models import Render

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

TAG_LEAST = 0.4
"""A zero-shot word is kept from this probability on."""
REMEMBERED = 4096
_remembered: dict[tuple[str, str], Floats] = {}
_rows: dict[tuple[str, tuple[str, ...]], Floats] = {}


@dataclass
class Examination:
    """What was found in one picture; a part that could not be had is named in `failures`.

    `is_stored`: its vectors and scores were written already, with the rest of its batch.
    """

    vector: Floats | None = None
    signature: Floats | None = None
    colors: Shares = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    measures: dict[str, Measure] = field(default_factory=dict)
    attributes: dict[str, float] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    checks: list[Ran] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    is_stored: bool = False


def examine(renders: Sequence[Render]) -> list[Examination]:
    """Examine finished renders, in their order. Never raises for a single picture."""
    found = [Examination() for _ in renders]
    images = [
        _attempt(exam, "file", _opener(render)) for exam, render in zip(found, renders, strict=True)
    ]
    readable = [index for index, image in enumerate(images) if image is not None]
    vectors = _encoded([images[index] for index in readable], [found[i] for i in readable])
    for index, vector in zip(readable, vectors, strict=True):
        image = images[index]
        assert image is not None  # noqa: S101  (only readable ones are listed)
        _examine_one(found[index], renders[index], image, vector)
    return found


def _opener(render: Render) -> Callable[[], Image.Image]:
    def read() -> Image.Image:
        with storages["originals"].open(render.file) as file:
            image = Image.open(file)
            return image.convert("RGB")

    return read


def _encoded(images: Sequence[Image.Image | None], exams: list[Examination]) -> list[Floats | None]:
    """Return the image vectors of a batch, or `None` for each where the CLIP does not work."""
    try:
        return list(clip.encode_images([image for image in images if image is not None]))
    except Exception as error:
        logger.exception("The scoring CLIP failed.")
        for exam in exams:
            exam.failures["embedding"] = _sentence(error)
        return [None] * len(images)


def _examine_one(
    exam: Examination, render: Render, image: Image.Image, vector: Floats | None
) -> None:
    """Fill in the examination of one picture."""
    exam.vector = vector
    exam.signature = _attempt(exam, "signature", lambda: picture_signature(image))
    exam.colors = _attempt(exam, "colours", lambda: dominant_colors(image)) or []
    subject = Subject(image, render, vector, exam.signature)
    exam.findings, exam.checks = inspect(subject)
    if vector is not None:
        exam.tags = _attempt(exam, "tags", lambda: tags_of(vector)) or []
    words = _attempt(exam, "brief", lambda: words_of(render))
    if words is None or not exam.colors:
        return
    brief = _attempt(exam, "brief", lambda: _brief(render, words, seen=vector is not None))
    if brief is None:
        return
    unseen = np.zeros(EMBEDDING_DIM, dtype=np.float32)
    shown = unseen if vector is None else vector
    picture = Picture(image, brief, shown, tuple(exam.colors))
    exam.attributes = _attempt(exam, "attributes", lambda: attributes_of(picture.lab)) or {}
    for name, scorer in SCORERS.items():
        if vector is None and scorer.needs_vector:
            continue
        measure = _attempt(exam, name, partial(scorer.measure, picture))
        if measure is not None:
            exam.measures[name] = measure


def _brief(render: Render, words: Words, *, seen: bool) -> Brief:
    """Return what scorers need to know; text vectors only where there is an image vector."""
    texts = (words.prompt, *words.rivals)
    vectors = text_vectors(texts) if seen else np.zeros((len(texts), EMBEDDING_DIM), np.float32)
    return Brief(
        prompt=words.prompt,
        layout=render.layout,
        density=render.density,
        palette=palette_of(render),
        prompt_vector=vectors[0],
        rivals=words.rivals,
        rival_vectors=vectors[1:],
    )


def text_vectors(texts: tuple[str, ...]) -> Floats:
    """Return unit rows of texts; the same ones come again and again and are remembered."""
    key = (clip.encoder_name(), texts)
    if key not in _rows:
        if len(_rows) > REMEMBERED:
            _rows.clear()
        _rows[key] = _encoded_texts(*key)
    return _rows[key]


def _encoded_texts(encoder: str, texts: tuple[str, ...]) -> Floats:
    """Encode those of some texts that are not known yet; return a row for each."""
    if len(_remembered) > REMEMBERED:
        _remembered.clear()
    unknown = [text for text in dict.fromkeys(texts) if (encoder, text) not in _remembered]
    if unknown:
        keys = [(encoder, text) for text in unknown]
        _remembered.update(zip(keys, clip.encode_texts(unknown), strict=True))
    return np.stack([_remembered[encoder, text] for text in texts])


def tags_of(vector: Floats) -> list[str]:
    """Return zero-shot words for what is seen, best first: subject, palette, density."""
    subject, likely = _best(vector, subject_words())
    if likely < TAG_LEAST:
        return []
    found = [(likely, subject)]
    for pattern, words in (("{} in {}", palette_words()), ("{}, {}", density_words())):
        word, likely = _best(vector, words, tuple(pattern.format(subject, word) for word in words))
        if likely >= TAG_LEAST:
            found.append((likely, word))
    return [word for _, word in sorted(found, key=lambda item: -item[0])]


def _best(
    vector: Floats, words: tuple[str, ...], texts: tuple[str, ...] | None = None
) -> tuple[str, float]:
    """Return the word whose text fits best, and how likely it is among them."""
    odds = clip.zero_shot(vector[None], text_vectors(texts or words))[0]
    best = int(odds.argmax())
    return words[best], float(odds[best])


def _attempt(exam: Examination, part: str, work: Callable[[], Result]) -> Result | None:
    """Return what `work` gives; on an error note its reason and return `None`."""
    try:
        return work()
    except Exception as error:  # any fault of one part must not stop the others
        logger.exception("Examining %s failed.", part)
        exam.failures[part] = _sentence(error)
        return None


def _sentence(error: Exception) -> str:
    """Return an error's message as a sentence."""
    text = error.message if isinstance(error, GenartError) else f"{type(error).__name__}: {error}"
    return text if text.endswith(".") else f"{text}."
