"""How near a picture is to what was asked for: palette, shares, layout, density, size.

`measure` looks at the pixels and gives distances, 0 as asked … 1 as far as can be. `outside` says
which of them the render's tolerances do not allow, and `reseeding.py` what follows. Nothing here
judges whether a picture is good (that is `curation`), and nothing needs torch.

`features.py` and `palette.py` look; `calibration.py` reads what layout and density a house family
shows by numbers that were fitted to the painters' pictures, whose layout and density are known.
"""

from generation.adherence.measuring import VERSION, measure
from generation.adherence.seeds import next_seed
from generation.adherence.tolerances import outside

__all__ = ["VERSION", "measure", "next_seed", "outside"]
