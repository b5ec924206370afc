"""A vision-language model behind any OpenAI-compatible chat-completions endpoint.

One POST with the picture and a JSON schema; how it is asked again and noted is in `chat.py`.
"""

import time
from collections.abc import Callable
from typing import Any

from catalog.texts.writers.asking import (
    SCHEMA,
    facts_text,
    picture_url,
    read_answer,
    required_picture,
    system_text,
)
from catalog.texts.writers.chat import Endpoint, ask, configured
from catalog.texts.writers.contract import CannotWrite, Question, Written

ANSWER_TOKENS = 900


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
        texts = ask(
            self.endpoint,
            self._body(question),
            read_answer,
            ledger=question.ledger,
            signature=self.signature,
            language=question.language,
            pause=self.pause,
        )
        return Written(texts)

    def _body(self, question: Question) -> dict[str, Any]:
        url = picture_url(required_picture(question))
        return {
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
