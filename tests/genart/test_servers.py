"""Addresses of real servers: what the settings make of them."""

import os
import subprocess
import sys

import pika
import pytest
import redis
from django.conf import settings

from genart import servers


def settings_with(tmp_path, expression: str, **variables: str) -> str:
    """Return what an expression over fresh settings says, in a process of its own."""
    known = {**os.environ, "GENART_DATA_DIR": str(tmp_path), **variables}
    done = subprocess.run(
        [sys.executable, "-c", f"from genart import settings as s; print({expression})"],
        env=known,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_database_over_the_network_is_given_up_within_seconds():
    made = servers.postgres("postgresql://ga:s%40fe@db.example:6432/shop?sslmode=require")
    assert (made["NAME"], made["USER"], made["PASSWORD"]) == ("shop", "ga", "s@fe")
    assert (made["HOST"], made["PORT"]) == ("db.example", "6432")
    assert made["OPTIONS"]["sslmode"] == "require"
    assert made["OPTIONS"]["tcp_user_timeout"] == 20_000
    assert made["OPTIONS"]["connect_timeout"] == servers.CONNECT_SECONDS


def test_an_address_has_the_last_word_on_time():
    assert servers.postgres("postgresql://db/?connect_timeout=2")["OPTIONS"] == (
        servers.LOST_IN_TIME | {"connect_timeout": "2"}
    )


def test_a_unix_socket_needs_no_timeouts():
    made = servers.postgres("postgresql://ga@/shop?host=/var/run/postgresql")
    assert made["HOST"] == "/var/run/postgresql"
    assert made["OPTIONS"] == {}


def test_several_hosts_are_tried_in_turn():
    made = servers.postgres(
        "postgresql://ga@db1:5432,db2:5433/shop?target_session_attrs=read-write"
    )
    assert (made["HOST"], made["PORT"]) == ("db1,db2", "5432,5433")
    assert made["OPTIONS"]["target_session_attrs"] == "read-write"


def test_pika_takes_the_address_and_notices_a_lost_node_soon():
    first, second = (
        pika.URLParameters(node)
        for node in servers.amqp("amqp://a:b@q1/;amqp://a:b@q2/?heartbeat=40").split(";")
    )
    assert (first.host, first.heartbeat, first.socket_timeout) == ("q1", 15, 3)
    assert (second.host, second.heartbeat) == ("q2", 40)
    assert first.virtual_host == second.virtual_host == "/"
    assert servers.amqp("") == ""


def test_a_socket_of_redis_stays_an_address_that_redis_reads():
    made = servers.redis("unix:///run/valkey.sock?db=1")
    assert made.startswith("unix:///run/valkey.sock?")
    read = redis.ConnectionPool.from_url(made).connection_kwargs
    assert (read["path"], read["db"], read["socket_timeout"]) == ("/run/valkey.sock", 1, 5.0)


def test_redis_is_given_up_within_seconds_and_the_address_has_the_last_word():
    made = servers.redis("redis://:pw@kv:6379/2?socket_timeout=9")
    known = redis.ConnectionPool.from_url(made).connection_kwargs
    assert (known["host"], known["db"], known["password"]) == ("kv", 2, "pw")
    assert (known["socket_connect_timeout"], known["socket_timeout"]) == (3.0, 9.0)


def test_behind_a_pooler_no_cursor_and_no_lock_of_a_session_is_left_to_it(tmp_path):
    said = settings_with(
        tmp_path,
        "(sorted(s.DATABASES), s.DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS'],"
        " s.DATABASES['direct']['PORT'], 'pool' in s.DATABASES['direct']['OPTIONS'])",
        DATABASE_URL="postgresql://ga@bouncer:6432/shop",
        DATABASE_DIRECT_URL="postgresql://ga@db:5432/shop",
    )
    assert said == "(['default', 'direct'], True, '5432', False)"


def test_the_owner_of_the_tables_connects_where_its_own_address_says(tmp_path):
    said = settings_with(
        tmp_path,
        "s.DATABASE_OWNER",
        DATABASE_URL="postgresql://ga@bouncer:6432/shop",
        DATABASE_OWNER_URL="postgresql://owner:x@db:5432/shop",
    )
    assert "'HOST': 'db', 'PORT': '5432'" in said and "'USER': 'owner'" in said


def test_without_a_replica_no_router_asks_anything(tmp_path):
    assert settings_with(tmp_path, "hasattr(s, 'DATABASE_ROUTERS')") == "False"


@pytest.fixture
def stores(tmp_path):
    from django.core.files.storage import storages
    from django.test import override_settings

    default, originals = servers.buckets(
        "mine", "shown", endpoint="http://127.0.0.1:9", cdn="cdn.example", region="eu-central-1"
    )
    made = settings.STORAGES | {"default": default, "originals": originals}
    keys = {"AWS_S3_ACCESS_KEY_ID": "key", "AWS_S3_SECRET_ACCESS_KEY": "secret"}
    with override_settings(STORAGES=made, **keys):
        yield storages


def test_public_pictures_are_named_by_the_cdn_and_originals_by_a_signature(stores):
    assert stores["default"].url("a/b.webp") == "https://cdn.example/public/a/b.webp"
    signed = stores["originals"].url("a/b.png")
    assert signed.startswith("http://127.0.0.1:9/mine/originals/a/b.png?")
    assert "X-Amz-Signature=" in signed and "X-Amz-Expires=300" in signed


def test_what_is_stored_in_public_is_kept_by_browsers_for_good(stores):
    said = stores["default"].get_object_parameters("a/b.webp")
    assert said == {"CacheControl": "public, max-age=31536000, immutable"}
