"""One lab for the whole run; collected only by `make test-distributed`."""

import os
from collections.abc import Iterator

import pytest

from tests.distributed.lab import Lab

collect_ignore_glob = [] if os.environ.get("GENART_DISTRIBUTED") else ["test_*.py"]


@pytest.fixture(scope="session")
def whole_lab() -> Iterator[Lab]:
    """Start everything once."""
    made = Lab()
    try:
        made.start()
        yield made
    except BaseException:
        print(made.explain())
        raise
    finally:
        made.stop()


@pytest.fixture
def lab(whole_lab: Lab, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """The lab, with every cable in its place; the ends of its logs are shown after a failure."""
    failed_before = request.session.testsfailed
    yield whole_lab
    for host in whole_lab.hosts.values():
        host.heal()
    if request.session.testsfailed > failed_before:
        print(whole_lab.explain())
