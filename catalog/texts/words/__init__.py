"""Words by language, data only: `english.py`, `german.py`, `french.py`; one module, one language.

Keep entries concrete: what a visitor would see. Every family of `catalog/texts/families.py` has
words in every language.
"""
