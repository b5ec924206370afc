"""Backups: the database of one moment and every file it names, checked when they are read back.

A backup is a folder: `database.dump` (PostgreSQL's own format), `files/originals/…`,
`files/default/…`, `manifest.json` (rows of each table), `SHA256SUMS` (for `sha256sum -c`). It is
written beside its place and renamed when it is whole. `saving.py` makes one beside a working
factory; `restoring.py` reads one back into a database that nobody uses.
"""
