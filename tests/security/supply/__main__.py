"""One step: `audit`, `licences`, `sbom` or `code`; prints what is wrong and ends with 1."""

import sys
from collections.abc import Iterator

from tests.security.supply import advisories, bom, code, licences


def sbom() -> Iterator[str]:
    """Write the bill of materials."""
    print(f"written: {bom.write()}")
    yield from ()


STEPS = {
    "audit": advisories.faults,
    "licences": licences.faults,
    "code": code.faults,
    "sbom": sbom,
}


def main() -> int:
    """Run the step that is named; return the exit status."""
    faults = list(STEPS[sys.argv[1]]())
    print(*faults, sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
