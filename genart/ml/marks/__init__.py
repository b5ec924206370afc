"""The marks network: where lettering and logos may stand in a picture, and which logo it is.

`networks.py` has its two small networks and loads them, `icons.py` the marks it learns from,
`composing.py` puts marks on pictures, `dataset.py` makes batches, `training.py` trains. It knows no
register and no candidate: `curation/compliance/markfinder/` asks it.
"""
