"""The inventory is complete: every column that says who somebody is has a fate."""

from django.apps import apps
from django.db import models

from genart.accounts.models import User
from genart.privacy.holdings import Fate
from genart.privacy.inventory import NOT_PERSONAL, holdings

TELLING = {
    "email", "bill_to", "vat_id", "vat_id_check", "country_evidence", "licensee", "address",
    "ip", "visitor", "phone", "first_name", "last_name", "username", "claimant", "owner",
    "holder", "name_digest", "payload",
}  # fmt: skip
"""Names of columns that mostly hold something about a person."""


def personal_columns() -> set[str]:
    """Return every column that refers to a person, or looks as if it told of one."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            refers = field.is_relation and field.related_model is User
            telling = isinstance(field, models.EmailField) or field.name in TELLING
            if refers or telling:
                found.add(f"{model._meta.label}.{field.name}")
    return found


def declared() -> set[str]:
    return {
        f"{holding.table._meta.label}.{column}"
        for holding in holdings()
        for column in (*holding.columns, *holding.blanks)
    }


def test_every_column_about_a_person_has_a_fate():
    missing = personal_columns() - declared() - NOT_PERSONAL.keys()

    # Columns of one row go together: a table that goes whole needs no entry for each column.
    whole = {h.table._meta.label for h in holdings() if h.fate is Fate.DELETE}
    missing = {name for name in missing if name.rpartition(".")[0] not in whole}
    assert missing == set(), "say in genart/privacy/inventory/ what becomes of them"


def test_every_entry_is_a_column():
    for holding in holdings():
        columns = {field.name for field in holding.table._meta.get_fields()}
        for column in (*holding.columns, *holding.blanks, *holding.hides, *holding.files):
            assert column in columns, f"{holding.name}: {column}"
    for entry in NOT_PERSONAL:
        label, _dot, column = entry.rpartition(".")
        assert apps.get_model(label)._meta.get_field(column)


def test_names_of_files_in_the_archive_are_each_used_once():
    names = [holding.name for holding in holdings()]
    assert len(names) == len(set(names))


def test_no_archive_shows_a_secret():
    secrets = ("secret", "password", "digest", "sha256", "public_key", "sealed_secret")
    for holding in holdings():
        for field in holding.table._meta.concrete_fields:
            if field.name in secrets or field.name.endswith("_digest"):
                is_hash_of_a_file = holding.table._meta.label in (
                    "generation.ControlImage", "generation.Checkpoint", "catalog.OutletExport",
                )  # fmt: skip
                assert field.name in holding.hides or is_hash_of_a_file, (holding.name, field.name)
