"""A process that runs one cycle on a test database, to be killed: `… NAME_OF_DATABASE SLOT`."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]

import django  # noqa: E402

django.setup()

from catalog.autopilot.cycle import run_cycle  # noqa: E402

print("ready", flush=True)
run_cycle(slot=sys.argv[2], watch=lambda cycle: print(cycle.state, flush=True))
print("over", flush=True)
