"""What a detector gets and what it gives.

A detector is one small class with a name, a version and words for people. It looks at one picture
and says what it found: evidence, never a verdict. It may read registers and writes nothing. What
it raises is noted as its failure, and holds the picture until it works again: a picture is neither
published nor refused while a detector that applies to it has not run.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generation.models import Render

Floats = NDArray[np.float32]
Severity = Literal["hold", "block"]


@dataclass(frozen=True, eq=False)
class Subject:
    """One finished picture as detectors see it.

    Attributes:
        image: RGB, original size.
        render: what it was made from; job, style version and checkpoint are loaded.
        vector: unit image vector of the scoring CLIP; `None` where it could not be had.
        signature: see `curation/fingerprint.py`; `None` where it could not be had.
    """

    image: Image.Image
    render: Render
    vector: Floats | None = None
    signature: Floats | None = None

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The picture as `(height, width, 3)` sRGB bytes."""
        return np.asarray(self.image.convert("RGB"))


@dataclass(frozen=True)
class Finding:
    """Something held against a picture.

    Attributes:
        kind: a value of `Flag.Kind`, the closed list.
        detector: `name@version` of who found it.
        severity: `hold` sends it to a person, `block` refuses it.
        message: a sentence that says what was found, at most 300 characters.
        score: 0 … 1, how sure the detector is; `None` where it has no measure.
        box: left, top, width, height in shares of the picture, or `None`.
        mark_id: the row of `Mark` that it matched.
        evidence: everything else behind it, as JSON.
    """

    kind: str
    detector: str
    severity: Severity
    message: str
    score: float | None = None
    box: tuple[float, float, float, float] | None = None
    mark_id: int | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ran:
    """That one detector looked: `outcome` is a value of `Check.Outcome`."""

    detector: str
    version: str
    outcome: Literal["clear", "found", "failed", "skipped"]
    message: str = ""
    took_ms: float = 0.0


class Detector(Protocol):
    """One thing to look for.

    Attributes:
        name: key of its checks, for example `wordmarks`.
        version: changes whenever the same picture could get another finding.
        title: heading on the review page.
        explains: one sentence: what it looks for.
    """

    name: str
    version: str
    title: str
    explains: str

    def skips(self, subject: Subject) -> str:
        """Return why it does not apply to a picture, or an empty string where it does."""

    def inspect(self, subject: Subject) -> list[Finding]:
        """Return what was found; raise where it could not look."""
