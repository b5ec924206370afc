"""Licences by name, and how free each is. Pure; the algebra over chains is in `licences.py`."""

import re
from enum import IntEnum


class Freedom(IntEnum):
    """How free a licence is; the freedom of a chain is its smallest."""

    NON_COMMERCIAL = 0
    UNKNOWN = 1
    CONDITIONAL = 2
    RESTRICTED = 3
    PERMISSIVE = 4


WORDS = {
    Freedom.NON_COMMERCIAL: "does not allow sale",
    Freedom.UNKNOWN: "is not known here",
    Freedom.CONDITIONAL: "allows sale under conditions",
    Freedom.RESTRICTED: "allows sale, and forbids some uses",
    Freedom.PERMISSIVE: "allows sale",
}

KNOWN: dict[str, Freedom] = {
    **dict.fromkeys(
        [
            "apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "isc", "zlib", "cc0-1.0",
            "cc-by-4.0", "cc-by-3.0", "cc-by-2.0", "unlicense", "wtfpl", "0bsd", "bsl-1.0",
            "public-domain", "cdla-permissive-2.0", "own-work-of-this-project",
        ],
        Freedom.PERMISSIVE,
    ),
    **dict.fromkeys(
        [
            "openrail", "openrail-m", "openrail++", "openrail++-m", "creativeml-openrail-m",
            "bigscience-openrail-m", "bigscience-bloom-rail-1.0", "mitsua-openrail-m", "gemma",
            "gemma-terms", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "cc-by-sa-4.0",
            "cc-by-sa-3.0",
        ],
        Freedom.RESTRICTED,
    ),
    **dict.fromkeys(
        [
            "stabilityai-ai-community", "stabilityai-community", "stability-ai-community",
            "stability-community", "krea-2-community", "flux-kommunity-v1.0", "tencent-hunyuan",
            "tencent-hunyuan-community", "fair-ai-public-license-1.0-sd",
        ],
        Freedom.CONDITIONAL,
    ),
    **dict.fromkeys(
        [
            "flux-1-dev-non-commercial-license", "flux-dev-non-commercial-license", "flux.1-dev",
            "flux.2-dev", "flux-dev", "sdxl-turbo", "sai-nc-community", "nvidia-nscl-v2-custom",
            "stabilityai-non-commercial-research-community", "cc-by-nc-4.0", "cc-by-nc-sa-4.0",
            "cc-by-nc-nd-4.0", "cc-by-nc-3.0", "cc-by-nd-4.0",
            "fair-noncommercial-research-license",
        ],
        Freedom.NON_COMMERCIAL,
    ),
}  # fmt: skip
"""Licences by the names that model cards use. CC BY-ND forbids works that build on it. `RESTRICTED`
ones bind the user to a list of forbidden uses, or to share alike; `CONDITIONAL` ones end at a
revenue or need a registration, so a person has to record that the conditions are met."""

_FORBIDDING = re.compile(r"non-?commercial|(^|-)nc(-|$)|research-only|only-research|not-for-sale")


def spelled(name: str) -> str:
    """Return a licence's name as the table spells it: small, one hyphen between words."""
    return re.sub(r"[\s_,/()-]+", "-", name.strip().lower()).strip("-")


def freedom_of(name: str) -> Freedom:
    """Return how free a licence is, by its name; `UNKNOWN` for one that the table does not have."""
    name = spelled(name)
    if name in KNOWN:
        return KNOWN[name]
    shorter = re.sub(r"-(licen[cs]e|terms)(-agreement)?$", "", name)
    if shorter in KNOWN:
        return KNOWN[shorter]
    return Freedom.NON_COMMERCIAL if _FORBIDDING.search(name) else Freedom.UNKNOWN
