"""Asks a provider, at no cost, whether it is there and lets us in.

What is asked: of OpenAI-compatible endpoints the list of models, of RunPod the health of the
endpoint, of Stability the account's balance. SageMaker's runtime has no such question: there, that
it answers at all is what can be said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from generation.models import Provider
from generation.remote.http import checked, exchange
from generation.remote.keys import key_of

CHECK_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Question:
    """What costs nothing to ask.

    Attributes:
        path: below the provider's `base_url`.
        needs_success: whether an answer of another kind than 2xx means that it does not work.
    """

    path: str
    needs_success: bool = True


def check_connection(provider: Provider) -> str:
    """Return a sentence about a provider that answers.

    Raises:
        RemoteError: it does not, or it does not let us in; its message says which.
    """
    key = key_of(provider)
    headers = {"Authorization": f"Bearer {key}"} if key and provider.kind in ASKS_KEY else {}
    question = _question(provider)
    url = f"{provider.base_url.rstrip('/')}{question.path}"
    answer = exchange(provider, "GET", url, seconds=CHECK_SECONDS, headers=headers)
    if not question.needs_success:
        return f"{provider.name} can be reached; whether it lets us in shows at the first order."
    checked(provider, answer)
    return f"{provider.name} answers and lets us in."


def _question(provider: Provider) -> Question:
    if provider.kind == Provider.Kind.RUNPOD:
        return Question(f"/{(provider.options or {}).get('endpoint', '')}".rstrip("/") + "/health")
    return QUESTIONS[provider.kind]


QUESTIONS: Mapping[str, Question] = {
    Provider.Kind.OPENAI: Question("/models"),
    Provider.Kind.STABILITY: Question("/v1/user/balance"),
    Provider.Kind.SAGEMAKER: Question("/", needs_success=False),
    Provider.Kind.SAGEMAKER_ASYNC: Question("/", needs_success=False),
}
ASKS_KEY = {Provider.Kind.OPENAI, Provider.Kind.RUNPOD, Provider.Kind.STABILITY}
"""Kinds whose key goes along as a bearer token."""
