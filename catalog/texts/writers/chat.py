"""Asks any OpenAI-compatible chat-completions endpoint for JSON, and takes no for an answer.

GPT-4o, or a local server (vLLM, llama.cpp, Ollama, LM Studio). Each try is noted in the ledger
before it is made, since it may cost money. What is asked and how an answer is read is the caller's:
`endpoint.py` for texts of listings, `catalog/autopilot/writer.py` for themes.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from catalog.texts.writers.contract import CannotWrite, Ledger, Usage

MOST_TOKENS = 3600
LONGEST_PAUSE = 30.0
FREE = Usage()
BUSY = frozenset((408, 409, 425, 429, 500, 502, 503, 504))
"""Answers after which the same question may succeed."""
Answer = TypeVar("Answer")
Reader = Callable[[str], Answer]
"""Turns the text of an answer into what was asked for; `ValueError` where it is not that."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how to ask.

    Attributes:
        url: base, such as `https://api.openai.com/v1`, or the whole address of the endpoint.
        key: sent as bearer token; empty for servers that want none.
        model: as the server calls it.
        timeout_s: for one try.
        tries: at most, the first included.
    """

    url: str
    key: str
    model: str
    timeout_s: float = 60
    tries: int = 4

    @property
    def address(self) -> str:
        """The address that is posted to."""
        base = self.url.rstrip("/")
        return base if base.endswith("/chat/completions") else f"{base}/chat/completions"


class _Again(Exception):
    """This try failed; another may not. Carries how long to wait, if the server said so."""

    def __init__(self, reason: str, wait_s: float | None = None, usage: Usage = FREE) -> None:
        super().__init__(reason)
        self.wait_s, self.usage = wait_s, usage


class _Never(Exception):
    """This try failed, and so would any other."""

    def __init__(self, reason: str, usage: Usage = FREE) -> None:
        super().__init__(reason)
        self.usage = usage


def configured() -> Endpoint:
    """Return the endpoint of the settings."""
    from django.conf import settings

    return Endpoint(
        url=settings.TEXT_ENDPOINT_URL,
        key=settings.TEXT_ENDPOINT_KEY,
        model=settings.TEXT_ENDPOINT_MODEL,
        timeout_s=settings.TEXT_ENDPOINT_SECONDS,
        tries=settings.TEXT_ENDPOINT_RETRIES + 1,
    )


def ask(
    endpoint: Endpoint,
    body: dict[str, Any],
    read: Reader[Answer],
    *,
    ledger: Ledger,
    signature: str,
    language: str = "en",
    pause: Callable[[float], None] = time.sleep,
) -> Answer:
    """Ask until there is a usable answer or the tries are used up.

    Args:
        endpoint: where.
        body: the question, without the model; its `max_tokens` grows when an answer is cut off.
        read: makes of an answer what was asked for.
        ledger: where each try is noted before it is made.
        signature: who asks, as noted there.
        language: BCP 47, as noted there.
        pause: waits for so many seconds.

    Raises:
        CannotWrite: with a sentence that says why.
    """
    if not endpoint.url or not endpoint.model:
        raise CannotWrite("TEXT_ENDPOINT_URL and TEXT_ENDPOINT_MODEL must be set.")
    body, reason = {"model": endpoint.model} | body, ""
    for attempt in range(endpoint.tries):
        number = ledger.asked(signature, language)
        try:
            answer, usage = _read(_post(endpoint, body), body, read)
        except (_Again, _Never) as failed:
            ledger.failed(number, str(failed), failed.usage)
            if isinstance(failed, _Never):
                raise CannotWrite(str(failed)) from failed
            reason = str(failed)
            if attempt + 1 < endpoint.tries:
                pause(_wait(attempt, failed.wait_s))
            continue
        ledger.answered(number, usage)
        return answer
    raise CannotWrite(f"{reason} Tried {endpoint.tries} times.")


def _post(endpoint: Endpoint, body: dict[str, Any]) -> dict[str, Any]:
    """Post one question and return the answer's JSON object."""
    import requests

    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    try:
        answer = requests.post(
            endpoint.address, json=body, headers=headers, timeout=endpoint.timeout_s
        )
    except requests.Timeout:
        raise _Again(f"No answer within {endpoint.timeout_s:g} seconds.") from None
    except requests.RequestException as error:
        raise _Again(f"The endpoint cannot be reached ({type(error).__name__}).") from None
    if answer.status_code in BUSY:
        wait = _seconds(answer.headers.get("Retry-After", ""))
        raise _Again(f"The endpoint is busy or broken (HTTP {answer.status_code}).", wait)
    if answer.status_code != 200:
        raise _Never(f"The endpoint refused the request (HTTP {answer.status_code}).")
    try:
        values = answer.json()
    except ValueError:
        raise _Again("The endpoint's answer is not JSON.") from None
    if not isinstance(values, dict):
        raise _Again("The endpoint's answer is not an object.")
    return values


def _read(
    values: dict[str, Any], body: dict[str, Any], read: Reader[Answer]
) -> tuple[Answer, Usage]:
    """Return what an answer holds and what it cost; a cut answer gets more room next time."""
    usage = _usage(values.get("usage"))
    try:
        choice = values["choices"][0]
        message, end = choice["message"], choice.get("finish_reason")
        refusal, content = message.get("refusal"), message.get("content")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise _Again("The endpoint's answer has no choices.", usage=usage) from None
    if refusal or end == "content_filter":
        raise _Never(f"The model refused: {str(refusal or 'content filter')[:160]}", usage)
    if end == "length":
        body["max_tokens"] = min(MOST_TOKENS, 2 * body["max_tokens"])
        raise _Again("The answer was cut off.", usage=usage)
    try:
        return read(str(content or "")), usage
    except (ValueError, AttributeError) as error:
        raise _Again(
            f"The answer is not the JSON that was asked for: {error}", usage=usage
        ) from None


def _usage(told: Any) -> Usage:
    """Return the tokens of an answer; servers that do not count tell none."""
    counts = told if isinstance(told, dict) else {}
    numbers = [counts.get(name) for name in ("prompt_tokens", "completion_tokens")]
    return Usage(*(number if isinstance(number, int) and number > 0 else 0 for number in numbers))


def _seconds(header: str) -> float | None:
    """Return the seconds of a `Retry-After` header; its other form, a date, is not read."""
    return float(header) if header.isdigit() else None


def _wait(attempt: int, told_s: float | None) -> float:
    """Return how long to wait: as told, else doubling with some chance, never over the limit."""
    if told_s is not None:
        return min(told_s, LONGEST_PAUSE)
    return min(LONGEST_PAUSE, 2.0**attempt * random.uniform(0.5, 1.0))  # noqa: S311
