"""Typed readers of the environment for `genart/settings.py`, and nothing else.

A wrong value stops the start with the variable's name and what it should be. Each variable may
also be given as `NAME_FILE`, the path of a file that holds the value (for mounted secrets).
Variables are also read once from a `.env` file beside `manage.py`; the real environment wins.
"""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def load_dotenv(path: Path) -> None:
    """Add the `NAME=value` lines of `path` to the environment where NAME is not yet set."""
    if not path.is_file():
        return
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator:
            raise ImproperlyConfigured(f"{path.name}, line {number}: write NAME=value.")
        os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def text(name: str, default: str = "") -> str:
    """Return the variable's text, or the content of the file that `NAME_FILE` points to.

    An empty variable counts as not set.
    """
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name, "").strip() or default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: cannot read {file}: {error.strerror}.") from error


def flag(name: str, default: bool) -> bool:
    """Return a yes/no variable."""
    value = text(name, "1" if default else "0").lower()
    if value in TRUE or value in FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole number between `least` and `most`, both included."""
    value = text(name, str(default))
    try:
        result = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if result < least or (most is not None and result > most):
        upper = f" and at most {most}" if most is not None else ""
        raise ImproperlyConfigured(f"{name} must be at least {least}{upper}, not {result}.")
    return result


def names(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def rates(name: str) -> dict[str, int]:
    """Return rates in basis points by country, written as `EE=2400, FI=2550`."""
    result = {}
    for pair in names(name):
        country, separator, value = (part.strip() for part in pair.partition("="))
        if not (separator and len(country) == 2 and value.isdecimal() and int(value) <= 10_000):
            raise ImproperlyConfigured(f"{name} must be written as in EE=2400, not {pair!r}.")
        result[country.upper()] = int(value)
    return result


def choice(name: str, default: str, allowed: set[str]) -> str:
    """Return one of the allowed words."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}.")
    return value


def choices(name: str, default: str, allowed: set[str]) -> list[str]:
    """Return a comma-separated list of allowed words, at least one, each once, in their order."""
    values = list(dict.fromkeys(names(name, default)))
    if not values or not set(values) <= allowed:
        raise ImproperlyConfigured(f"{name} must be some of {', '.join(sorted(allowed))}.")
    return values


def url(name: str, default: str, schemes: set[str]) -> str:
    """Return a URL whose scheme is one of `schemes`, or the default when the variable is empty."""
    value = text(name) or default
    if value and value.partition("://")[0] not in schemes:
        allowed = " or ".join(f"{scheme}://…" for scheme in sorted(schemes))
        raise ImproperlyConfigured(f"{name} must start with {allowed}, not {value!r}.")
    return value


def matching(name: re.Pattern[str]) -> dict[str, str]:
    """Return what the variables whose names match hold, those given as `NAME_FILE` included."""
    named = {key.removesuffix("_FILE") for key in os.environ if name.search(key)}
    return {key: text(key) for key in sorted(named)}
