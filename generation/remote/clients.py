"""Which client speaks for which kind of provider: one file each, one entry each."""

from importlib import import_module

from generation.models import Provider
from generation.remote.types import ProviderClient

CLIENTS: dict[str, str] = {
    Provider.Kind.OPENAI: "generation.remote.openai:OpenAIClient",
    Provider.Kind.RUNPOD: "generation.remote.runpod:RunPodClient",
    Provider.Kind.SAGEMAKER: "generation.remote.sagemaker:SageMakerClient",
    Provider.Kind.SAGEMAKER_ASYNC: "generation.remote.sagemaker:SageMakerAsyncClient",
    Provider.Kind.STABILITY: "generation.remote.stability:StabilityClient",
}
"""Named, so that boto3 is loaded only where it is needed."""


def client_of(provider: Provider) -> ProviderClient:
    """Return a new client of a provider; it holds no connection until it is used."""
    module, _colon, name = CLIENTS[provider.kind].partition(":")
    client: ProviderClient = getattr(import_module(module), name)(provider)
    return client
