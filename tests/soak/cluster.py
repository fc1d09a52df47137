"""Three nodes of a real Kafka, each behind a proxy; and a way round the proxies for whoever looks on."""

import asyncio
import base64
import random
import resource
import secrets
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

from streams.kafka.broker import HOST, LocalBroker
from tests.soak.proxy import Proxy

NODES = 3

START_SECONDS = 300.0
"""For a node: it needs the others, and all start at once on a machine that may be busy."""

PORTS = range(20_000, 32_000)
"""Below those that the system gives to outgoing connections."""

NAME = PASSWORD = "node"  # noqa: S105  # of a cluster on the loopback address that lives for one run
LOGIN = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required"
    f' username="{NAME}" password="{PASSWORD}" user_{NAME}="{PASSWORD}";'
)

OPTIONS = {
    "inter.broker.listener.name": "INTERNAL",
    "listener.security.protocol.map": "CONTROLLER:SASL_PLAINTEXT,PLAINTEXT:PLAINTEXT,INTERNAL:SASL_PLAINTEXT",
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
    # A busy machine makes a node slow to answer, and it must not be taken for dead.
    "broker.session.timeout.ms": "5000",
    "controller.quorum.fetch.timeout.ms": "4000",
    "controller.quorum.election.timeout.ms": "2000",
    # Whoever comes without a name may be denied something; the nodes, and who looks on, have a name and may do all.
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
    "super.users": f"User:{NAME}",
    "sasl.enabled.mechanisms": "PLAIN",
    "sasl.mechanism.inter.broker.protocol": "PLAIN",
    "sasl.mechanism.controller.protocol": "PLAIN",
    "listener.name.internal.plain.sasl.jaas.config": LOGIN,
    "listener.name.controller.plain.sasl.jaas.config": LOGIN,
}


def free_ports(count: int) -> list[int]:
    """Ports at which nothing listens now."""
    found: list[int] = []
    for port in random.sample(PORTS, 1000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError(f"no {count} free ports on {HOST}")


class Cluster:
    """The nodes and their proxies.

    proxied: the addresses of the proxies. direct: options of an aiokafka client for the way round them, which no fault of
    the network and no denial touches.
    """

    def __init__(self, folder: Path) -> None:
        ports = free_ports(4 * NODES)
        plain, internal, control, outer = (ports[n::4] for n in range(4))
        voters = ",".join(f"{n + 1}@{HOST}:{port}" for n, port in enumerate(control))
        cluster = base64.urlsafe_b64encode(b"soaked" + secrets.token_bytes(10)).decode().rstrip("=")
        self.nodes = [
            LocalBroker(
                folder / f"node-{n + 1}",
                port=plain[n],
                cluster=cluster,
                start_seconds=START_SECONDS,
                options=OPTIONS
                | {
                    "node.id": str(n + 1),
                    "controller.quorum.voters": voters,
                    "listeners": f"PLAINTEXT://{HOST}:{plain[n]},INTERNAL://{HOST}:{internal[n]}"
                    f",CONTROLLER://{HOST}:{control[n]}",
                    "advertised.listeners": f"PLAINTEXT://{HOST}:{outer[n]},INTERNAL://{HOST}:{internal[n]}",
                },
            )
            for n in range(NODES)
        ]
        self.proxies = [Proxy(outer[n], plain[n]) for n in range(NODES)]
        self.direct: dict[str, Any] = {
            "bootstrap_servers": ",".join(f"{HOST}:{port}" for port in internal),
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": NAME,
            "sasl_plain_password": PASSWORD,
        }
        self.proxied = ",".join(f"{HOST}:{port}" for port in outer)

    async def start(self) -> None:
        """Start proxies and nodes; the nodes need each other, so all at once."""
        for proxy in self.proxies:
            await proxy.start()
        await self.raise_up(range(NODES))

    async def stop(self) -> None:
        """Stop all; a cluster that is thrown away need not close its logs in order."""
        self.fell(range(NODES))
        for proxy in self.proxies:
            await proxy.stop()

    def clear(self) -> None:
        """Remove the data of nodes that were stopped."""
        for node in self.nodes:
            shutil.rmtree(node.data_dir)

    def fell(self, numbers: Iterable[int]) -> None:
        """Send SIGKILL to these nodes."""
        for number in numbers:
            self.nodes[number].kill()

    async def raise_up(self, numbers: Iterable[int]) -> None:
        """Start these nodes again on their ports and data; raises EnvironmentFault when one does not come up."""
        await asyncio.gather(*(asyncio.to_thread(self.nodes[number].restart) for number in numbers))

    def fill_disk(self, number: int) -> None:
        """Let the node's files grow no more; Kafka then gives its data folder up and ends."""
        pid = self.nodes[number].pid
        if pid is None:
            raise RuntimeError(f"node {number + 1} does not run")
        psutil.Process(pid).rlimit(psutil.RLIMIT_FSIZE, (64 * 1024, resource.RLIM_INFINITY))

    async def ended(self, number: int, seconds: float) -> bool:
        """Wait until the node has ended by itself."""
        async with asyncio.timeout(seconds):
            while self.nodes[number].pid is not None:  # noqa: ASYNC110  # a process tells nobody
                await asyncio.sleep(0.1)
        return True
