"""Who is drawn at random: the same picture gets the same draw however often it is asked.

The draw depends on the factory's secret key, so that nobody can tell beforehand which picture will
be audited, and choose.
"""

from django.utils.crypto import salted_hmac

SALT = "genart.curation.drawing"


def chance(purpose: str, key: object) -> float:
    """Return a number of 0 … 1, evenly spread over keys, always the same for one purpose and key.

    A picture is drawn with the propensity `share` where this is less than `share`.
    """
    digest = salted_hmac(SALT, f"{purpose}/{key}", algorithm="sha256").digest()
    return int.from_bytes(digest[:7], "big") / 2**56
