"""How alike the pictures of a series are, and which of them do not belong.

`likeness.py` is the mathematics, `looks.py` turns pictures into vectors, `measuring.py` puts both
together for a job, `reopening.py` lets an outlier be made anew. The verbs are in
`generation/services/consistency.py`; what is sold or approved already is never touched.
"""
