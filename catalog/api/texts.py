"""What listings say, in every language they are written in; mounted with the other routers."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from catalog import queries
from catalog.languages import chosen_language, languages_of, texts_of
from catalog.texts.categories import CATEGORIES, category_name
from genart.lib.errors import NotFound

router = Router(tags=["texts"])


class TextsOut(Schema):
    """The texts of a work in one language: the one asked for, or English where it has no other."""

    language: str
    title: str
    description: str
    alt_text: str
    tags: list[str]
    category: str
    category_name: str
    languages: list[str]


class CategoryOut(Schema):
    """A category, as it is called in one language."""

    slug: str
    name: str


@router.get("/artworks/{artwork_id}/texts", response=TextsOut, summary="Texts of one work")
def get_texts(
    request: HttpRequest, response: HttpResponse, artwork_id: UUID, lang: str = ""
) -> dict[str, Any]:
    """Return what a work says, in the language of `lang`, else of `Accept-Language`.

    `languages` lists those it is written in.
    """
    work = queries.on_sale().filter(pk=artwork_id).first()
    if work is None:
        raise NotFound("There is no such work on sale.", where="artwork_id")
    said = texts_of(work, chosen_language(request))
    response["Content-Language"] = said.language
    response["Vary"] = "Accept-Language"
    fields = ("language", "title", "description", "alt_text", "tags", "category", "category_name")
    return {name: getattr(said, name) for name in fields} | {"languages": languages_of(work)}


@router.get("/categories", response=list[CategoryOut], summary="Categories")
def list_categories(request: HttpRequest, lang: str = "") -> list[dict[str, str]]:
    """Return every category, named in the language of `lang`, else of `Accept-Language`."""
    language = chosen_language(request)
    return [{"slug": slug, "name": category_name(slug, language)} for slug in CATEGORIES]


@router.get("/languages", response=list[str], summary="Languages of the texts")
def list_languages(request: HttpRequest) -> list[str]:
    """Return the languages that texts are offered in, the shop's own first."""
    return list(settings.TEXT_LANGUAGES)
