"""A CLIP-compatible tokenizer in which every word of the caption dialect is one token.

For: the text encoder of the pipeline and the scoring CLIP. Not for: captions themselves
(`generation/house/captions.py`). Next: `dataset.py`.
"""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from transformers import CLIPTokenizer

from generation.house.captions import DENSITY_WORDS, FILLERS, LAYOUT_WORDS, MOODS
from generation.house.families import FAMILIES
from generation.palettes import PALETTES

CONTEXT_LENGTH = 32
START, END = "<|startoftext|>", "<|endoftext|>"
SPARE = (
    "in and with the a of on by to at over under before behind art print poster wall abstract "
    "colour colours color palette paper riso watercolour flat grain texture style studio brand "
    "series edition one two three four five small large big thin thick wide tall round square "
    "tree trees river lake desert island boat house window city garden meadow field snow rain "
    "cloud clouds bird birds fish cat cactus palm fern flower flowers leaf leaves branch mushroom "
    "shell stone stones rock summer winter spring autumn morning evening light shadow horizon"
)


def words() -> list[str]:
    """Return every word that deserves a token, sorted."""
    texts = [SPARE, *MOODS, *FILLERS, *(p.name.lower() for p in PALETTES.values())]
    for group in (*LAYOUT_WORDS.values(), *DENSITY_WORDS):
        texts += group
    for family in FAMILIES.values():
        texts += [*family.phrases, *family.motifs.values()]
    return sorted(set(re.findall(r"[a-z]+", " ".join(texts))))


def byte_symbols() -> list[str]:
    """Return the 256 printable symbols that byte-level BPE uses for bytes, in byte order."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = {byte: chr(byte) for byte in kept}
    for offset, byte in enumerate(byte for byte in range(256) if byte not in symbols):
        symbols[byte] = chr(256 + offset)
    return [symbols[byte] for byte in range(256)]


def merges_for(vocabulary: list[str]) -> list[tuple[str, str]]:
    """Return BPE merges that make every word of `vocabulary` one token."""
    pieces = {word: (*word[:-1], word[-1] + "</w>") for word in vocabulary}
    merges: list[tuple[str, str]] = []
    while True:
        pairs = Counter(pair for parts in pieces.values() for pair in pairwise(parts))
        if not pairs:
            return merges
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        pieces = {word: _joined(parts, best) for word, parts in pieces.items()}


def _joined(parts: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    """Return `parts` with each occurrence of `pair` joined."""
    result: list[str] = []
    for part in parts:
        if result and (result[-1], part) == pair:
            result[-1] += part
        else:
            result.append(part)
    return tuple(result)


def write_tokenizer(folder: Path) -> CLIPTokenizer:
    """Write vocabulary and merges to `folder`; return the tokenizer. Safe to repeat."""
    folder.mkdir(parents=True, exist_ok=True)
    merges = merges_for(words())
    base = byte_symbols()
    tokens = [*base, *(symbol + "</w>" for symbol in base), *(a + b for a, b in merges), START, END]
    vocabulary = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    lines = ["#version: 0.2", *(f"{a} {b}" for a, b in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n")
    tokenizer = CLIPTokenizer.from_pretrained(folder, model_max_length=CONTEXT_LENGTH)
    tokenizer.save_pretrained(folder)
    return tokenizer
