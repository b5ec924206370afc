"""Joining of words, alike in every language here."""


def enumerated(words: list[str], last: str) -> str:
    """Join words as people do: `a, b and c`; `last` is the word before the last one."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def capital(text: str) -> str:
    """Return a text with a capital first letter, the rest as it is."""
    return f"{text[0].upper()}{text[1:]}"


def with_time(noun: str, time: str) -> str:
    """Put a time behind a noun; it may bring its own comma."""
    return f"{noun}{time}" if time[0] == "," else f"{noun} {time}"
