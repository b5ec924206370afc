"""Evaluation of the house model: held-out requests, an independent judge, figures, a report.

For: `manage.py evaluate_house` and `make bench ONLY=house`. Not for: training or rendering.
Next: `running.py`, which lists the parts; `judge.py`, `requests.py`, `making.py`; `report.py`.
"""
