"""Training of the house model from pictures that this project draws itself.

For: `manage.py train_house` and `python -m generation.house.training`. Not for: rendering.
Next: `tokenizer.py`, `dataset.py`, `denoiser.py`, `clip.py`, `grid.py`, `card.py`.
"""
