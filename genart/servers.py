"""Real servers by their addresses, as `genart/settings.py` needs them. Reads no variable itself.

What it adds to an address is time: a server that a network no longer reaches must be given up
within seconds, and the systems' own defaults wait for minutes.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from psycopg.conninfo import conninfo_to_dict

CONNECT_SECONDS = 5
SILENT_SECONDS = 20
"""A server that acknowledges nothing for so long is given up."""
HEARTBEAT_SECONDS = 15
LOST_IN_TIME = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": SILENT_SECONDS * 1000,
}
"""libpq's own words; they mean nothing on a Unix socket, and an address may say otherwise."""
NAMED = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def pooled(entries: dict[str, str], *, connections: int, seconds: int = 10) -> dict[str, Any]:
    """Return Django's settings of a database, with a pool of connections in each process.

    Args:
        entries: NAME, USER, PASSWORD, HOST, PORT and, if any, OPTIONS.
        connections: most that one process holds.
        seconds: to wait for one of them.
    """
    pool = {"min_size": 1, "max_size": connections, "timeout": seconds}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # the pool drops what a restart of the server has broken
        **entries,
        "OPTIONS": {"pool": pool, **entries.get("OPTIONS", {})},  # type: ignore[dict-item]
    }


def postgres(url: str) -> dict[str, Any]:
    """Return the entries of DATABASES that a `postgresql://` address names.

    Several hosts by commas are tried in turn: with `target_session_attrs=read-write` that finds
    the primary after a failover.
    """
    said: dict[str, Any] = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    entries = {entry: said.pop(word, "") for word, entry in NAMED.items()}
    entries["NAME"] = entries["NAME"] or "genart"
    over_network = entries["HOST"] and not entries["HOST"].startswith("/")
    return {**entries, "OPTIONS": (LOST_IN_TIME if over_network else {}) | said}


def session(url: str) -> dict[str, Any]:
    """Return the alias `direct`: the server behind a pooler, one connection for each who asks."""
    made = pooled(postgres(url), connections=1)
    del made["OPTIONS"]["pool"]
    return made | {"TEST": {"MIRROR": "default"}}


def replica(url: str, *, connections: int) -> dict[str, Any]:
    """Return the alias `replica`, which is given up sooner than the primary: that one can help."""
    entries = postgres(url)
    entries["OPTIONS"] |= {"connect_timeout": 2, "tcp_user_timeout": 5_000}
    return pooled(entries, connections=connections, seconds=2) | {"TEST": {"MIRROR": "default"}}


def redis(url: str) -> str:
    """Return a Redis address with time-outs, where it does not name its own."""
    parts = urlsplit(url)
    said = {
        "socket_connect_timeout": "3",
        "socket_timeout": str(CONNECT_SECONDS),
        "health_check_interval": str(HEARTBEAT_SECONDS),
    } | dict(parse_qsl(parts.query))
    if parts.scheme == "unix":  # urlunsplit would write unix:/path, which redis does not read
        return f"unix://{parts.netloc}{parts.path}?{urlencode(said)}"
    return urlunsplit(parts._replace(query=urlencode(said)))


def amqp(url: str) -> str:
    """Return an `amqp://` address with pika's time-outs, where it does not name its own.

    Several nodes of a cluster, by semicolons, are tried in turn.
    """
    return ";".join(_timed(node) for node in url.split(";") if node)


def _timed(url: str) -> str:
    parts = urlsplit(url)
    said = {
        "heartbeat": str(HEARTBEAT_SECONDS),
        "socket_timeout": "3",
        "stack_timeout": str(CONNECT_SECONDS),
        "blocked_connection_timeout": str(2 * HEARTBEAT_SECONDS),
    } | dict(parse_qsl(parts.query))
    return urlunsplit(parts._replace(query=urlencode(said)))


def buckets(
    private: str, public: str, *, endpoint: str, cdn: str, region: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the S3 storages `default` (public, immutable) and `originals` (signed, private).

    Args:
        private: bucket of the originals; its addresses are signed, for five minutes.
        public: bucket of what anybody may see; browsers keep it for a year.
        endpoint: address of another S3 service than Amazon's.
        cdn: host name in front of the public bucket.
        region: of both.
    """
    from botocore.config import Config

    shared = {
        "endpoint_url": endpoint or None,
        "region_name": region or None,
        "file_overwrite": True,
        "client_config": Config(
            signature_version="s3v4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=SILENT_SECONDS,
            retries={"mode": "standard", "max_attempts": 4},
            request_checksum_calculation="when_required",  # other services know no CRC64
            response_checksum_validation="when_required",
        ),
    }
    forever = {"CacheControl": "public, max-age=31536000, immutable"}
    default = {
        "bucket_name": public,
        "location": "public",
        "querystring_auth": False,
        "custom_domain": cdn or None,
        "object_parameters": forever,
    }
    originals = {
        "bucket_name": private,
        "location": "originals",
        "querystring_auth": True,
        "querystring_expire": 300,
        "default_acl": "private",
    }
    backend = "storages.backends.s3.S3Storage"
    return (
        {"BACKEND": backend, "OPTIONS": shared | default},
        {"BACKEND": backend, "OPTIONS": shared | originals},
    )
