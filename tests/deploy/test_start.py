"""The one place where processes are started."""

import re
import subprocess

import pytest
from django.conf import settings

from tests.deploy.variables import DEPLOY, ROLES

START = DEPLOY / "start.sh"


def test_every_queue_has_a_worker():
    served = re.findall(r"\) worker .*?\d\S* ([a-z ]+?) ;;", START.read_text())
    served += re.findall(r'REMOTE_THREADS:-8}" (remote) ;;', START.read_text())
    assert set(" ".join(served).split()) == set(settings.TASK_QUEUES)


def test_every_role_is_known():
    assert set(re.findall(r"^([a-z]+)\)", START.read_text(), re.MULTILINE)) == ROLES


@pytest.mark.parametrize("words", [[], ["everything"]])
def test_an_unknown_role_is_refused_with_what_there_is(words):
    done = subprocess.run([START, *words], capture_output=True, text=True)
    assert done.returncode == 64
    assert "web | render | remote" in done.stderr
