"""The shop in the admin: works, collections, terms, prices; orders and payments to look at only.

Writes go through `catalog/services`, so that search, versions and grants stay true.
"""

from catalog.admin import orders, papers, signed, terms, works

__all__ = ["orders", "papers", "signed", "terms", "works"]
