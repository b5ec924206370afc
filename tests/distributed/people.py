"""Make the people of the lab and print their keys as JSON: run on a host by `lab.py`."""

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genart.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.test import Client  # noqa: E402

from genart.accounts.models import ApiToken, User  # noqa: E402
from genart.accounts.services import create_token  # noqa: E402

GROUPS = {"curator": ["studio", "curators"], "buyer": []}


def main() -> None:
    """Print a token of each person with every scope, and a session of the curator."""
    keys = {}
    for name, groups in GROUPS.items():
        user = User.objects.create_user(name, f"{name}@example.com", os.urandom(12).hex())
        user.groups.set(Group.objects.filter(name__in=groups))
        _token, keys[name] = create_token(user=user, scopes=list(ApiToken.Scope.values), name="lab")
    browser = Client()
    browser.force_login(User.objects.get(username="curator"))
    name = settings.SESSION_COOKIE_NAME
    keys["cookie"] = f"{name}={browser.cookies[name].value}"
    print("KEYS " + json.dumps(keys))


main()
