"""A vision-language model in a local folder, run by `genart/ml/captioner.py` in a worker.

Small models seldom keep to JSON: of an answer that is one plain sentence the alt text is made, and
the rest comes from the embedded writer.
"""

import re
from dataclasses import replace
from pathlib import Path

from catalog.texts.facts import Texts
from catalog.texts.writers.asking import facts_text, read_answer, required_picture, system_text
from catalog.texts.writers.contract import CannotWrite, Question, Written
from catalog.texts.writers.embedded import EmbeddedWriter
from genart.lib.errors import Unavailable

LEAST_WORDS, MOST_LETTERS = 4, 400


class TransformersWriter:
    """Asks the model in the folder of the settings, or in another."""

    name = "transformers"
    is_quick = False

    def __init__(self, folder: Path | str | None = None) -> None:
        if folder is None:
            from django.conf import settings

            folder = settings.TEXT_MODEL_DIR
        self.folder = Path(folder) if folder else None

    @property
    def signature(self) -> str:
        """Name and folder: another folder is another writer."""
        return f"{self.name}@{self.folder.name if self.folder else 'none'}"[:120]

    def write(self, question: Question) -> Written:
        """Ask the model once."""
        if self.folder is None or not self.folder.is_dir():
            raise CannotWrite("TEXT_MODEL_DIR must name the folder of a model.")
        from genart.ml import captioner

        prompt = f"{system_text(question.language)}\n\n{facts_text(question.facts)}"
        try:
            answer = captioner.describe(self.folder, required_picture(question), prompt)
        except Unavailable as error:
            raise CannotWrite(str(error)) from error
        try:
            return Written(read_answer(answer))
        except (ValueError, AttributeError):
            return _as_caption(answer, question)


def _as_caption(answer: str, question: Question) -> Written:
    """Make the alt text of a plain sentence, the rest by vocabulary."""
    said = " ".join(answer.split())
    words = re.findall(r"[^\W\d_]{2,}", said)
    if len(set(words)) < LEAST_WORDS or len(said) > MOST_LETTERS or "{" in said:
        raise CannotWrite("The model's answer is neither JSON nor a sentence.")
    written = EmbeddedWriter().write(question)
    texts: Texts = replace(written.texts, alt_text=said)
    remark = "The model gave one sentence: it is the alt text, the embedded writer wrote the rest."
    return replace(written, texts=texts, remarks=(*written.remarks, remark))
