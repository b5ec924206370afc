"""The shop in the admin: works, collections, terms, prices; orders, bundles, redirects.

Writes go through `catalog/services`, so that search, versions and grants stay true.
"""

from catalog.admin import (
    autopilot,
    collections,
    demand,
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
    "autopilot",
    "collections",
    "demand",
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
