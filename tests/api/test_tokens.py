"""Tokens: who a program is, and what it may do."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from genart.accounts.models import ApiToken
from genart.accounts.services import create_token, ensure_roles, use_token
from genart.lib.errors import InvalidInput


def test_only_the_hash_of_a_secret_is_kept(buyer):
    token, secret = create_token(user=buyer, scopes=["jobs:read"])

    assert token.sha256 == ApiToken.digest(secret)
    assert secret not in str(ApiToken.objects.values().get())
    assert use_token(secret=secret) == token


def test_a_revoked_token_and_one_of_an_inactive_user_open_nothing(buyer):
    token, secret = create_token(user=buyer, scopes=["jobs:read"])
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
    assert use_token(secret=secret) is None

    _token, other = create_token(user=buyer, scopes=["jobs:read"])
    buyer.is_active = False
    buyer.save()
    assert use_token(secret=other) is None


def test_an_unknown_scope_is_refused_and_nothing_written(buyer):
    with pytest.raises(InvalidInput, match="jobs:fly is none"):
        create_token(user=buyer, scopes=["jobs:read", "jobs:fly"])
    assert not ApiToken.objects.exists()


def test_the_command_prints_a_secret_that_works(buyer, capsys):
    call_command("create_token", "buyer", "--scope", "jobs:write", "--scope", "jobs:read")

    found = use_token(secret=capsys.readouterr().out.strip())
    assert found.user == buyer
    assert found.scopes == ["jobs:read", "jobs:write"]


def test_the_command_names_a_user_it_does_not_know(db):
    with pytest.raises(CommandError, match="no user named nobody"):
        call_command("create_token", "nobody", "--scope", "jobs:write")


def test_roles_are_made_once_and_give_their_permissions(curator):
    ensure_roles()

    assert curator.has_perm("generation.add_job")
    assert curator.has_perm("curation.review")
    assert curator.groups.count() == 2
