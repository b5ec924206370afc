"""Data of earlier releases comes forward: read back from a backup, migrated, and nothing is lost.

`upgrade/make_backup.py` made the data, at the release, through the verbs of that time.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.test import Client
from psycopg import sql

from catalog.models import Artwork, Grant, Invoice, Refund
from catalog.papers.invoice_pdf import invoice_pdf
from curation.models import Decision
from genart.accounts.models import User
from genart.backup.programs import run
from genart.backup.restoring import restore
from genart.backup.saving import parameters_of_connection
from genart.integrity import violations
from generation.models import Job, Render
from tests.conftest import signed_in
from tests.genart.upgrade.databases import other_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HERE = Path(__file__).parent / "upgrade"
RELEASES = sorted(path.name for path in HERE.glob("release-*"))
MAY_CHANGE = {
    "django_migrations": "tells which migrations ran",
    "django_content_type": "new tables add rows; old ones keep theirs, looked at below",
    "auth_permission": "new tables add rows",
}
"""Tables that a migration writes to, so that their rows are compared as a part of the new ones."""
CHANGED: dict[str, str] = {}
"""Columns (`table.column`) whose values a migration changes on purpose, each with the reason."""
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=RELEASES)
def release(request) -> Path:
    return HERE / request.param


def everything() -> Rows:
    """Return every row of every table, as text, in the order of the whole row."""
    found: Rows = {}
    with psycopg.connect(**parameters_of_connection()) as session:
        tables = session.execute(
            "SELECT table_name, array_agg(column_name::text ORDER BY column_name)"
            " FROM information_schema.columns WHERE table_schema = 'public' AND table_name IN"
            " (SELECT tablename FROM pg_tables WHERE schemaname = 'public') GROUP BY 1"
        ).fetchall()
        for table, columns in tables:
            parts = sql.SQL(", ").join(
                sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns
            )
            query = sql.SQL("SELECT {} FROM {}").format(parts, sql.Identifier(table))
            rows = session.execute(query).fetchall()
            found[table] = [dict(zip(columns, row, strict=True)) for row in rows]
    return found


def lost(before: Rows, after: Rows) -> Iterator[str]:
    """Yield every row of before that is not there afterwards with the same values."""
    for table, rows in before.items():
        if table not in after:
            yield f"{table}: the table is gone"
            continue
        columns = set(rows[0]) & set(after[table][0]) if rows and after[table] else set()
        columns -= {name.partition(".")[2] for name in CHANGED if name.startswith(f"{table}.")}
        left = [tuple(sorted((c, row[c]) for c in columns)) for row in after[table]]
        for row in rows:
            wanted = tuple(sorted((c, row[c]) for c in columns))
            if not columns or wanted not in left:
                yield f"{table}: {row}"
            else:
                left.remove(wanted)
        if left and table not in MAY_CHANGE:
            yield f"{table}: {len(left)} rows came from nowhere"


def columns_gone(before: Rows, after: Rows) -> set[str]:
    return {
        f"{table}.{column}"
        for table, rows in before.items()
        if rows and after.get(table)
        for column in rows[0].keys() - after[table][0].keys()
    }


def test_there_is_data_of_a_release_in_every_table(release):
    rows = json.loads((release / "manifest.json").read_text())["rows"]
    empty = {table for table, count in rows.items() if not count}
    assert len(rows) > 80 and empty <= {"django_session"}


def test_nothing_is_lost_on_the_way_to_this_release(release, transactional_db):
    with other_database("upgrade_rows"):
        run("pg_restore", "--no-owner", "--no-privileges",
            f"--dbname={connection.settings_dict['NAME']}", release / "database.dump",
            parameters=parameters_of_connection())  # fmt: skip
        before = everything()
        call_command("migrate", interactive=False, verbosity=0)
        after = everything()

        assert sum(map(len, before.values())) > 300
        assert list(lost(before, after)) == []
        assert columns_gone(before, after) == set()
        call_command("migrate", check=True, verbosity=0)


def test_a_shop_of_that_release_works_on(release, transactional_db):
    with other_database("upgrade_shop"):
        connection.close()
        manifest = restore(release)
        assert Job.objects.count() == manifest["rows"]["generation_job"]

        buyer = User.objects.get(username="Zoë")
        work = Artwork.objects.filter(withdrawn_at=None, grants__buyer=buyer).first()
        visitor, owner = Client(), signed_in(buyer)
        assert visitor.get(work.get_absolute_url()).status_code == 200
        assert "Zoë" in owner.get("/accounts/").content.decode()
        assert work.title in owner.get("/library/").content.decode()
        grant = Grant.objects.filter(buyer=buyer, revoked_at=None).first()
        assert owner.get(f"/library/{grant.pk}/download/", follow=True).status_code == 200
        invoice = Invoice.objects.filter(order__buyer=buyer, kind="invoice").first()
        assert invoice.facts["buyer"]["lines"][0] == "Zoë Ångström"
        assert invoice_pdf(invoice).startswith(b"%PDF-")
        assert Refund.objects.count() == manifest["rows"]["catalog_refund"] > 0
        assert Decision.objects.count() == manifest["rows"]["curation_decision"]
        for render in Render.objects.filter(file__startswith="renders/"):
            assert storages["originals"].exists(render.file)
        assert [one for one in violations(only=["file.missing"]) if "né" not in one.subject] == []
