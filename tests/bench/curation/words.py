"""What the screen, the reader of lettering and the registers find, miss and cost.

Attacks, harmless prompts and pictures are those of the tests (`tests/curation/compliance/`), on
names and disguises that were not looked at while tuning. Marks are set on drawings of the painters
and on renders of the house model; the register holds the seed list and 100,000 invented marks.
"""

import csv
import random
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from django.db import connection
from PIL import Image

from curation.compliance import lettering, screening, wordmarks
from curation.compliance.vocabulary import SOURCE
from curation.models import Mark
from curation.services.registers import import_marks, load_seed_names
from tests.bench import Figure, percentile, timed_ms
from tests.curation.compliance import harmless, lettered, prompts

INVENTED, LOOKUPS = 100_000, 200
MARKED, CLEAN, GROUNDS, RENDERS = 500, 400, 48, 8
_SYLLABLES = (
    "ba be bo bru ca cre da del do dra el fa fen fi fro ga gla go ha hel ho i ja jo ka kel kri la "
    "len li lo ma mel mi mo na nel no o pa pel pi plo qua ra rel ri ro sa sel shi so ta tel tri u "
    "va vel vi wa wen xa ya yel zo zu"
)
SYLLABLES = tuple(_SYLLABLES.split())


def figures() -> Iterator[Figure]:
    """Yield the figures of words."""
    yield from screening_figures()
    yield from register_figures()
    yield from wordmark_figures()


def screening_figures() -> Iterator[Figure]:
    """Recall on attacks, refusals of harmless prompts, and the time for a text."""
    load_seed_names()
    screen = screening.screen()
    attacks = [
        text
        for disguises in (prompts.SEEN, prompts.UNSEEN)
        for text, _name, _way in prompts.attacks(disguises, held_out=True, seed=11)
    ] + list(prompts.HAND_WRITTEN)
    found = [bool(screen.look(text)) for text in attacks]
    yield Figure("screen_attacks", len(attacks), "texts", ">=300")
    yield Figure("screen_recall", float(np.mean(found)), "share", ">=0.98")
    good = list(harmless.prompts())
    taken = [timed_ms(screen.look, text) for text in good]
    refused = [bool(screen.look(text)) for text in good]
    yield Figure("screen_harmless", len(good), "texts", ">=500")
    yield Figure("screen_harmless_refused", float(np.mean(refused)), "share", "<=0.01")
    yield Figure("screen_text_p50", percentile(taken, 0.5), "ms", "<=1")
    yield Figure("screen_text_p95", percentile(taken, 0.95), "ms")
    whole = [timed_ms(screening.objection_to, text) for text in good[:200]]
    yield Figure("screen_text_with_register_p95", percentile(whole, 0.95), "ms")


def invented(chance: random.Random) -> str:
    """Return a name that nobody bears, of two to four syllables."""
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4))).capitalize()


def register_figures() -> Iterator[Figure]:
    """Import 100,000 invented marks, then look readings up among them."""
    chance = random.Random(3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "marks.csv"
        with path.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["Trade mark name", "Application number", "Status", "Nice class"])
            for number in range(INVENTED):
                name = invented(chance) + (f" {invented(chance)}" if number % 3 == 0 else "")
                table.writerow([name, f"{number:09d}", "Registered", "9, 16"])
        started = time.perf_counter()
        import_marks(path=path, source="invented")
        taken = time.perf_counter() - started
    yield Figure("import_marks", INVENTED / taken, "per_s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE curation_mark")
    names = list(Mark.objects.filter(source="invented").values_list("name", flat=True)[:LOOKUPS])
    exact = [timed_ms(wordmarks.matched, name) for name in names]
    blurred = [name[:2] + "x" + name[3:] for name in names]
    near = [timed_ms(wordmarks.matched, name) for name in blurred]
    yield Figure("lookup_exact_p95", percentile(exact, 0.95), "ms", "<=20")
    yield Figure("lookup_similar_p95", percentile(near, 0.95), "ms", "<=100")


def grounds() -> list[Image.Image]:
    """Return pictures to set marks on: drawings of the painters and renders of the house model."""
    return [lettered.drawing(seed) for seed in range(GROUNDS)] + house_renders(RENDERS)


def house_renders(count: int) -> list[Image.Image]:
    """Render pictures with the house model, of several families."""
    import torch

    from generation.house import PIPELINE_DIR
    from generation.house.pipeline import HousePipeline
    from generation.palettes import PALETTES

    pipeline = HousePipeline.from_pretrained(PIPELINE_DIR)
    pipeline.set_progress_bar_config(disable=True)
    subjects = ("boho arches", "sun over hills", "terrazzo chips", "scalloped waves")
    return [
        pipeline(
            [f"{subjects[number % len(subjects)]}, centered, balanced"],
            slots=[PALETTES[sorted(PALETTES)[number]].slots],
            height=lettered.SIDE,
            width=lettered.SIDE,
            num_inference_steps=8,
            guidance_scale=3.0,
            generator=[torch.Generator().manual_seed(number)],
            output_type="pil",
        ).images[0]
        for number in range(count)
    ]


def words_to_set() -> list[str]:
    """Return marks of the register, half of the seed list and half invented, 4 to 14 letters."""
    seeds = Mark.objects.filter(source=SOURCE, key__regex=r"^[a-z]{4,14}$").order_by("key")
    known = [mark.name for mark in seeds if mark.name.isascii()]
    made = Mark.objects.filter(source="invented", key__regex=r"^[a-z]{4,12}$").order_by("number")
    random.Random(4).shuffle(known)
    pairs = zip(known, made.values_list("name", flat=True)[: len(known)], strict=False)
    return [name for pair in pairs for name in pair]


def wordmark_figures() -> Iterator[Figure]:
    """Recall on marks set on pictures, false flags on clean ones, and the time for a picture."""
    below, words = grounds(), words_to_set()
    taken: list[float] = []
    flagged, named = [], []
    for number in range(MARKED):
        word = words[number % len(words)]
        shown = lettered.lettered(below[number % len(below)], word, 40_000 + number)
        found = look(shown.image, taken)
        flagged.append(bool(found))
        named.append(any(key == wordmarks.key_of(word) for key in found))
    yield Figure("wordmark_pictures", MARKED, "pictures", ">=500")
    yield Figure("wordmark_recall", float(np.mean(named)), "share", ">=0.95")
    yield Figure("wordmark_or_lettering_recall", float(np.mean(flagged)), "share", ">=0.95")
    false = [look(lettered.drawing(90_000 + number), taken) for number in range(CLEAN)]
    yield Figure("wordmark_clean_pictures", CLEAN, "pictures")
    per_thousand = 1000 * float(np.mean([bool(found) for found in false]))
    yield Figure("wordmark_false_flags_per_1000", per_thousand, "pictures", "<=5")
    yield Figure("lettering_marked_p50", percentile(taken[:MARKED], 0.5), "ms")
    yield Figure("lettering_clean_p50", percentile(taken[MARKED:], 0.5), "ms")


def look(image: Image.Image, taken: list[float]) -> list[str]:
    """Return keys of the marks that are found in a picture; lettering counts as an empty key."""
    detector = wordmarks.WordmarkDetector()
    pixels = np.asarray(image.convert("RGB"))
    lines: list[lettering.Line] = []
    taken.append(timed_ms(lambda: lines.extend(lettering.lines_of(pixels))))
    findings = partial(detector.findings, width=pixels.shape[1], height=pixels.shape[0])
    return [
        wordmarks.key_of(found.evidence.get("mark", "")) if found.kind == "wordmark" else ""
        for found in findings(lines)
    ]
