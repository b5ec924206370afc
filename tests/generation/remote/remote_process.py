"""A worker of the queue `remote` that can be killed: `python -m … DATABASE`."""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]

import django  # noqa: E402

django.setup()

from generation.remote import loop  # noqa: E402

if __name__ == "__main__":
    while True:
        loop.work_until_empty()
        time.sleep(0.05)
