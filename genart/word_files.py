"""The files of words: `genart/locale/<language>/LC_MESSAGES/django.po`, and `.mo` compiled of them.

Babel is a tool of development: the shop itself reads `.mo` files only.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from genart.lib.languages import ENGLISH, languages
from genart.words import Message, messages


def others() -> list[str]:
    """Return the languages that have a file."""
    return [code for code in languages() if code != ENGLISH]


def place_of(language: str, ending: str = "po") -> Path:
    """Return where the words of a language lie."""
    folder: Path = settings.LOCALE_PATHS[0]
    return folder / language / "LC_MESSAGES" / f"django.{ending}"


def read(language: str) -> Any:
    """Return the catalog of a language; an empty one where there is no file yet."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    place = place_of(language)
    if not place.is_file():
        return Catalog(locale=language, charset="utf-8")
    with place.open("rb") as file:
        return read_po(file, locale=language)


def renew(language: str, found: dict[Message, set[str]] | None = None) -> Any:
    """Return the catalog with every message that is found, in order, and none that is gone."""
    from babel.messages.catalog import Catalog

    old, new = read(language), Catalog(locale=language, charset="utf-8", fuzzy=False)
    for message, files in sorted((found or messages()).items(), key=lambda pair: str(pair[0])):
        known = old.get(message[0] if isinstance(message, tuple) else message)
        new.add(
            message,
            known.string if known else None,
            locations=[(name, None) for name in sorted(files)],
            flags=[flag for flag in known.flags if flag == "fuzzy"] if known else [],
        )
    new.creation_date = new.revision_date = old.creation_date if place_of(language).is_file() else 0
    return new


def written(catalog: Any) -> bytes:
    """Return a catalog as its file is written: without dates and lines, so that changes are few."""
    from babel.messages.pofile import write_po

    out = BytesIO()
    write_po(out, catalog, width=100, omit_header=False, include_lineno=False)
    dated = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator")
    lines = out.getvalue().decode().splitlines(keepends=True)
    kept = [line for line in lines if not any(name in line for name in dated)]
    return "".join(kept).encode()


def compiled(language: str) -> bytes:
    """Return what the shop reads of a language's words."""
    from babel.messages.mofile import write_mo

    out = BytesIO()
    write_mo(out, read(language))
    return out.getvalue()
