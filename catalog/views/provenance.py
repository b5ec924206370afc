"""Where a work comes from, for programs: its graph and its bill of materials."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalog.models import Artwork
from catalog.provenance.graph import provenance_graph
from catalog.provenance.ml_bom import house_bom, work_bom
from catalog.services.sealing import sealable


@require_safe
def graph(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the provenance of a work as W3C PROV-JSON; a withdrawn work keeps it."""
    return _json(provenance_graph(_work(slug)), "application/json")


@require_safe
def bom(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the bill of materials of a work as CycloneDX."""
    return _json(work_bom(_work(slug)), "application/vnd.cyclonedx+json; version=1.6")


@require_safe
def house(request: HttpRequest) -> HttpResponse:
    """Return the bill of materials of all models that are in use."""
    return _json(house_bom(), "application/vnd.cyclonedx+json; version=1.6")


def _work(slug: str) -> Artwork:
    work: Artwork = get_object_or_404(sealable(), slug=slug)
    return work


def _json(content: dict[str, Any], content_type: str) -> HttpResponse:
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Type"] = content_type
    response["Access-Control-Allow-Origin"] = "*"  # public, and nothing in it is anybody's own
    response["Cache-Control"] = "public, max-age=300"
    return response
