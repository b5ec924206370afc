"""A person's own data: all of it in one archive, and all of it gone, as far as the law lets it go.

    inventory/   which rows of which table are about a person, why, and what becomes of them
    services/    requests.py (asked, taken back), exporting.py (the archive), erasing.py (the end)
    views.py     the page of one's own data

The inventory is complete by a test: a new table that refers to a person, or a new column that holds
an address, fails it until somebody has written down what becomes of it.
"""
