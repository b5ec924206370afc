"""Some hundred strange inputs, and the API against its description: in small what is measured.

Another seed than the measurement's, so that the two find different things.
"""

import pytest

from tests.bench.reliability import api, fuzz
from tests.fuzz.range import Tally
from tests.fuzz.shop import open_shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FEW = {"specs": 200, "pages": 150, "forms": 100, "uploads": 60, "bodies": 60, "messages": 60}


def test_no_strange_input_breaks_anything(broker: object) -> None:
    tally = Tally()
    broken = fuzz.shoot(tally, open_shop(), FEW, seed=3, pages=40)

    assert tally.hits == {}
    assert broken == set()
    assert tally.shots == FEW


def test_the_api_is_as_it_says(broker: object) -> None:
    seen = api.attack(open_shop().token, examples=1)

    assert seen.errors == []
    assert seen.failures == {}
    assert api.untouched(seen) == 0
