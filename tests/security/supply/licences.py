"""Under which licences the installed packages are, and whether a shop may be built on them.

Served to nobody and never sold: a licence that asks for the source of what is linked to it (LGPL,
MPL) is met by installing the package as it is, from its own index. What asks for ours is refused.
"""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution

from tests.security.supply.installed import needed

TAKEN = re.compile(
    r"\b(MIT|MIT-0|MIT-CMU|BSD|0BSD|Apache|ISC|ISCL|PSF|PSFL|PSF-2\.0|Python Software Foundation"
    r"|Python-2\.0|MPL|Mozilla|Zlib|zlib|Unlicense|HPND|CC0|CC0-1\.0|Artistic|LGPL|LGPLv3\+"
    r"|Lesser General Public|PostgreSQL|BSL-1\.0|Boost|CNRI-Python|OFL-1\.1|libpng|NCSA)\b"
)
REFUSED = re.compile(
    r"\b(AGPL|Affero|GPL|GPLv2|GPLv3|SSPL|BUSL|Commons Clause|Proprietary|NonCommercial|CC-BY-NC)\b"
)
REASONED = {
    "nvidia-": "CUDA's runtime: redistributable under NVIDIA's terms, for machines with a GPU",
    "cuda-": "CUDA's runtime and its bindings, as above",
    "text-unidecode": "Artistic or GPL, by choice: Artistic; a tool of the browser tests' library",
    "axe-playwright-python": "says MIT in its repository and nothing in its metadata; tests only",
}
"""Beginning of a name → why a package without a clear licence, or with a refused one, is taken."""


def said_by(found: Distribution) -> str:
    """Return what a package says of its licence: its expression, else classifiers, else words."""
    about = found.metadata
    if expression := about.get("License-Expression"):
        return str(expression)
    lines = [line for line in about.get_all("Classifier") or () if line.startswith("License ::")]
    classes = [line.rsplit("::", 1)[-1].strip() for line in lines]
    if clear := [name for name in classes if name != "OSI Approved"]:
        return "; ".join(clear)
    words = str(about.get("License") or "").strip()
    return words.split("\n")[0][:120] or _first_line(found)


def _first_line(found: Distribution) -> str:
    """Return what the licence file in a package begins with."""
    for file in found.files or ():
        if re.search(r"(?i)(^|/)licen[cs]e[^/]*$", str(file)):
            text = file.locate().read_text(errors="replace") if file.locate().is_file() else ""
            return " ".join(text.split())[:160]
    return ""


def verdict(said: str) -> str:
    """Return `taken`, `refused` or `unclear` for what a package says; a choice takes the better."""
    choices = re.split(r"\bOR\b", said) if " OR " in said else [said]
    if any(TAKEN.search(part) and not REFUSED.search(part) for part in choices):
        return "taken"
    return "refused" if REFUSED.search(said) else "unclear"


def faults() -> Iterator[str]:
    """Yield a line for each package whose licence is not taken and has no reason."""
    for name, found in sorted(needed("dev").items()):
        said = said_by(found)
        result = verdict(said)
        reasoned = any(name.startswith(start) and reason for start, reason in REASONED.items())
        if result != "taken" and not reasoned:
            yield f"{name} {found.version}: {result} ({said or 'says nothing'})"
