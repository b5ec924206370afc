"""What the embedded writer says of 200 pictures that the house model really draws.

Families, layouts, moods and palettes by chance, over every family that is sold; each is rendered,
measured, published and read back. Family words are the bench's own; the main colour is judged by
`colour_judge.py`. Whether a text may name another word than the judge's first is its tolerance:
the share that names the very first word is printed beside it.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from PIL import Image

from catalog.models import Artwork, TextRevision
from catalog.services import publish_artwork
from catalog.texts.rules import faults
from generation.house import FAMILIES, PIPELINE_DIR
from generation.house.captions import MOODS, prompt_for
from generation.palettes import PALETTES
from tests.bench import Figure, percentile
from tests.bench.catalog.colour_judge import main_words
from tests.factories import make_approval, make_render, make_style

MANY, SEED = 200, 20261124
SIZES = ((256, 256), (256, 320), (320, 256))
FAMILY_WORDS = {
    "botanical-leaf": r"\bleaf|\bleaves|\bstems?\b", "vases": r"\bvase|\bpot\b",
    "sailing-boats": r"\bboat", "tulips": r"\btulip", "desert-cactus": r"\bcactus",
    "boho-arches": r"\barches\b", "sun-and-hills": r"\bhills\b", "mountains": r"\bmountain",
    "ripples": r"\brings\b", "waves": r"\bwave", "flowing-lines": r"\bwavy bands\b",
    "moon-night": r"\bnight sky\b", "colour-field": r"\bblocks of colour\b",
    "abstract-blobs": r"\brounded shapes\b", "stripes": r"\bstraight bands\b",
    "sunrise-rays": r"\brays\b",
}  # fmt: skip
SIDES = {"left": "left", "right": "right"}


class Drawn(NamedTuple):
    """One picture, what was asked for, and its listing."""

    motif: str
    layout: str
    picture: Image.Image
    artwork: Artwork


def figures() -> Iterator[Figure]:
    """Yield every figure of this subject."""
    taken: list[float] = []
    works = list(published(MANY, SEED, taken))
    yield Figure("texts_pictures", len(works), "pictures", f">={MANY}")
    yield from rules(works)
    yield from truth(works)
    yield Figure("texts_publish_p95", percentile(taken, 0.95), "s", "<=1")


def published(many: int, seed: int, taken: list[float] | None = None) -> Iterator[Drawn]:
    """Render pictures and publish them; add the seconds of each publication to `taken`."""
    import torch

    from generation.house.pipeline import HousePipeline

    pipe = HousePipeline.from_pretrained(PIPELINE_DIR)
    pipe.set_progress_bar_config(disable=True)
    chance = Random(seed)
    sold = [family for family in FAMILIES.values() if family.sellable]
    styles = {
        family.slug: make_style(name=family.name, version_fields={"motif": family.slug})
        for family in sold
    }
    for number in range(many):
        family, palette = sold[number % len(sold)], chance.choice(list(PALETTES.values()))
        layout, density = chance.choice(family.layouts), chance.choice((0.2, 0.5, 0.8))
        motifs = [chance.choice(list(family.motifs.values()))] if family.motifs else []
        subject = " ".join([family.phrases[0], *motifs[: chance.choice((0, 1))]])
        mood = chance.sample(MOODS, chance.choice((0, 1, 2)))
        width, height = chance.choice(SIZES)
        picture = pipe(
            prompt_for(family.slug, layout, density, subject, mood),
            slots=[palette.slots],
            width=width,
            height=height,
            generator=[torch.Generator().manual_seed(seed + number)],
            finish=chance.choice(("flat", "paper", "riso", "watercolour")),
            finish_seeds=[number],
        ).images[0]
        render = make_render(
            picture=picture, style=styles[family.slug], subject=subject, mood=mood, layout=layout,
            density=density, palette_name=palette.slug, slots=list(palette.slots),
        )  # fmt: skip
        started = time.perf_counter()
        artwork = publish_artwork(approval=make_approval(render, tags=(), colors=()))
        if taken is not None:
            taken.append(time.perf_counter() - started)
        yield Drawn(family.slug, layout, picture, artwork)


def rules(works: list[Drawn]) -> Iterator[Figure]:
    """Whether every text keeps every rule, and no two titles are alike."""
    ids = [work.artwork.pk for work in works]
    rows = TextRevision.objects.filter(artwork__in=ids, state=TextRevision.State.LIVE)
    for language in ("en", "de", "fr"):
        said = list(rows.filter(language=language))
        broken = sum(bool(against(row)) for row in said)
        titles = Counter(row.title.casefold() for row in said)
        alts = Counter(row.alt_text for row in said)
        yield Figure(f"texts_{language}_live", len(said), "texts", f">={len(works)}")
        yield Figure(f"texts_{language}_against_rules", broken, "texts", "<=0")
        yield Figure(f"texts_{language}_equal_titles", len(said) - len(titles), "titles", "<=0")
        yield Figure(f"texts_{language}_equal_alt_texts", len(said) - len(alts), "texts")


def against(row: TextRevision) -> dict[str, str]:
    """Return what the rules hold against a version."""
    return faults(
        title=row.title,
        description=row.description,
        alt_text=row.alt_text,
        tags=row.tags,
        language=row.language,
    )


def truth(works: list[Drawn]) -> Iterator[Figure]:
    """Whether texts name the family that was drawn, its main colour, and the side it lies on."""
    family = [names_family(work) for work in works]
    words = [(claimed_colour(work.artwork), main_words(work.picture)) for work in works]
    both = [known and claim in right for known, (claim, right) in zip(family, words, strict=True)]
    yield Figure("texts_name_family", share(family), "share", ">=0.95")
    colour = [claim in right for claim, right in words]
    yield Figure("texts_name_main_colour", share(colour), "share", ">=0.95")
    yield Figure("texts_name_family_and_main_colour", share(both), "share", ">=0.95")
    first = [claim == right[0] for claim, right in words]
    yield Figure("texts_name_the_judges_first_word", share(first), "share")
    allowed = sum(len(right) for _claim, right in words) / len(words)
    yield Figure("texts_words_the_judge_allows", allowed, "of_14")
    sided = [work for work in works if work.layout in SIDES]
    told = [SIDES[work.layout] in work.artwork.alt_text for work in sided]
    yield Figure("texts_side_as_asked", share(told), "share")


def names_family(work: Drawn) -> bool:
    """Whether the alt text names the family, by the bench's own words."""
    return bool(re.search(FAMILY_WORDS[work.motif], work.artwork.alt_text, re.IGNORECASE))


def claimed_colour(artwork: Artwork) -> str:
    """Return the colour that the description calls the main one."""
    found = re.search(r"(?:Mostly|In) ([a-z]+)[,:.]", artwork.description)
    return found.group(1) if found else ""


def share(held: list[bool]) -> float:
    """Return the share that held."""
    return sum(held) / len(held)
