"""A cluster of RabbitMQ from Debian: three nodes, of which the larger part goes on."""

import json
import os
import pwd
import socket
import subprocess
from pathlib import Path

from tests.distributed.network import Host, Program, wait_for

USER, PASSWORD = "genart", "of-the-lab"
PORT = 5672
SCRIPTS = Path("/usr/lib/rabbitmq/bin")
COOKIE = "COOKIEOFTHELAB"


def listens(host: Host) -> bool:
    """Tell whether a node takes connections."""
    socket.create_connection((host.address, PORT), timeout=2).close()
    return True


class Cluster:
    """All nodes, one on each host."""

    def __init__(self, hosts: list[Host]) -> None:
        self.hosts = hosts

    @property
    def url(self) -> str:
        """Return every node's address, as the settings take them."""
        return ";".join(f"amqp://{USER}:{PASSWORD}@{host.address}:{PORT}/" for host in self.hosts)

    def start(self) -> None:
        """Start all nodes; they agree which one the others join."""
        for host in self.hosts:
            self.start_node(host)
        for host in self.hosts:
            wait_for(f"{host.name} listens", lambda host=host: listens(host), 240)
        wait_for("all nodes run together", lambda: self.knows(self.hosts[0]), 120)

    def start_node(self, host: Host) -> Program:
        """Start one node."""
        self._configure(host)
        words = ["setpriv", "--reuid=rabbitmq", "--regid=rabbitmq", "--clear-groups"]
        server = SCRIPTS / "rabbitmq-server"
        return host.run("rabbitmq", [*words, server], environment=self._environment(host))

    def knows(self, host: Host) -> bool:
        """Tell whether a node runs with all the others."""
        return self.members(host) == len(self.hosts)

    def members(self, host: Host) -> int:
        """Return how many nodes run together, as one of them sees it."""
        told = self.control(host, "cluster_status", "--formatter", "json")
        return len(json.loads(told)["running_nodes"])

    def control(self, host: Host, *words: str) -> str:
        """Ask a node by its own tool."""
        command = ["ip", "netns", "exec", host.space, "setpriv", "--reuid=rabbitmq"]
        command += ["--regid=rabbitmq", "--clear-groups", str(SCRIPTS / "rabbitmqctl")]
        done = subprocess.run(
            [*command, *words, "-q"],
            env=self._environment(host),
            capture_output=True,
            text=True,
            check=True,
            cwd=host.folder,
        )
        return done.stdout

    def queues(self) -> dict[str, str]:
        """Return the kind of each queue."""
        told = self.control(self.hosts[0], "list_queues", "name", "type", "--no-table-headers")
        return dict(line.split()[:2] for line in told.splitlines() if line.strip())

    def _environment(self, host: Host) -> dict[str, str]:
        folder = host.folder
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(folder),
            "ERL_INETRC": str(folder / "inetrc"),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"rabbit@{host.address}",
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
        }

    def _configure(self, host: Host) -> None:
        """Write a node's settings, owned by the user that it runs as."""
        nodes = "\n".join(
            f"cluster_formation.classic_config.nodes.{number} = rabbit@{other.address}"
            for number, other in enumerate(self.hosts, start=1)
        )
        files = {
            ".erlang.cookie": COOKIE,
            "plugins": "[].",
            # Erlang would ask a name server that no host of the lab reaches, and wait for it.
            "inetrc": "{lookup, [file, native]}.\n{timeout, 100}.\n{retry, 1}.\n",
            "rabbitmq.conf": f"""listeners.tcp.1 = {host.address}:{PORT}
default_user = {USER}
default_pass = {PASSWORD}
loopback_users = none
cluster_formation.peer_discovery_backend = classic_config
{nodes}
cluster_partition_handling = pause_minority
net_ticktime = 8
disk_free_limit.absolute = 100MB
log.console = true
log.console.level = warning
""",
        }
        for name, text in files.items():
            path = host.folder / name
            path.write_text(text)
            path.chmod(0o400 if name.startswith(".") else 0o644)
        entry = pwd.getpwnam("rabbitmq")
        for path in (host.folder, *host.folder.iterdir()):
            os.chown(path, entry.pw_uid, entry.pw_gid)
