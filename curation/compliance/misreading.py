"""What it costs to read one word for another: letters that look alike are cheap. Pure."""

ALIKE = (
    *("o0", "oq", "il", "i1", "l1", "ij", "lt", "it", "tf", "ft", "s5", "b8", "g9", "g6", "z2"),
    *("ce", "co", "oe", "ae", "oa", "uv", "vy", "nm", "nh", "hb", "kr", "kx", "pr", "fr", "gq"),
    *("do", "rt", "nr", "uo", "yj", "yg", "e8", "ey", "ei", "ec", "ks", "mw", "b6", "a4"),
)
_ALIKE = {frozenset(pair) for pair in ALIKE}
ALIKE_COST = 0.5


def misreading(read: str, name: str, limit: float) -> float:
    """Return the cost of reading one for the other; more than `limit` is not measured further."""
    if abs(len(read) - len(name)) > limit:
        return limit + 1
    row = [float(at) for at in range(len(name) + 1)]
    for line, letter in enumerate(read, 1):
        before, row = row, [float(line)]
        for at, other in enumerate(name, 1):
            cost = _cost(letter, other)
            row.append(min(before[at] + 1, row[at - 1] + 1, before[at - 1] + cost))
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _cost(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    return ALIKE_COST if frozenset((letter, other)) in _ALIKE else 1.0
