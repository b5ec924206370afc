"""What a scorer gets and what it gives.

A scorer is one small class with a name, a version and words that explain its value; it looks at one
picture and knows neither the database nor the gate. Register it in `curation/scorers/__init__.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from genart.lib.color import levels_to_oklab

Floats = NDArray[np.float32]
Result = TypeVar("Result")
WORK_PX = 320
"""Longest side at which pictures are measured, so that a value does not depend on their size."""


@dataclass(frozen=True, eq=False)
class Company:
    """What a picture is seen beside; gathered for a batch by `curation/company.py`.

    Attributes:
        style: mean of the unit vectors of its style's approved works, of unit length itself;
            `None` where there are too few.
        style_works: how many works that are.
        style_spread: mean and standard deviation of those works' own cosines to it.
        siblings: unit vectors of the pictures of its series that were there before it, shape
            `(n, dim)`.
    """

    style: Floats | None = None
    style_works: int = 0
    style_spread: tuple[float, float] = (0.0, 0.0)
    siblings: Floats | None = None


@dataclass(frozen=True, eq=False)
class Brief:
    """What was asked for.

    Attributes:
        prompt: the words that the picture should fit.
        layout: where the weight should lie, for example `left`.
        density: 0 sparse … 1 dense.
        palette: requested `(hex, weight)`.
        prompt_vector: unit text vector of the prompt.
        rivals: prompts of other styles; a picture should fit its own better than these.
        rival_vectors: their unit rows, shape `(rivals, dim)`.
        company: what it is seen beside.
    """

    prompt: str
    layout: str
    density: float
    palette: tuple[tuple[str, float], ...]
    prompt_vector: Floats
    rivals: tuple[str, ...]
    rival_vectors: Floats
    company: Company = Company()


@dataclass(frozen=True, eq=False)
class Picture:
    """One finished picture with everything that scorers share.

    Attributes:
        image: RGB, original size.
        brief: what was asked for.
        vector: unit image vector of the scoring CLIP, of its own width.
        colors: dominant `(hex, share)`, largest first.
        stored: the same vector as the database keeps it, where that is another.
        encoder: name of the CLIP that made `vector`; empty where there is no vector.
    """

    image: Image.Image
    brief: Brief
    vector: Floats
    colors: tuple[tuple[str, float], ...]
    stored: Floats | None = None
    encoder: str = ""

    def once(self, what: str, work: Callable[[], Result]) -> Result:
        """Return what `work` gives, done once for each picture: several scorers share steps."""
        if what not in self._done:
            self._done[what] = work()
        return cast(Result, self._done[what])

    @cached_property
    def _done(self) -> dict[str, object]:
        return {}

    @property
    def look(self) -> Floats:
        """The vector to compare with stored ones."""
        return self.vector if self.stored is None else self.stored

    @cached_property
    def lab(self) -> NDArray[np.float32]:
        """The picture in OKLab, longest side `WORK_PX` at most, shape `(height, width, 3)`."""
        small = self.image.convert("RGB")
        small.thumbnail((WORK_PX, WORK_PX), Image.Resampling.BOX)
        return levels_to_oklab(np.asarray(small))

    @cached_property
    def planes(self) -> NDArray[np.float32]:
        """`lab` channel by channel, shape `(3, height, width)`: arithmetic on it is far quicker."""
        return np.ascontiguousarray(self.lab.transpose(2, 0, 1))


@dataclass(frozen=True)
class Measure:
    """What a scorer found.

    Attributes:
        value: 0 worst … 1 best.
        praise: a clause for a value that passes, such as `its edges are crisp`.
        blame: a clause for one that does not; the gate, not the scorer, knows its bounds.
        evidence: the numbers behind it.
    """

    value: float
    praise: str
    blame: str
    evidence: dict[str, Any] = field(default_factory=dict)


class Scorer(Protocol):
    """One measure of a picture.

    Attributes:
        name: the key in gates and in stored scores; also how a sentence names the value.
        version: changes whenever the same picture could get another value.
        title: heading on the review page.
        explains: one sentence: what a high value means.
        needs_vector: whether it reads the vectors of the scoring CLIP.
        more: comparative of a high value, as in “It is sharper than 80 % of this style.”
        less: comparative of a low one.
    """

    name: str
    version: str
    title: str
    explains: str
    needs_vector: bool
    more: str
    less: str

    def measure(self, picture: Picture) -> Measure | None:
        """Return the measure of one picture; `None` where there is nothing to measure it by."""
