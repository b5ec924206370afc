"""VAT on digital goods by the buyer's country: which scheme, which rate, which cents.

`assess` says what applies to a buyer, `split` what that makes of a price, `split_lines` of several.
Rates are in `rates.py`, places in `territories.py`, what points to a country in `evidence.py`, VAT
numbers in `vat_ids.py` and, asked of VIES, in `vies.py`. Nothing here knows orders.

`assess` may ask VIES, which takes up to some seconds: call it outside of locks. Answers are kept
for a day, so that a form which asked first makes the order's own question free.
"""

from catalog.tax.amounts import Amounts, split, split_lines
from catalog.tax.assessment import Assessment, assess

__all__ = ["Amounts", "Assessment", "assess", "split", "split_lines"]
