"""How bodies of the API are read: JSON objects, as the standard has them, and nothing near them.

Ninja's own reading takes anything that `json.loads` takes. A list or a word instead of an object
would then pass where every field has a default, and Python's JSON knows `NaN`, which neither the
standard nor PostgreSQL does.
"""

import json
from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny
from pydantic import AwareDatetime, BeforeValidator, StrictBool

WANTED = "Send the body as a JSON object."


class ObjectParser(Parser):
    """Reads JSON objects."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Return the object of a body.

        Raises:
            ValueError: it is no JSON, or no object; ninja answers 400.
        """
        found = json.loads(request.body, parse_constant=_refuse)
        if not isinstance(found, dict):
            raise ValueError(WANTED)
        return cast(DictStrAny, found)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON.")


def _written_out(value: Any) -> Any:
    """Return a moment as it came, unless it is a number: pydantic takes seconds since 1970.

    Raises:
        ValueError: it is a number.
    """
    text = str(value).strip()
    if text.lstrip("+-").replace(".", "", 1).isdigit():
        raise ValueError("Write the moment out, as in 2026-01-31T12:00:00Z.")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
"""A moment with its offset, as in `2026-01-31T12:00:00Z`."""
Flag = StrictBool
"""`true` or `false`, and not `1`, `"yes"` or `"0"`."""
