"""How the shop sells: figures of a period, as plots with their numbers. Reads only.

`period.py` says which days, `figures.py` asks the database, `page.py` draws. No figure here names a
buyer.
"""
