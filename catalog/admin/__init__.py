"""The shop in the admin: works, collections, terms, prices; orders and payments to look at only.

Writes go through `catalog/services`, so that search, versions and grants stay true.
"""

from catalog.admin import finding, orders, papers, signed, terms, texts, works

__all__ = ["finding", "orders", "papers", "signed", "terms", "texts", "works"]
