"""Faults of a design spec as sentences with a place. Pure."""

from typing import Any

from pydantic import ValidationError

from genart.lib.errors import InvalidInput

SENTENCES = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field.",
    "multiple_of": "Must be a multiple of {multiple_of}.",
    "greater_than": "Must be more than {gt}.",
    "greater_than_equal": "Must be at least {ge}.",
    "less_than": "Must be less than {lt}.",
    "less_than_equal": "Must be at most {le}.",
    "literal_error": "Must be {expected}.",
    "string_type": "Must be text.",
    "string_unicode": "Must be text in valid Unicode.",
    "string_too_short": "Must not be empty.",
    "string_too_long": "Must have at most {max_length} characters.",
    "int_type": "Must be a whole number.",
    "int_parsing": "Must be a whole number.",
    "int_from_float": "Must be a whole number.",
    "int_parsing_size": "Is too large a number.",
    "float_type": "Must be a number.",
    "float_parsing": "Must be a number.",
    "finite_number": "Must be a finite number.",
    "list_type": "Must be a list.",
    "dict_type": "Must be an object.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "too_short": "Must have at least {min_length} entries.",
    "too_long": "Must have at most {max_length} entries.",
    "value_error": "{error}",
}
PATTERNS = {
    "hex": "Write a colour as #RRGGBB.",
    "image": "Give the SHA-256 of an uploaded picture: 64 digits and letters from a to f.",
    "embedding": "Write an embedding as name@version, for example desert-look@2.",
    "": "Use small letters, digits and single hyphens, for example boho-arches.",
}


def located(error: ValidationError, *, prefix: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
    """Return every fault as `{"loc": [...], "msg": sentence}`, in the order of the document."""
    return [{"loc": [*prefix, *fault["loc"]], "msg": _sentence(fault)} for fault in error.errors()]


def _sentence(fault: Any) -> str:
    """Return one fault in words its reader can act on."""
    if fault["type"] == "string_pattern_mismatch":
        names = [part for part in fault["loc"] if isinstance(part, str)]
        last = names[-1].rpartition(".")[2] if names else ""
        return PATTERNS.get(last, PATTERNS[""])
    template = SENTENCES.get(fault["type"])
    bounds = {name: _short(value) for name, value in fault.get("ctx", {}).items()}
    return template.format(**bounds) if template else f"{fault['msg']}."


def _short(value: Any) -> Any:
    """Return 1.0 as 1: bounds of a number are read by people."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def refusal(faults: list[dict[str, Any]]) -> InvalidInput:
    """Return the error that names every fault; the first one is its message."""
    where = ".".join(str(part) for part in faults[0]["loc"])
    return InvalidInput(str(faults[0]["msg"]), where=where, details=faults)
