"""The API's description of itself: what each endpoint needs, and how it says no.

Ninja writes what an endpoint says of itself. What is true of all of them is added here once: the
shape of an error under each status that may come, the token and scope that are needed or that none
is, and the headers of `frame.py`.
"""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

DESCRIPTION = """
Commission series of images, judge them, browse what was published, and read the shop's terms.

**Tokens.** Reading the shop needs none. Everything else takes `Authorization: Bearer <token>`; each
token carries scopes, and each endpoint says which one it needs.

**Pages.** A list answers `items`, `next` and mostly `total`. Ask for what follows with `after=`
and the `next` of the page before, and with the same filters; at the end `next` is null. A cursor
marks a place, not a number: nothing comes twice and nothing is left out while works are added, and
a deep page is as quick as the first. Do not take cursors apart: they change.

**Bodies.** JSON objects, as the standard has them; pictures and files as `multipart/form-data`.
`true` is not `1`, and a moment is written out with its offset. What cannot be read is 400.

**Errors.** Every error is `{"code", "detail": [{"loc", "msg"}]}` with its status; `msg` is a
sentence, `loc` the place of the fault. A 503 carries `Retry-After`: the same call may succeed then.

**Limits.** Calls are counted by the minute, for an address or for a token. `RateLimit-Limit`,
`RateLimit-Remaining` and `RateLimit-Reset` (seconds) are in every answer; over the limit it is 429
with `Retry-After`.

**Sparing.** A GET answer has an `ETag`; send it as `If-None-Match` and an answer that did not
change is 304 without a body.

Amounts are whole cents of the currency beside them. Times are ISO 8601 in UTC.
"""
TAGS = {
    "artworks": "Works on sale: lists with filters, search, and one work with all that is told.",
    "terms": "Licences, prices and collections.",
    "library": "What an account has licensed, and links to the files.",
    "certificates": "Whether a licence holds, by the number on its certificate.",
    "orders": "Buy, pay, and read what was bought.",
    "provenance": "Where a picture or a file comes from: manifests, graphs, bills of materials.",
    "texts": "What listings say, by version and language.",
    "search": "Suggestions, search by picture, saved searches, lightboxes.",
    "exports": "Bundles for other outlets.",
    "jobs": "Commission a series and follow it.",
    "curation": "What is under judgement, decisions, and scores of outside pictures.",
}
ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["code", "detail"],
    "properties": {
        "code": {"type": "string", "examples": ["invalid"]},
        "detail": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["loc", "msg"],
                "properties": {
                    "loc": {"type": "array", "items": {"type": "string"}},
                    "msg": {"type": "string"},
                },
            },
        },
    },
}
SAYS = {
    400: "The body cannot be read.",
    401: "The token is missing or unknown.",
    403: "The token lacks the scope, or its owner may not do this.",
    404: "There is no such thing, or you may not know of it.",
    409: "Somebody was faster, or its state does not allow this any more.",
    413: "The body is too big.",
    422: "Understood, but something in it is wrong; `loc` says where.",
    429: "Too many calls this minute; `Retry-After` says when to come back.",
    503: "A part that is needed does not answer now; `Retry-After` says when to try again.",
}

BODIES = ("body", "form", "file")
"""Where ninja takes a parameter from, if it is in the body."""


class FramedAPI(NinjaAPI):
    """An API whose description also says what holds for all of its endpoints."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        schema = _Framed(api=self, path_prefix=prefix)
        schema["components"]["schemas"]["Error"] = ERROR
        used = {tag for path in schema["paths"].values() for call in path.values()
                for tag in call.get("tags", [])}  # fmt: skip
        schema["tags"] = [{"name": tag, "description": TAGS.get(tag, "")} for tag in sorted(used)]
        return schema


class _Framed(OpenAPISchema):
    def operation_details(self, operation: Operation) -> dict[str, Any]:
        details: dict[str, Any] = super().operation_details(operation)
        words = (details.get("description") or "").strip()
        details["description"] = f"{words}\n\n{needs(operation)}".strip()
        details.setdefault("security", [])  # none is needed
        for status in statuses(operation):
            details["responses"].setdefault(status, _error(SAYS[status]))
        return details


def needs(operation: Operation) -> str:
    """Return a sentence on the token that a call needs."""
    scopes = [getattr(auth, "scope", None) for auth in operation.auth_callbacks]
    if not scopes:
        return "Needs no token."
    named = " or ".join(f"`{scope.value}`" for scope in scopes if scope is not None)
    return f"Needs a token with the scope {named}." if named else "Needs a token."


def statuses(operation: Operation) -> list[int]:
    """Return the statuses under which a call may be refused."""
    found = [429, 503]
    if operation.auth_callbacks:
        found += [401, 403]
    if operation.models:
        found.append(422)
    if any(model.__ninja_param_source__ == "path" for model in operation.models):
        found.append(404)
    if any(model.__ninja_param_source__ in BODIES for model in operation.models):
        found += [400, 413]
    if operation.methods != ["GET"]:
        found.append(409)
    return sorted(found)


def _error(words: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"description": words, "content": content}
