"""The HTTP API under `/api/v1/`."""

from ninja import NinjaAPI

api = NinjaAPI(title="genart", version="1")
