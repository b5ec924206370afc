"""The words that buyers read: found in templates and code, and kept in `genart/locale/`.

`manage.py words` brings the catalogs up to date and compiles them; it needs Babel, and no tools of
the system. What is found here is what a test asks to be translated, so nothing is forgotten.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template.base import Lexer, Token, TokenType

from catalog.checkout.countries import COUNTRIES
from catalog.defaults import LICENCES, PACKS
from catalog.models import Artwork, Invoice
from genart.privacy.holdings import Fate
from genart.privacy.inventory import holdings
from genart.privacy.models import DataRequest
from genart.retention.rules import rules
from generation.defaults import FAMILIES, PALETTES

Message = str | tuple[str, str]
"""A sentence, or its singular and plural."""
TEMPLATES = ("base.html", "4*.html", "5*.html", "error.html", "ui/*", "flags/*", "privacy/*",
             "accounts/**/*", "catalog/*", "catalog/mail/*", "catalog/demand/*")  # fmt: skip
STAFF_TEMPLATES = ("catalog/ui.html", "catalog/llms.txt", "catalog/artwork.md")
CODE = ("catalog", "genart/accounts", "genart/flags", "genart/lib", "genart/privacy",
        "genart/retention", "genart/templatetags", "genart/admission.py",
        "genart/unavailable.py")  # fmt: skip
STAFF_CODE = ("admin", "autopilot", "outlets", "dashboard", "synthetic", "management", "migrations")
MARKS = {"gettext", "gettext_lazy", "gettext_noop", "_"}
ERRORS = {"Gone", "InvalidInput", "LimitReached", "LinkEnded", "NotAllowed", "NotFound", "NotFresh",
          "StateConflict", "TooManyTries", "TooOften", "Unavailable"}  # fmt: skip
"""Errors translate the sentence they are made with; see `genart/lib/errors.py`."""
IN_TAG = re.compile(r"""\b_\(("[^"]*"|'[^']*')\)""")
TRANSLATE = re.compile(r"""translate ("[^"]*"|'[^']*')""")


def messages() -> dict[Message, set[str]]:
    """Return every message with the files that have it."""
    found: dict[Message, set[str]] = {}
    for path in templates():
        for message in of_template(path.read_text()):
            found.setdefault(message, set()).add(path.relative_to(settings.BASE_DIR).as_posix())
    for path in code():
        for message in of_code(path.read_text()):
            found.setdefault(message, set()).add(path.relative_to(settings.BASE_DIR).as_posix())
    for word in of_rows():
        found.setdefault(word, set()).add("rows")
    return found


def of_rows() -> Iterator[str]:
    """Yield what a new shop brings along in its rows, and fixed values that pages show."""
    for terms in LICENCES:
        yield from (terms.name, terms.summary, *terms.allows, *terms.forbids)
    yield from (pack[1] for pack in PACKS)
    yield from (family.name for family in FAMILIES.values() if family.sellable)
    yield from (palette.name for palette in PALETTES.values())
    yield from (name for _code, name in COUNTRIES)
    yield from (value.capitalize() for value in Artwork.Orientation.values)
    yield from Invoice.Kind.labels
    yield from DataRequest.State.labels
    yield from ("search", "style", "collection", "work")  # `catalog/suggestions.py`
    for holding in holdings():
        if holding.fate is not Fate.NUMBER or not holding.why.startswith("as the studio"):
            yield from (holding.title, holding.why, holding.fate.value)
    for rule in rules():
        yield from (rule.what, rule.kept, rule.why)


def templates() -> list[Path]:
    """Return the templates of pages and mails that buyers see."""
    root = settings.BASE_DIR / "templates"
    found = {path for pattern in TEMPLATES for path in root.glob(pattern) if path.is_file()}
    return sorted(found - {root / name for name in STAFF_TEMPLATES})


def code() -> list[Path]:
    """Return the modules whose sentences buyers read."""
    places = [settings.BASE_DIR / name for name in CODE]
    paths = [
        path for place in places for path in (place.rglob("*.py") if place.is_dir() else [place])
    ]
    return sorted(path for path in paths if not set(STAFF_CODE) & set(path.parts))


def of_template(source: str) -> Iterator[Message]:
    """Yield the messages of a template's source."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in (TokenType.BLOCK, TokenType.VAR):
            continue
        yield from (ast.literal_eval(text) for text in IN_TAG.findall(token.contents))
        if token.contents.startswith("blocktranslate"):
            yield _block(tokens)
        elif match := TRANSLATE.match(token.contents):
            yield match[1][1:-1]


def _block(tokens: Iterator[Token]) -> Message:
    """Return the message of a block, whose opening tag has been read."""
    parts = [""]
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            parts[-1] += token.contents.replace("%", "%%")
        elif token.token_type == TokenType.VAR:
            parts[-1] += f"%({token.contents.strip()})s"
        elif token.contents.startswith("plural"):
            parts.append("")
        else:
            break
    return parts[0] if len(parts) == 1 else (parts[0], parts[1])


def of_code(source: str) -> Iterator[Message]:
    """Yield the messages of a module's source: what is marked, and the sentences of errors."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        texts = [arg.value for arg in node.args[:2]
                 if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]  # fmt: skip
        if name == "ngettext" and len(texts) == 2:
            yield texts[0], texts[1]
        elif (name in MARKS or name in ERRORS) and texts and node.args[0].__class__ is ast.Constant:
            yield texts[0]
