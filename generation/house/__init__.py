"""The house model: a small text-to-image model and a small CLIP that this project trained itself.

For: where the weights lie and what families of pictures they draw; imports no torch.
Not for: rendering (`pipeline.py`) or training (`training/`). Next: `families.py`,
`captions.py`, `pipeline.py`.
"""

from pathlib import Path

from generation.house.families import FAMILIES, FamilyInfo

WEIGHTS = Path(__file__).resolve().parent / "weights"
PIPELINE_DIR = WEIGHTS / "pipeline"
CLIP_DIR = WEIGHTS / "open_clip"

__all__ = ["CLIP_DIR", "FAMILIES", "PIPELINE_DIR", "WEIGHTS", "FamilyInfo"]
