"""Addresses in several languages: `/de/cart/` is `/cart/` in German, and `/cart/` is English.

The address alone tells the language: no cookie, no header. So a page can be kept by any cache,
sent to a friend, and found by search engines. `reverse` and `{% url %}` write the addresses of
pages under `in_languages` in the language that is active, hence every link of a page stays in its
language. Django's own `i18n_patterns` would do the same, but only in the root's list of addresses,
where one app's pages for people and its files for programs stand together.
"""

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.urls import URLPattern, URLResolver
from django.utils.translation import get_language, override

ENGLISH = "en"
Told = TypeVar("Told")
Asked = ParamSpec("Asked")


def in_english(tell: Callable[Asked, Told]) -> Callable[Asked, Told]:
    """Have a function speak English: what is signed, stored or read by programs does."""

    @wraps(tell)
    def told(*args: Asked.args, **kwargs: Asked.kwargs) -> Told:
        with override(ENGLISH):
            return tell(*args, **kwargs)

    return told


def languages() -> dict[str, str]:
    """Return code → own name of the languages that pages can be had in, English first."""
    return dict(settings.LANGUAGES)


def language_now() -> str:
    """Return the code of the language that is being spoken."""
    code = (get_language() or ENGLISH).split("-")[0]
    return code if code in languages() else ENGLISH


def language_of(path: str) -> str:
    """Return the language that a path is in: `/fr/browse/` → `fr`, `/browse/` → `en`."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return first if first in languages() and first != ENGLISH else ENGLISH


def plain_path(path: str) -> str:
    """Return the English path of a page in any language."""
    language = language_of(path)
    rest = path if language == ENGLISH else path[len(language) + 1 :]
    return "/" + rest.lstrip("/")  # two strokes would name another host


def path_in(language: str, path: str) -> str:
    """Return a page's path in a language, from its path in any other."""
    return f"/{prefix_of(language)}".rstrip("/") + plain_path(path)


def every_language(path: str) -> dict[str, str]:
    """Return language → path of a page in it, and under `x-default` the English one: `hreflang`."""
    plain = plain_path(path)
    return {code: path_in(code, plain) for code in languages()} | {"x-default": plain}


def prefix_of(language: str) -> str:
    """Return what a language's paths begin with, without the first stroke; empty for English."""
    return "" if language == ENGLISH else f"{language}/"


class LanguagePrefix:
    """Matches the prefix of the language that is active, as `URLResolver` asks it to."""

    converters: dict[str, Any] = {}

    @property
    def regex(self) -> re.Pattern[str]:
        """The prefix as an expression: what `reverse` puts before the rest."""
        return re.compile(re.escape(str(self)))

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, Any]] | None:
        """Return the rest of a path in the language that is active."""
        prefix = str(self)
        return (path.removeprefix(prefix), (), {}) if path.startswith(prefix) else None

    def check(self) -> list[Any]:
        """Return what is wrong with it: nothing can be."""
        return []

    def describe(self) -> str:
        """Return how Django's messages call it."""
        return f"'{self}'"

    def __str__(self) -> str:
        return prefix_of(language_now())


def in_languages(*patterns: URLPattern | URLResolver) -> URLResolver:
    """Return addresses as they are in each language."""
    listed: Sequence[URLPattern | URLResolver] = list(patterns)
    return URLResolver(LanguagePrefix(), listed)  # type: ignore[arg-type]
