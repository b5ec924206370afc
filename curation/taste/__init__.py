"""What a brand likes, learnt from its decisions, and how that is said in words.

`attributes.py` measures what people can name; `criteria.py` turns a brand's words and reference
pictures into values; `features.py` gathers both with the vector and the scores; `fit.py` learns
from decisions; `likelihood.py` judges one candidate. Rows are written by
`curation/services/brands.py` and `tasting.py` only.
"""
