"""AWS SageMaker: real-time endpoints (`InvokeEndpoint`) and asynchronous ones.

boto3 signs and speaks (its retries are off: an order is sent once). `base_url` is the runtime's,
`https://runtime.sagemaker.<region>.amazonaws.com`. The key's variable holds
`ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]`; without one, boto3 looks where it always does,
such as at the machine's role. `Provider.options`:

* `endpoint`, `region`; `component`: the inference component, if the endpoint has several;
* `input`: `plain` where something else than our own worker answers;
* asynchronous: `orders`, `output`, `failure`: `s3://bucket/prefix` where orders are put, and where
  the endpoint's configuration puts answers and failures; `s3_url`: of an S3 elsewhere.

A real-time answer that is lost cannot be asked for. An asynchronous one lies in S3 under a name
that we choose before sending (`Filename`), so it is found even if everybody's memory of it is gone.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore import exceptions as aws
from botocore.config import Config

from generation.remote.forgetful import ForgetfulClient
from generation.remote.http import AWAY, CONNECT_SECONDS, RETRY_AFTER_SECONDS, TOO_LATE
from generation.remote.inputs import input_for, is_ours, made_from
from generation.remote.keys import cleansed, key_of
from generation.remote.types import (
    Failed,
    Made,
    OnProgress,
    Order,
    RateLimited,
    Refused,
    RemoteError,
    Running,
    Spoilt,
    Unavailable,
    Unknown,
)
from generation.serve.contract import REFUSAL

JSON = "application/json"
NEVER_SENT = (
    aws.EndpointConnectionError,
    aws.ConnectTimeoutError,
    aws.ProxyConnectionError,
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.NoRegionError,
    aws.ParamValidationError,
    aws.InvalidRegionError,
)
SHORTEST_TTL_SECONDS = 60


class SageMakerClient(ForgetfulClient):
    """Speaks `InvokeEndpoint`."""

    def submit(self, order: Order, on_progress: OnProgress) -> Running | Made:
        """Ask the endpoint and wait for its answer."""
        with self._meaning():
            answer = self.runtime.invoke_endpoint(
                **self._target(order), Body=self._body(order), ContentType=JSON, Accept=JSON
            )
            content = answer["Body"].read()
        request_id = answer["ResponseMetadata"].get("RequestId", "")
        return self._made(order, content, request_id)

    @cached_property
    def runtime(self) -> Any:
        """The runtime's client, with connections of its own."""
        return self._service("sagemaker-runtime", self.provider.base_url)

    def _service(self, name: str, url: str | None) -> Any:
        key, _colon, rest = key_of(self.provider).partition(":")
        secret, _colon, token = rest.partition(":")
        session = boto3.session.Session(
            aws_access_key_id=key or None,
            aws_secret_access_key=secret or None,
            aws_session_token=token or None,
            region_name=self.options.get("region"),
        )
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=self.provider.timeout_seconds,
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return session.client(name, endpoint_url=url or None, config=config)

    def _target(self, order: Order) -> dict[str, str]:
        target = {
            "EndpointName": str(self.options.get("endpoint", "")),
            "InferenceId": str(order.call_id),
        }
        if self.options.get("component"):
            target["InferenceComponentName"] = str(self.options["component"])
        return target

    def _body(self, order: Order) -> bytes:
        return json.dumps(input_for(self.provider, order)).encode()

    def _made(self, order: Order, content: bytes, remote_id: str) -> Made:
        """Return the picture in an answer: our worker's JSON, or another's, or a bare image."""
        try:
            found = json.loads(content)
        except ValueError:
            if is_ours(self.provider):
                raise Spoilt(
                    f"{self.provider.name} answers with something else than JSON."
                ) from None
            return Made(image=content, remote_id=remote_id)
        return made_from(self.provider, order, found, remote_id=remote_id)

    @contextmanager
    def _meaning(self) -> Iterator[None]:
        """Turn boto3's errors into what they mean for the order."""
        try:
            yield
        except aws.ClientError as error:
            raise self._answered(error) from None
        except NEVER_SENT as error:
            name = type(error).__name__
            raise Unavailable(f"{self.provider.name} cannot be reached ({name}).") from None
        except (aws.BotoCoreError, OSError) as error:
            name = type(error).__name__
            raise Unknown(f"{self.provider.name} was asked and did not answer ({name}).") from None

    def _answered(self, error: aws.ClientError) -> RemoteError:
        """Return what an error that AWS answered means."""
        told, status = error.response.get("Error", {}), _status(error)
        code = str(told.get("Code", ""))
        said = cleansed(f"{code}: {told.get('Message', '')}", self.provider)
        said = f"{self.provider.name} answers {status} {said}"
        if code == "ModelError":
            status = int(error.response.get("OriginalStatusCode") or 500)
            if status in (400, 413, 422):
                return Refused(said)
        if status == 429 or "Throttl" in code:
            return RateLimited(said, retry_after_seconds=RETRY_AFTER_SECONDS)
        if status in TOO_LATE:
            return Unknown(said)
        if status in AWAY or status < 500:
            return Unavailable(said)
        return Failed(said)


class SageMakerAsyncClient(SageMakerClient):
    """Speaks `InvokeEndpointAsync`, with orders and answers in S3."""

    def expected_id(self, order: Order) -> str:
        """Return where in S3 the answer will lie."""
        return f"{self.options.get('output', '').rstrip('/')}/{order.call_id}.out"

    def submit(self, order: Order, on_progress: OnProgress) -> Running | Made:
        """Put the order into S3 and queue it."""
        location = f"{self.options.get('orders', '').rstrip('/')}/{order.call_id}.json"
        self._put(location, self._body(order))
        seconds = max(self.provider.timeout_seconds, SHORTEST_TTL_SECONDS)
        with self._meaning():
            answer = self.runtime.invoke_endpoint_async(
                **self._target(order),
                InputLocation=location,
                ContentType=JSON,
                Accept=JSON,
                Filename=f"{order.call_id}.out",
                RequestTTLSeconds=seconds,
                InvocationTimeoutSeconds=min(seconds, 3600),
            )
        return Running(answer.get("OutputLocation") or self.expected_id(order))

    def poll(self, order: Order, remote_id: str) -> Running | Made:
        """Look whether the answer, or a failure, lies in S3."""
        content = self._read(remote_id)
        if content is not None:
            return self._made(order, content, remote_id)
        failure = self._failure(order)
        if failure is not None:
            told = cleansed(failure[:400].decode("utf-8", "replace"), self.provider)
            said = f"{self.provider.name} could not make it: {told}"
            raise Refused(said) if is_ours(self.provider) and REFUSAL in told else Failed(said)
        return Running(remote_id)

    def cancel(self, remote_id: str) -> None:
        """Take the order's input away: one that has not begun then fails without rendering."""
        name = remote_id.rpartition("/")[2].removesuffix(".out")
        bucket, key = _place(f"{self.options.get('orders', '').rstrip('/')}/{name}.json")
        with self._meaning():
            self.s3.delete_object(Bucket=bucket, Key=key)

    @cached_property
    def s3(self) -> Any:
        """The client of S3."""
        return self._service("s3", self.options.get("s3_url"))

    def _put(self, location: str, content: bytes) -> None:
        bucket, key = _place(location)
        try:
            with self._meaning():
                self.s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType=JSON)
        except RemoteError as error:  # nothing was asked for yet
            raise Unavailable(error.message) from None

    def _read(self, location: str) -> bytes | None:
        """Return an object's content; `None` where there is none yet.

        Raises:
            RateLimited, Unavailable, Unknown: ask again later.
        """
        bucket, key = _place(location)
        try:
            with self._meaning():
                return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except (Failed, Refused) as error:
            raise Unavailable(error.message) from None
        except Unavailable as error:
            if "NoSuchKey" in error.message:
                return None
            raise

    def _failure(self, order: Order) -> bytes | None:
        """Return what the endpoint wrote about an order that failed, or `None`."""
        folder = self.options.get("failure", "").rstrip("/")
        if not folder:
            return None
        bucket, prefix = _place(f"{folder}/{order.call_id}")
        with self._meaning():
            found = self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
        keys = [entry["Key"] for entry in found.get("Contents", ())]
        return self._read(f"s3://{bucket}/{keys[0]}") if keys else None


def _place(location: str) -> tuple[str, str]:
    """Return bucket and key of an `s3://` address."""
    parts = urlsplit(location)
    return parts.netloc, parts.path.lstrip("/")


def _status(error: aws.ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
