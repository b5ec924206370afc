"""Are migrations such that nobody notices them? Checked before they are released.

While a release is rolled out, the old one works on beside the new tables: it must be able to read
and to write them. And no statement may hold a lock on a large table for longer than a moment.

    releases.py    which migrations are released, and are left alone
    tables.py      which tables are large
    changes.py     rules over Django's operations: columns, indexes, constraints, removals
    statements.py  rules over SQL, written by hand or made by Django
    linting.py     walks what is not released yet
    exceptions.py  what was looked at and is well, each with the reason

`manage.py lint_migrations` is a step of `make check`. That a migration gives up instead of waiting
for a lock, and is tried again, is the business of `manage.py migrate`.
"""
