"""What can go wrong in the engine, besides running out of memory (`batching.py`)."""

from genart.lib.errors import GenartError


class EngineError(GenartError):
    """The engine cannot do what the request asks for; trying again will not help."""

    code = "engine"


class WeightsChanged(EngineError):
    """The files of a checkpoint or adapter are not those that were registered."""


class UnknownFamily(EngineError):
    """No engine family has this name."""


class UnknownScheduler(EngineError):
    """No scheduler has this name."""
