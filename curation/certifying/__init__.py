"""What a gate must show before it publishes by itself, and what ends that. Pure: no database.

`bounds.py` counts, `sequence.py` chooses a threshold from labels, `looks.py` says when labels may
be looked at, `drift.py` watches the scores, `wager.py` the audits, `versions.py` the versions.
Rows are written by `curation/services/certifying.py` and `auditing.py`.
"""
