"""The writers: one file each, named here. Which are asked, in which order, is a setting."""

from collections.abc import Callable

from catalog.texts.writers.contract import CannotWrite, Question, Writer, Written
from catalog.texts.writers.embedded import EmbeddedWriter
from catalog.texts.writers.endpoint import EndpointWriter
from catalog.texts.writers.transformers import TransformersWriter

WRITERS: dict[str, Callable[[], Writer]] = {
    "embedded": EmbeddedWriter,
    "endpoint": EndpointWriter,
    "transformers": TransformersWriter,
}

__all__ = ["WRITERS", "CannotWrite", "Question", "Writer", "Written"]
