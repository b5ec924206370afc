"""Made-up works in any number, to measure the shop with: rows only, no pictures.

Nothing here is for sale in earnest. `plan.py` draws what each work is, `copying.py` writes it;
`manage.py load_synthetic_artworks` is the way in.
"""
