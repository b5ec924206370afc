"""A vision-language model behind any OpenAI-compatible chat-completions endpoint.

GPT-4o, or a local server (vLLM, llama.cpp, Ollama, LM Studio): one POST with the picture and a JSON
schema. Each try is noted in the ledger before it is made, since it may cost money.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from catalog.texts.facts import Texts
from catalog.texts.writers.asking import (
    SCHEMA,
    facts_text,
    picture_url,
    read_answer,
    required_picture,
    system_text,
)
from catalog.texts.writers.contract import CannotWrite, Question, Usage, Written

ANSWER_TOKENS = 900
LONGEST_PAUSE = 30.0
FREE = Usage()
BUSY = frozenset((408, 409, 425, 429, 500, 502, 503, 504))
"""Answers after which the same question may succeed."""


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


class EndpointWriter:
    """Asks the endpoint of the settings, or another."""

    name = "endpoint"
    is_quick = False

    def __init__(
        self, endpoint: Endpoint | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self.endpoint = endpoint or configured()
        self.pause = pause

    @property
    def signature(self) -> str:
        """Name and model: another model is another writer."""
        return f"{self.name}@{self.endpoint.model}"[:120]

    def write(self, question: Question) -> Written:
        """Ask until there is a usable answer or the tries are used up."""
        if not self.endpoint.url or not self.endpoint.model:
            raise CannotWrite("TEXT_ENDPOINT_URL and TEXT_ENDPOINT_MODEL must be set.")
        body = self._body(question)
        reason = ""
        for attempt in range(self.endpoint.tries):
            try:
                return Written(self._noted(question, body))
            except _Again as failed:
                reason = str(failed)
                if attempt + 1 < self.endpoint.tries:
                    self.pause(_wait(attempt, failed.wait_s))
            except _Never as failed:
                raise CannotWrite(str(failed)) from failed
        raise CannotWrite(f"{reason} Tried {self.endpoint.tries} times.")

    def _noted(self, question: Question, body: dict[str, Any]) -> Texts:
        """Make one try, with its note before and its outcome after."""
        number = question.ledger.asked(self.signature, question.language)
        try:
            texts, usage = _read(_post(self.endpoint, body), body)
        except (_Again, _Never) as failed:
            question.ledger.failed(number, str(failed), failed.usage)
            raise
        question.ledger.answered(number, usage)
        return texts

    def _body(self, question: Question) -> dict[str, Any]:
        url = picture_url(required_picture(question))
        return {
            "model": self.endpoint.model,
            "max_tokens": ANSWER_TOKENS,
            "temperature": 0.7,
            "messages": [
                {"role": "system", "content": system_text(question.language)},
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": facts_text(question.facts)},
                        {"type": "image_url", "image_url": {"url": url, "detail": "low"}},
                    ],
                },
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "listing", "strict": True, "schema": SCHEMA},
            },
        }


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


def _read(values: dict[str, Any], body: dict[str, Any]) -> tuple[Texts, Usage]:
    """Return the texts of an answer and what they cost; a cut answer gets more room next time."""
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
        body["max_tokens"] = min(4 * ANSWER_TOKENS, 2 * body["max_tokens"])
        raise _Again("The answer was cut off.", usage=usage)
    try:
        return read_answer(str(content or "")), usage
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
