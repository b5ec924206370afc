"""The HTTP API under `/api/v1/`: routers of the apps, and one shape for every error.

Jobs are composed in `jobs.py`, since an answer joins what all three apps know; artworks come from
`catalog/api/`. Errors are `{"code", "detail": [{"loc", "msg"}]}` with the fitting status.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from catalog.api import ROUTERS as SHOP
from genart.api.curation import router as curation
from genart.api.jobs import router as jobs
from genart.lib.errors import GenartError
from generation.spec import design_spec_schema

api = NinjaAPI(
    title="genart",
    version="1",
    description="Commission series of images, judge them, and browse what was published.",
)
api.add_router("", jobs)
api.add_router("", curation)
for shop in SHOP:
    api.add_router("", shop)


@api.get("/design-spec.schema.json", tags=["jobs"], summary="JSON Schema of a design spec")
def design_spec(request: HttpRequest) -> dict[str, Any]:
    """Return the schema that `spec` in `POST /jobs` must follow."""
    return design_spec_schema()


@api.exception_handler(GenartError)
def on_genart_error(request: HttpRequest, error: GenartError) -> HttpResponse:
    """Answer an error raised on purpose."""
    response = api.create_response(request, error.as_dict(), status=error.status)
    if error.retry:
        response["Retry-After"] = "5"
    return response


@api.exception_handler(ValidationError)
def on_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a request that does not fit the endpoint's schema."""
    detail = [
        {"loc": [str(part) for part in fault["loc"][1:]], "msg": fault["msg"]}
        for fault in error.errors
    ]
    return api.create_response(request, {"code": "invalid", "detail": detail}, status=422)
