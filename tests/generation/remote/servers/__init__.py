"""Small real HTTP servers that speak each provider's documented protocol, faults included.

Each keeps a ledger of what it charges. A fault happens `times` times; after that all is well.
"""

from tests.generation.remote.servers.base import FaultServer
from tests.generation.remote.servers.openai import OpenAIServer
from tests.generation.remote.servers.runpod import RunPodServer
from tests.generation.remote.servers.sagemaker import SageMakerServer
from tests.generation.remote.servers.stability import StabilityServer

SERVERS = {
    "openai": OpenAIServer,
    "runpod": RunPodServer,
    "sagemaker": SageMakerServer,
    "sagemaker-async": SageMakerServer,
    "stability": StabilityServer,
}

__all__ = ["SERVERS", "FaultServer"]
