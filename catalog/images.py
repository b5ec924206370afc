"""Addresses of a work's derivatives, as templates and answers need them.

Only names are stored, so a change of the public storage needs no change of rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.files.storage import storages

from catalog.models import Artwork


@dataclass(frozen=True)
class Picture:
    """The derivatives of one work.

    Attributes:
        work: the listing.
    """

    work: Artwork

    @cached_property
    def urls(self) -> dict[str, dict[str, str]]:
        """Format → width → address, widths rising."""
        storage = storages["default"]
        return {
            kind: {width: storage.url(names[width]) for width in sorted(names, key=int)}
            for kind, names in self.work.derivatives.items()
        }

    @property
    def smallest(self) -> str:
        """Address of the smallest WebP."""
        return self._webp(min)

    @property
    def largest(self) -> str:
        """Address of the largest WebP."""
        return self._webp(max)

    @property
    def largest_size(self) -> tuple[int, int]:
        """Width and height in pixels of the largest WebP; those of the original where none is."""
        widths = self.work.derivatives.get("webp", {})
        width = max(map(int, widths), default=self.work.width_px)
        return width, round(self.work.height_px * width / self.work.width_px)

    @property
    def avif_middle(self) -> str:
        """Address of an AVIF of middling width, for who cannot choose."""
        found = list(self.urls.get("avif", {}).values())
        return found[len(found) // 2] if found else ""

    @property
    def avif_srcset(self) -> str:
        """`srcset` of the AVIF files."""
        return self._srcset("avif")

    @property
    def webp_srcset(self) -> str:
        """`srcset` of the WebP files."""
        return self._srcset("webp")

    def _webp(self, choose: Callable[..., str]) -> str:
        """Return the address of the WebP of one width; asked for by many works of a page."""
        names = self.work.derivatives.get("webp", {})
        return storages["default"].url(names[choose(names, key=int)]) if names else ""

    def _srcset(self, kind: str) -> str:
        return ", ".join(f"{url} {width}w" for width, url in self.urls.get(kind, {}).items())

    @staticmethod
    def absolute(url: str) -> str:
        """Return an address with the shop's host, where it has none."""
        return url if url.startswith("http") else settings.SITE_URL + url


def picture_of(work: Artwork) -> Picture:
    """Return the derivatives of a work."""
    return Picture(work)
