"""genart on real servers and several hosts: `make test-distributed`, as root on Debian.

Eleven hosts, each a network namespace on one bridge: PostgreSQL with pgbouncer, its streaming
replica, three nodes of RabbitMQ with quorum queues, Redis, an S3 server that checks signatures,
two web hosts and two hosts with workers. The tests stand outside: they speak HTTP, WebSocket, S3
and SQL to it, and pull the cables.

`network.py` makes hosts and cuts them off, `postgres.py`, `rabbit.py` and `stores.py` run the
servers, `factory.py` the processes of genart, `lab.py` puts all together.
"""
