"""What can be held against a picture, with evidence: findings, not verdicts.

A detector that fails holds the picture for a person: it never publishes and never rejects.
`duplicates.py` is the first detector; each further one is a file beside it.
"""
