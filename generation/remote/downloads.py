"""Fetches a picture that an answer gives by its address, without being sent elsewhere by it.

Only over https from an address of the open internet, or from the provider's own host, and no key is
sent along: `genart/lib/fetching.py`.
"""

from urllib.parse import urljoin

from genart.lib.errors import Unavailable
from genart.lib.fetching import NotVisited, fetch
from genart.lib.fetching_addresses import origin_of, shown, target_of
from generation.models import Provider
from generation.remote.http import LARGEST_ANSWER_BYTES
from generation.remote.types import Spoilt

DOWNLOAD_SECONDS = 60.0
TRIES = 3


def fetched(provider: Provider, url: str) -> bytes:
    """Return what lies at an address that a provider named. Costs nothing and may be repeated.

    Raises:
        Spoilt: the address may not be visited, or gives nothing; the picture is charged by now.
    """
    url = urljoin(provider.base_url, url)
    what = "cannot be fetched"
    for _try in range(TRIES):
        try:
            answer = fetch(
                url,
                limit_bytes=LARGEST_ANSWER_BYTES,
                timeout_seconds=DOWNLOAD_SECONDS,
                allow=[origin_of(provider.base_url)],
            )
        except NotVisited:
            raise Spoilt(
                f"{provider.name} names an address that is not visited: {shown(url)}."
            ) from None
        except Unavailable:
            continue
        if answer.status == 200:
            return answer.body
        what = f"answers {answer.status}"
    raise Spoilt(f"{shown(url)}, where the picture should be, {what}.")


def may_visit(provider: Provider, url: str) -> bool:
    """Return whether an address in an answer is the provider's own host, or open and encrypted."""
    try:
        target_of(url, [origin_of(provider.base_url)])
    except (NotVisited, Unavailable):
        return False
    return True
