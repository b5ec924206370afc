"""Held-out requests: prompts, colours, finishes and seeds that the training never met.

For: every figure. Not for: specs of the shop, though prompts are compiled as there. The kinds of
scene (family, layout, density, motifs) are few, so each occurs in the training; the wording with
its moods, the seed of the noise and the drawing that is compared with do not. Next: `making.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from generation.house import painters
from generation.house.captions import MOODS, prompt_for
from generation.house.families import FAMILIES
from generation.house.finishes import FINISHES
from generation.house.painters.scene import Scene
from generation.palettes import PALETTES

HELD_OUT_SEED = 7_001
"""Training draws from seeds that count its samples; these are far from any of them."""


@dataclass(frozen=True)
class Request:
    """One picture to ask for.

    Attributes:
        scene: what the prompt says; its drawing is a held-out picture of the same kind.
        seed: of the noise.
    """

    scene: Scene
    prompt: str
    palette: str
    finish: str
    seed: int

    @property
    def slots(self) -> tuple[str, ...]:
        """Return the six colours asked for."""
        return PALETTES[self.palette].slots


def prompt_of(scene: Scene, moods: Sequence[str] = ()) -> str:
    """Return the prompt that asks for a scene, compiled as the shop does it."""
    motifs = " ".join(FAMILIES[scene.family].motifs[motif] for motif in scene.motifs)
    return prompt_for(scene.family, scene.layout, scene.density, motifs, list(moods))


def held_out(count: int, families: Sequence[str], seed: int = HELD_OUT_SEED) -> list[Request]:
    """Return `count` square requests, families in turn; the same ones for the same arguments."""
    random, found = Random(seed), []  # noqa: S311
    for index in range(count):
        scene = painters.random_scene(random, families[index % len(families)])
        moods = random.sample(MOODS, random.choice((0, 1, 2)))
        found.append(
            Request(
                scene=scene,
                prompt=prompt_of(scene, moods),
                palette=random.choice(list(PALETTES)),
                finish=random.choice(list(FINISHES)),
                seed=random.getrandbits(31),
            )
        )
    return found


def taught() -> tuple[str, ...]:
    """Return the families that the base model learnt."""
    return tuple(slug for slug, family in FAMILIES.items() if family.taught)
