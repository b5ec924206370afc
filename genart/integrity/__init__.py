"""What must be true of the rows and files of a factory, whatever broke meanwhile: `violations()`.

Each rule is a plain query in a file named for what it is about, and an entry in `rules.RULES`. Read
only: mending is the business of the sweeps, and of people where none can. Asked by
`manage.py check_integrity` and by the tests that break things on purpose (`tests/faults/`).
"""

from genart.integrity.rules import Rule, Violation, violations

__all__ = ["Rule", "Violation", "violations"]
