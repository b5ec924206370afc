"""The whole lab: which host runs what, and what a test may ask of it."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.distributed.factory import PORT, ROOT, Factory
from tests.distributed.network import Host, make_bridge, remove_bridge, wait_for
from tests.distributed.postgres import OWNER, POOLER_PORT, Postgres, run_pooler
from tests.distributed.rabbit import Cluster
from tests.distributed.stores import (
    ACCESS_KEY,
    PRIVATE,
    PUBLIC,
    REGION,
    SECRET_KEY,
    ObjectStore,
    redis_url,
    run_redis,
)

NUMBERS = {
    "db1": 11,
    "db2": 12,
    "mq1": 21,
    "mq2": 22,
    "mq3": 23,
    "kv": 31,
    "s3": 32,
    "web1": 41,
    "web2": 42,
    "work1": 51,
    "work2": 52,
}
LEASE_SECONDS = 12
SHOP = "shop.example"
AS_THE_PROXY = {"Host": SHOP, "X-Forwarded-Proto": "https"}
"""What the proxy that ends TLS would add; the tests speak to the web hosts behind it."""
NODES = int(os.environ.get("GENART_LAB_NODES", "3"))
"""Of the broker: one is enough for a quick look, without the tests that need a majority."""


class Lab:
    """Servers, web hosts and worker hosts, started and joined."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="genart-lab-"))
        self.folder.chmod(0o755)
        self.hosts = {name: self._host(name, number) for name, number in NUMBERS.items()}
        self.primary, self.replica = Postgres(self["db1"]), Postgres(self["db2"])
        self.rabbit = Cluster([self[f"mq{number}"] for number in range(1, NODES + 1)])
        self.store = ObjectStore(self["s3"])
        self.factory = Factory({})
        self.keys: dict[str, str] = {}

    def __getitem__(self, name: str) -> Host:
        return self.hosts[name]

    def _host(self, name: str, number: int) -> Host:
        folder = self.folder / name
        folder.mkdir(mode=0o755)
        return Host(name, number, folder)

    def start(self) -> None:
        """Start every server, prepare the shop, then start the processes of genart."""
        make_bridge()
        for host in self.hosts.values():
            host.plug_in()
        self._start_servers()
        self.factory.variables |= self.variables()
        self.factory.variables |= self._certificate()
        web1, web2, work1, work2 = (self[name] for name in ("web1", "web2", "work1", "work2"))
        self.factory.do(web1, "manage.py", "prepare", "--database")
        said = self.factory.do(web1, "-m", "tests.distributed.people")
        self.keys = json.loads(said.partition("KEYS ")[2].splitlines()[0])
        self.factory.start(work1, "scheduler")  # it is active: the first one
        for host in (work1, work2):
            self.factory.start(host, "render")
            self.factory.start(host, "tasks")
        for host in (web1, web2):
            self.factory.start(host, "web")
        for name in ("web1", "web2"):
            wait_for(f"{name} is ready", lambda name=name: self.ready(name), 400)
        self.factory.start(web2, "scheduler")
        wait_for("both hosts work", lambda: self.rendering_hosts() == {"work1", "work2"}, 400)

    def _start_servers(self) -> None:
        self.primary.initialise()
        run_pooler(self["db1"])
        self.replica.follow(self.primary)
        run_redis(self["kv"])
        self.store.start()
        self.rabbit.start()

    def variables(self) -> dict[str, str]:
        """Return what every process of genart is told."""
        return {
            "GENART_MODE": "production",
            "SECRET_KEY": "of-the-lab-and-long-enough-for-anybody-0123456789",
            "SITE_URL": f"https://{SHOP}",
            "ALLOWED_HOSTS": SHOP,
            "DATABASE_URL": self.primary.url(port=POOLER_PORT),
            "DATABASE_DIRECT_URL": self.primary.url(),
            "DATABASE_OWNER_URL": self.primary.url(OWNER),
            "DATABASE_REPLICA_URL": self.replica.url(),
            "DATABASE_POOL": "6",
            "REDIS_URL": redis_url(self["kv"]),
            "RABBITMQ_URL": self.rabbit.url,
            "RABBITMQ_QUORUM": "yes",
            "AWS_STORAGE_BUCKET_NAME": PRIVATE,
            "AWS_PUBLIC_BUCKET_NAME": PUBLIC,
            "AWS_S3_ENDPOINT_URL": self.store.url,
            "AWS_S3_REGION_NAME": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "RENDER_LEASE_SECONDS": str(LEASE_SECONDS),
            "RENDER_GROUP_LIMIT": "1",
            "REVIEW_GRACE_SECONDS": "0",
        }

    def _certificate(self) -> dict[str, str]:
        """Make one certificate that every host signs with."""
        self.factory.do(self["web1"], "manage.py", "make_certificate")
        folder = self["web1"].folder / "var" / "keys" / "c2pa"
        return {
            "C2PA_CERTIFICATE_FILE": str(folder / "chain.pem"),
            "C2PA_PRIVATE_KEY_FILE": str(folder / "signing.key.pem"),
        }

    # -- what tests ask ----------------------------------------------------------------------

    def ask(self, method: str, where: str, *, at: str = "web1", **more: Any) -> requests.Response:
        """Send a request to a web host, for a path or one of the shop's own addresses."""
        path = where.removeprefix(f"https://{SHOP}")
        headers = AS_THE_PROXY | more.pop("headers", {})
        url = f"http://{self[at].address}:{PORT}{path}"
        return requests.request(
            method, url, headers=headers, timeout=60, allow_redirects=False, **more
        )

    def api(self, who: str, method: str, path: str, *, at: str = "web1", **more: Any) -> Any:
        """Call the API with somebody's token and return its answer's document."""
        token = {"Authorization": f"Bearer {self.keys[who]}"}
        answer = self.ask(method, f"/api/v1{path}", at=at, headers=token, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def ready(self, name: str) -> bool:
        """Tell whether a web host says that it is ready."""
        answer = self.ask("GET", "/readyz", at=name)
        assert answer.status_code == 200, answer.text
        return True

    def rendering_hosts(self) -> set[str]:
        """Return the hosts whose worker of the queue `render` was seen lately."""
        rows = self.primary.ask(
            "SELECT name FROM generation_worker WHERE seen_at > now() - interval '12 seconds'"
            " AND queues::text LIKE '%%render%%'"
        )
        return {name.rpartition("/")[2] for (name,) in rows}

    def submit(self, *, count: int, at: str = "web1", **more: object) -> str:
        """Commission a series and return the job's id."""
        spec = {
            "version": 1,
            "title": "Mornings",
            "style": "sun-and-hills",
            "subject": "a sun over low hills",
            "palette": {"name": "terracotta"},
            "composition": {"layout": "centered", "density": 0.4},
            "size": {"width_px": 256, "height_px": 256},
            "count": count,
            "seed": 11,
            "tier": "premium",
            "collection": "mornings",
        }
        job = self.api("curator", "POST", "/jobs", at=at, json={"spec": spec | more})
        return str(job["id"])

    def renders(self, job: str) -> list[dict]:
        """Return the rows of a job's renders, as the primary has them."""
        columns = "id, index, state, worker, sha256, file, losses, attempts"
        rows = self.primary.ask(
            f"SELECT {columns} FROM generation_render WHERE job_id = %s ORDER BY index", job
        )
        return [dict(zip(columns.split(", "), row, strict=True)) for row in rows]

    def states(self, job: str) -> list[str]:
        """Return the state of each render of a job."""
        return [render["state"] for render in self.renders(job)]

    def finished(self, job: str) -> bool:
        """Tell whether every render of a job is made."""
        return set(self.states(job)) == {"rendered"}

    def doubles(self, job: str) -> list[str]:
        """Return what there is twice, or not once, of a finished job."""
        found = []
        objects = self.store.names(PRIVATE)
        for render in self.renders(job):
            stored = [name for name in objects if str(render["id"]) in name and ".png" in name]
            if stored != [f"originals/{render['file']}"]:
                found.append(f"files of {render['id']}: {stored}")
            [(candidates,)] = self.primary.ask(
                "SELECT count(*) FROM curation_candidate WHERE render_id = %s", render["id"]
            )
            if candidates != 1:
                found.append(f"candidates of {render['id']}: {candidates}")
        return found

    @contextmanager
    def cut_off(self, *names: str) -> Iterator[None]:
        """Pull the cables of hosts for the time of the block."""
        for name in names:
            self[name].cut_off()
        try:
            yield
        finally:
            for name in names:
                self[name].heal()

    def explain(self) -> str:
        """Return the ends of all logs, for a failure."""
        return "\n".join(
            f"-- {host.name} {program.name}, {program.alive=}\n{program.tail(12)}"
            for host in self.hosts.values()
            for program in host.programs.values()
        )

    def stop(self) -> None:
        """End everything and leave nothing behind."""
        for host in reversed(self.hosts.values()):
            host.unplug()
        remove_bridge()
        if not os.environ.get("GENART_LAB_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)


assert ROOT.joinpath("manage.py").exists()
