"""Words against pictures: text vectors, remembered, and the words that a picture seems to show."""

import numpy as np

from curation.briefs import density_words, palette_words, subject_words
from curation.scorers.contract import Floats
from genart.ml import clip

TAG_LEAST = 0.4
"""A zero-shot word is kept from this probability on."""
REMEMBERED = 4096
_remembered: dict[tuple[str, str], Floats] = {}
_rows: dict[tuple[str, tuple[str, ...]], Floats] = {}


def text_vectors(texts: tuple[str, ...]) -> Floats:
    """Return whole unit rows of texts; the same ones come again and again and are remembered."""
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
        _remembered.update(zip(keys, clip.whole_texts(unknown), strict=True))
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
