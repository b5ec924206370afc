"""The enlarging network: `realesr-animevideov3-x4`, run by ncnn. Four times each side.

For: `tiles.py`, which feeds it. Not for: sizes. It was trained by the authors of Real-ESRGAN on
drawn pictures (Wang et al. 2021, BSD-3-Clause, `weights/LICENSE`): it keeps flat colour flat and
makes edges clean. The other networks of that family paint texture that nobody asked for.
"""

import hashlib
import os
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genart.lib.errors import Unavailable

Pixels = NDArray[np.float32]

WEIGHTS = Path(__file__).resolve().parent / "weights"
NAME, FACTOR = "realesr-animevideov3-x4", 4
REACH_PX = 18
"""How far a point's surroundings count: one pixel for each of the network's convolutions."""
SHA256 = {
    ".bin": "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d",
    ".param": "850a248e7c14c27e5bd8cf7265113a9441036a7db63963bb8aa5169d788a435e",
}
_loading = threading.Lock()


@cache
def _loaded(threads: int) -> Any:
    try:
        import ncnn
    except ImportError:
        raise Unavailable("Pictures cannot be enlarged here: install the package ncnn.") from None
    for ending, expected in SHA256.items():
        content = (WEIGHTS / f"{NAME}{ending}").read_bytes()
        if hashlib.sha256(content).hexdigest() != expected:
            raise Unavailable(f"{NAME}{ending} is not the file that belongs here: restore it.")
    network = ncnn.Net()
    network.opt.use_vulkan_compute = False
    network.opt.num_threads = threads
    network.opt.openmp_blocktime = 0  # threads that wait leave their core to others
    network.load_param(str(WEIGHTS / f"{NAME}.param"))
    network.load_model(str(WEIGHTS / f"{NAME}.bin"))
    return network


def enlarged(tile: Pixels, threads: int | None = None) -> Pixels:
    """Return a tile `(h, w, 3)` in 0..1 four times larger, in the same range.

    Raises:
        Unavailable: ncnn is not installed, or the weights are not those that belong here.
    """
    import ncnn

    with _loading:
        network = _loaded(threads or len(os.sched_getaffinity(0)))
    extractor = network.create_extractor()
    planes = np.ascontiguousarray(tile.transpose(2, 0, 1), dtype=np.float32)
    extractor.input("data", ncnn.Mat(planes).clone())  # a Mat alone does not keep its array alive
    _status, found = extractor.extract("output")
    return np.clip(np.array(found).transpose(1, 2, 0), 0, 1)
