"""What proves where a picture comes from and what a buyer may do with it.

`licence_facts.py` is the one place that says what a licence is; files, pages and papers repeat it.
`delivery.py` makes the file that a buyer gets.
"""
