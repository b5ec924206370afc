"""What is kept how long: the rules, the sweep that holds to them, and the storage sweep.

    rules.py ─► services/forgetting.py   rows whose time is over are deleted or emptied
                services/superseding.py  files that were replaced go, their rows stay
                services/sweeping.py     files that no row names: noticed, parked, deleted

Periods are settings (`genart/periods.py`). What was removed, by which rule and when, is written
down before it is done (`models.Forgotten`). The same rules are told to people on the page of their
data (`genart/privacy/`).
"""
