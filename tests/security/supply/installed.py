"""What genart needs, as it is installed: with everything that that needs in turn."""

from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = "genart"


def needed(*extras: str) -> dict[str, Distribution]:
    """Return the distributions behind genart with these extras, by their canonical names.

    What another platform would need is left out, as is what is not installed.
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(ROOT, extra) for extra in ("", *extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        for text in found[name].requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                key = canonicalize_name(wanted.name)
                waiting += [(key, more) for more in ("", *wanted.extras)]
    found.pop(ROOT, None)
    return found
