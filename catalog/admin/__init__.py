"""The shop in the admin: works, collections, terms, prices; orders, bundles, redirects.

Writes go through `catalog/services`, so that search, versions and grants stay true.
"""

from catalog.admin import (
    collections,
    finding,
    orders,
    outlets,
    papers,
    pricing,
    redirects,
    signed,
    terms,
    texts,
    works,
)

__all__ = [
    "collections",
    "finding",
    "orders",
    "outlets",
    "papers",
    "pricing",
    "redirects",
    "signed",
    "terms",
    "texts",
    "works",
]
