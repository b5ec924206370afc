"""Which language a text reads like: by the small words that every sentence needs. Pure."""

import re
import unicodedata

SMALL_WORDS = {
    "en": "the and of in on with a an is are to from at by its it as that this for one",
    "de": "der die das und ein eine einem einer einen in im auf mit von vom zu zum über unter ist "
    "sind dem den des als wie sich nach bei aus",
    "fr": "le la les un une des et de du en dans sur avec au aux est sont par pour d l qui que "
    "comme se sous ses",
    "es": "el la los las un una y de del en con sobre es son por para que como su sus al",
    "it": "il lo la gli le un una e di del della in con su è sono per che come al alla",
    "nl": "de het een en van in op met is zijn te naar bij door voor als dat deze",
}
"""Language → words that its sentences are full of; the first three are offered by the house."""
_SETS = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}
LEAST_HITS = 3
FOREIGN_SHARE = 0.2


def reads_like(text: str) -> str:
    """Return the language that a text reads like, or an empty text where too little is said."""
    said = re.findall(r"[^\W\d_]+", text.lower())
    hits = {language: sum(word in known for word in said) for language, known in _SETS.items()}
    best = max(hits, key=lambda language: hits[language])
    return best if hits[best] >= LEAST_HITS else ""


def is_foreign(text: str, language: str) -> bool:
    """Whether a text is plainly not in a language: another script, or another one's small words.

    A language that is not in `SMALL_WORDS` is only held against the script.
    """
    letters = [letter for letter in text if letter.isalpha()]
    other = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if letters and other > FOREIGN_SHARE * len(letters):
        return True
    key = language.split("-")[0]
    if key not in _SETS:
        return False
    said = re.findall(r"[^\W\d_]+", text.lower())
    own = sum(word in _SETS[key] for word in said)
    best = reads_like(text)
    return bool(best) and best != key and sum(word in _SETS[best] for word in said) > 1.5 * own
