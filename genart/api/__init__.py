"""The HTTP API under `/api/v1/`: routers of the apps, and one shape for every error.

Jobs are composed in `jobs.py`, since an answer joins what all three apps know; artworks come from
`catalog/api/`. Limits and ETags are in `frame.py`, what the API says of itself in `openapi.py`.
Errors are `{"code", "detail": [{"loc", "msg"}]}` with the fitting status.
"""

from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import AuthenticationError, HttpError, ValidationError

from catalog.api import ROUTERS as SHOP
from genart.api.bodies import WANTED, ObjectParser
from genart.api.curation import router as curation
from genart.api.jobs import router as jobs
from genart.api.library import router as library
from genart.api.openapi import DESCRIPTION, FramedAPI
from genart.api.orders import router as orders
from genart.lib.errors import NUL, GenartError
from generation.spec import design_spec_schema

api = FramedAPI(title="genart", version="1", description=DESCRIPTION, parser=ObjectParser())
api.add_router("", jobs)
api.add_router("", curation)
api.add_router("", library)
api.add_router("", orders)
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


@api.exception_handler(AuthenticationError)
def on_unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer a call without a token, or with one that is not ours."""
    sentence = "Send a token that is valid here: Authorization: Bearer <token>."
    detail = [{"loc": [], "msg": sentence}]
    answer = api.create_response(request, {"code": "unknown_caller", "detail": detail}, status=401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what ninja itself refuses, such as a body that is no JSON."""
    words = WANTED if error.status_code == 400 else error.message
    body = {"code": "refused", "detail": [{"loc": [], "msg": words}]}
    return api.create_response(request, body, status=error.status_code)


@api.exception_handler(MultiPartParserError)
@api.exception_handler(UnreadablePostError)
@api.exception_handler(BadRequest)
@api.exception_handler(SuspiciousOperation)
def on_unreadable_body(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a body that Django itself cannot read or will not: without boundary, cut, too big."""
    status = 413 if isinstance(error, RequestDataTooBig) else 400
    detail = [{"loc": [], "msg": f"The body cannot be read: {error}"}]
    return api.create_response(request, {"code": "refused", "detail": detail}, status=status)


@api.exception_handler(DataError)
def on_unstorable_text(request: HttpRequest, error: DataError) -> HttpResponse:
    """Answer text with a NUL character, which PostgreSQL keeps nowhere; nothing was written."""
    if "NUL" not in str(error):
        raise error
    detail = [{"loc": [], "msg": NUL}]
    return api.create_response(request, {"code": "invalid", "detail": detail}, status=422)


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer a thing that is not there."""
    detail = [{"loc": [], "msg": str(error) or "There is no such thing."}]
    return api.create_response(request, {"code": "not_found", "detail": detail}, status=404)
