"""The providers' servers, as in the tests of the clients."""

from tests.generation.remote.conftest import quick, serve

__all__ = ["quick", "serve"]
