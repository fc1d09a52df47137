"""All that runs together: the cluster, the workers, the feeder; and how far they are."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar

from aiokafka.admin import NewTopic

from tests.soak import kafka, reader
from tests.soak.cluster import Cluster
from tests.soak.kafka import AWAY, Done
from tests.soak.workers import Workers

T = TypeVar("T")

RAW, CLEAN, ENRICHED, LETTERS = (
    "khabar.articles.raw",
    "khabar.articles.clean",
    "khabar.articles.enriched",
    "khabar.dead-letters",
)
GROUPS = {"khabar.clean": RAW, "khabar.extract": CLEAN}

PARTITIONS = 6

TOPIC_BYTES = 8 * 1024 * 1024 + 80 * 1024
"""What a record may have at most, as the settings of the workers want it."""

TRICKLE = 10
"""Articles that are let in with each look, beyond what the plan says, while a fault waits for traffic."""

LOOK_SECONDS = 0.7


@dataclass
class Arena:
    """One run's processes.

    total: articles that there are. allowed: up to which of them the feeder may go now. thirsty: a fault waits for traffic.
    letters: what lay on the dead-letter topic before it was deleted.
    """

    folder: Path
    cluster: Cluster
    workers: Workers
    total: int
    chance: Random
    allowed: int = 0
    thirsty: bool = False
    done: Done = field(default_factory=dict)
    letters: list[reader.Seen] = field(default_factory=list)
    feeder: "subprocess.Popen[bytes] | None" = None

    @property
    def ledger(self) -> Path:
        """The ledger of inputs."""
        return self.folder / "inputs.jsonl"

    async def open(self) -> None:
        """Start the cluster, make the topics, start two supervisors and the feeder."""
        await self.cluster.start()
        names = (RAW, CLEAN, ENRICHED, LETTERS, "khabar.alerts", "khabar.dead-letters.settled")
        await self.persist(lambda: kafka.create(self.cluster.direct, [new_topic(name) for name in names]))
        for _ in range(2):
            self.workers.start()
        await self.workers.says(" ready, fingerprint ", 4, 180)
        self.start_feeder()

    async def close(self) -> None:
        """End everything."""
        self.kill_feeder()
        self.workers.end()
        await self.cluster.stop()

    def start_feeder(self) -> None:
        """Start the process that sends articles; it goes on behind the last one of the ledger."""
        self.ledger.touch()
        with (self.folder / "feeder.log").open("ab") as log:
            self.feeder = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.feeder", self.cluster.proxied, RAW, str(self.ledger)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def kill_feeder(self) -> None:
        """SIGKILL."""
        if self.feeder is not None and self.feeder.stdin is not None:
            self.feeder.kill()
            self.feeder.wait()
            self.feeder.stdin.close()
        self.feeder = None

    async def persist(self, ask: Callable[[], Awaitable[T]], seconds: float = 120) -> T:
        """Ask until it works. Raises what it raised last."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return await ask()
            except AWAY:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.5)

    async def look(self) -> Done:
        """How far the groups are, from now."""
        self.done = await self.persist(lambda: kafka.done(self.cluster.direct, GROUPS))
        return self.done

    @property
    def extracted(self) -> int:
        """Records of the clean topic that are done; what was written twice counts twice."""
        return sum(committed for part, (committed, _) in self.done.items() if part.topic == CLEAN)

    def reached(self, count: int, moment: float) -> bool:
        """Whether so many records are done, or that moment of the monotonic clock is past."""
        return self.extracted >= count or time.monotonic() > moment

    async def watch(self) -> None:
        """Look again and again, and let the feeder go on. Never ends."""
        while True:
            with suppress(*AWAY):
                self.done = await kafka.done(self.cluster.direct, GROUPS)
            if self.thirsty:
                self.allowed += TRICKLE
            limit = min(self.total, self.allowed)
            if self.feeder is not None and self.feeder.stdin is not None:
                try:
                    self.feeder.stdin.write(b"%d\n" % limit)
                    self.feeder.stdin.flush()
                except BrokenPipeError:
                    raise AssertionError(f"the feeder ended: {(self.folder / 'feeder.log').read_text()}") from None
            await asyncio.sleep(LOOK_SECONDS)

    @contextmanager
    def traffic(self) -> Iterator[None]:
        """Let articles in as long as the block runs."""
        self.thirsty = True
        try:
            yield
        finally:
            self.thirsty = False

    async def gets_on(self, seconds: float) -> float:
        """Wait until every partition that has records waiting has moved. Gives the seconds that it took."""
        began = time.monotonic()
        before = await self.look()
        waiting = {part for part, (committed, end) in before.items() if committed < end}
        while waiting:
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"{sorted(map(str, waiting))} did not move within {seconds:g} s")
            await asyncio.sleep(0.2)
            now = self.done
            waiting = {part for part in waiting if now[part][0] <= before[part][0] < now[part][1]}
        return time.monotonic() - began

    async def in_step(self, seconds: float) -> None:
        """Wait until every copy of every partition is in step, as before a node went."""
        deadline = time.monotonic() + seconds
        while lagging := await self.persist(lambda: kafka.behind(self.cluster.direct)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"copies not in step within {seconds:g} s: {lagging}")
            await asyncio.sleep(0.5)

    async def settles(self, seconds: float) -> None:
        """Wait until all is committed and nothing more is written."""
        deadline = time.monotonic() + seconds
        quiet = 0
        last: Done = {}
        while quiet < 3:
            now = await self.look()
            done = all(committed >= end for committed, end in now.values())
            quiet = quiet + 1 if done and now == last else 0
            last = now
            if time.monotonic() > deadline:
                behind = {str(part): offsets for part, offsets in now.items() if offsets[0] < offsets[1]}
                raise TimeoutError(f"not settled after {seconds:g} s: {behind}")
            await asyncio.sleep(1)


def new_topic(name: str) -> NewTopic:
    """With three copies."""
    return NewTopic(
        name=name,
        num_partitions=PARTITIONS,
        replication_factor=3,
        topic_configs={"max.message.bytes": str(TOPIC_BYTES), "min.insync.replicas": "2"},
    )
