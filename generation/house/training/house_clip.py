"""The scoring CLIP as it lies in a folder, with its inner stages, for what is fitted on it.

For: `probe.py`, and the evaluation that reads the probe. Not for: search and scores, which take the
CLIP of the settings (`genart/ml/clip.py`), or judging the denoiser (`evaluation/judge.py`).
"""

from pathlib import Path

import open_clip


class HouseClip:
    """An open_clip folder, loaded: its model and its preparation of pictures."""

    def __init__(self, folder: Path) -> None:
        self.model, self.preprocess = open_clip.create_model_from_pretrained(f"local-dir:{folder}")
        self.model.eval()
