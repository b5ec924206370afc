"""The files of words: `genart/locale/<language>/LC_MESSAGES/django.po`, and `.mo` compiled of them.

Babel is a tool of development: the shop itself reads `.mo` files only. Files hold no dates, so that
the same words are the same bytes.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from genart.lib.languages import ENGLISH, languages
from genart.words import Message, messages

HEADER = "# Words of the shop; `manage.py words` keeps this file."


def others() -> list[str]:
    """Return the languages that have a file."""
    return [code for code in languages() if code != ENGLISH]


def place_of(language: str, ending: str = "po") -> Path:
    """Return where the words of a language lie."""
    folder: Path = settings.LOCALE_PATHS[0]
    return folder / language / "LC_MESSAGES" / f"django.{ending}"


def read(language: str) -> Any:
    """Return the catalog of a language; an empty one where there is no file yet."""
    from babel.messages.pofile import read_po

    place = place_of(language)
    if not place.is_file():
        return empty(language)
    with place.open("rb") as file:
        return read_po(file, locale=language)


def empty(language: str) -> Any:
    """Return a catalog without messages, whose header says what readers need and no dates."""
    from babel.messages.catalog import Catalog

    class Plain(Catalog):
        @property  # type: ignore[misc]  # nobody sets it
        def mime_headers(self) -> list[tuple[str, str]]:
            return [
                ("Language", language),
                ("Plural-Forms", self.plural_forms),
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Transfer-Encoding", "8bit"),
            ]

    return Plain(locale=language, charset="utf-8", header_comment=HEADER, fuzzy=False)


def renew(language: str, found: dict[Message, set[str]] | None = None) -> Any:
    """Return the catalog with every message that is found, in order, and none that is gone."""
    old, new = read(language), empty(language)
    for message, files in sorted((found or messages()).items(), key=lambda pair: str(pair[0])):
        known = old.get(message[0] if isinstance(message, tuple) else message)
        new.add(
            message,
            known.string if known else None,
            locations=[(name, None) for name in sorted(files)],
            flags=[flag for flag in known.flags if flag == "fuzzy"] if known else [],
        )
    return new


def written(catalog: Any) -> bytes:
    """Return a catalog as its file is written."""
    from babel.messages.pofile import write_po

    out = BytesIO()
    write_po(out, catalog, width=100, include_lineno=False)
    return out.getvalue()


def compiled(language: str) -> bytes:
    """Return what the shop reads of a language's words."""
    from babel.messages.mofile import write_mo

    out, catalog = BytesIO(), empty(language)
    for message in read(language):
        if message.id:
            catalog.add(message.id, message.string, flags=message.flags)
    write_mo(out, catalog)
    return out.getvalue()
