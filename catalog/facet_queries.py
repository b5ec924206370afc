"""The addresses of the many choices of one facet: what they share is written once."""

from urllib.parse import quote_plus, urlencode

from catalog.listing import Listing


class FacetQueries:
    """Query strings of a listing with values of one facet added or taken away.

    Says what `Listing.toggled` says, for hundreds of values of a page.
    """

    def __init__(self, listing: Listing, facet: str) -> None:
        others = [pair for pair in listing.params.items() if pair[0] != facet]
        self.facet = facet
        self.own = set(getattr(listing, facet))
        self.before = urlencode([pair for pair in others if pair[0] < facet], safe=",")
        self.after = urlencode([pair for pair in others if pair[0] > facet], safe=",")

    def toggled(self, value: str) -> str:
        """Return the query string with a value added, or taken away where it is on."""
        values = ",".join(sorted(self.own ^ {value}))
        own = f"{self.facet}={quote_plus(values, safe=',')}" if values else ""
        return "&".join(part for part in (self.before, own, self.after) if part)
