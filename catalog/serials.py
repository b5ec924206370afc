"""The serials of certificates, as people type them."""

import re

SERIAL = re.compile(r"GA-?([2-9A-HJ-NP-Z]{4})-?([2-9A-HJ-NP-Z]{4})-?([2-9A-HJ-NP-Z]{4})$")


def plain_serial(typed: str) -> str:
    """Return a serial as it is printed, whatever its case, spaces and dashes; empty if it is none.

    It is not looked up.
    """
    match = SERIAL.match("".join(typed.split()).upper())
    return "GA-" + "-".join(match.groups()) if match else ""
