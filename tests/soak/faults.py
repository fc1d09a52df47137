"""The kinds of faults. Each is entered when it is injected, held for a while and left when it is healed.

What is entered gives a line that says what exactly was done. Waits are for conditions; holds are in seconds.
"""

import asyncio
import resource
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress

import psutil
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from tests.soak import kafka, ledger, reader
from tests.soak.arena import GROUPS, LETTERS, Arena, new_topic
from tests.soak.kafka import AWAY
from tests.soak.proxy import Mode
from tests.soak.workers import STAGES, Workers

POINTS = ("after fetch", "before send", "after send", "in commit")

PATIENCE_SECONDS = 240.0
"""How long a condition may take on a busy machine until the run has failed."""

SESSION_SECONDS = 5.0
"""Of the workers: a member that is silent for so long loses its partitions."""

HOUR = 3600

Fault = Callable[[Arena], AbstractAsyncContextManager[str]]


async def obeyed(workers: Workers, stage: str, point: str, number: signal.Signals) -> int:
    """Order a signal at a point and wait until a worker took it; gives its process id."""
    order = workers.orders / stage
    whole = order.with_suffix(".writing")
    whole.write_text(f"{point},{int(number)}")
    whole.replace(order)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for taken in workers.orders.glob(f"{stage}.[0-9]*"):
            taken.unlink()
            return int(taken.suffix[1:])
        await asyncio.sleep(0.02)
    raise TimeoutError(f"no worker of {stage} came to the point {point!r}")


def thaw(pid: int) -> None:
    """Let a process go on, if it is there."""
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).resume()


def killed_at(stage: str, point: str) -> Fault:
    """A worker is killed where it stands."""

    @asynccontextmanager
    async def fault(arena: Arena) -> AsyncIterator[str]:
        with arena.traffic():
            pid = await obeyed(arena.workers, stage, point, signal.SIGKILL)
        yield f"SIGKILL of {stage} {point}, process {pid}"

    return fault


def frozen_at(stage: str, point: str) -> Fault:
    """A worker is frozen where it stands until its partitions are given away; then it goes on with old news."""

    @asynccontextmanager
    async def fault(arena: Arena) -> AsyncIterator[str]:
        with arena.traffic():
            pid = await obeyed(arena.workers, stage, point, signal.SIGSTOP)
        try:
            await asyncio.sleep(SESSION_SECONDS + 2)
            yield f"SIGSTOP of {stage} {point}, process {pid}, for {SESSION_SECONDS + 2:g} s"
        finally:
            thaw(pid)

    return fault


@asynccontextmanager
async def killed(arena: Arena) -> AsyncIterator[str]:
    """A worker is killed at any time."""
    worker = await _any_worker(arena)
    await asyncio.sleep(arena.chance.random())
    with suppress(psutil.NoSuchProcess):
        worker.kill()
    yield f"SIGKILL of process {worker.pid} at random"


@asynccontextmanager
async def frozen(arena: Arena) -> AsyncIterator[str]:
    """A worker is frozen at any time, for longer or shorter than its session."""
    worker = await _any_worker(arena)
    seconds = round(arena.chance.uniform(0.5, 2 * SESSION_SECONDS), 1)
    with suppress(psutil.NoSuchProcess):
        worker.suspend()
    try:
        await asyncio.sleep(seconds)
        yield f"SIGSTOP of process {worker.pid} at random for {seconds} s"
    finally:
        thaw(worker.pid)


@asynccontextmanager
async def supervisor_killed(arena: Arena) -> AsyncIterator[str]:
    """A supervisor is killed; its workers die with it, and another takes its place."""
    site = arena.chance.choice(arena.workers.sites)
    await arena.workers.kill(site)
    yield f"SIGKILL of supervisor {site.process.pid}"
    arena.workers.start()


@asynccontextmanager
async def rolling_restart(arena: Arena) -> AsyncIterator[str]:
    """Each supervisor is stopped in order and replaced when the other is ready."""
    codes = []
    for site in list(arena.workers.sites):
        ready = arena.workers.said(" ready, fingerprint ")
        codes.append(await arena.workers.stop(site))
        arena.workers.start()
        await arena.workers.says(" ready, fingerprint ", ready + 2, PATIENCE_SECONDS)
    yield f"SIGTERM of all supervisors in turn, exit codes {codes}"


@asynccontextmanager
async def _back_after(arena: Arena, numbers: Sequence[int]) -> AsyncIterator[None]:
    """Whatever comes of it, these nodes are up again afterwards and the copies in step."""
    try:
        yield
    finally:
        await arena.cluster.raise_up(numbers)
        await arena.in_step(PATIENCE_SECONDS)


@asynccontextmanager
async def node_down(arena: Arena) -> AsyncIterator[str]:
    """One node of three is killed and comes back."""
    number = arena.chance.randrange(len(arena.cluster.nodes))
    arena.cluster.fell([number])
    async with _back_after(arena, [number]):
        await asyncio.sleep(6)
        yield f"SIGKILL of node {number + 1}, down for 6 s"


@asynccontextmanager
async def cluster_down(arena: Arena) -> AsyncIterator[str]:
    """All nodes are killed at once, as when the power fails."""
    everyone = range(len(arena.cluster.nodes))
    arena.cluster.fell(everyone)
    async with _back_after(arena, everyone):
        await asyncio.sleep(2)
        yield "SIGKILL of all nodes"


@asynccontextmanager
async def rebalance_storm(arena: Arena) -> AsyncIterator[str]:
    """Members that do nothing join the groups of the workers and leave again, one after the other."""
    joined = 0
    for group, topic in GROUPS.items():
        for _ in range(3):
            idle = AIOKafkaConsumer(
                topic,
                **arena.cluster.direct,
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                partition_assignment_strategy=[RoundRobinPartitionAssignor],
                session_timeout_ms=int(SESSION_SECONDS * 1000),
                heartbeat_interval_ms=1000,
                rebalance_timeout_ms=60_000,
            )
            try:
                async with asyncio.timeout(15):
                    await idle.start()
                joined += 1
                await asyncio.sleep(arena.chance.random())
            except AWAY:
                pass  # a storm may be too strong for whoever makes it
            finally:
                await idle.stop()
    yield f"{joined} members joined and left"


@asynccontextmanager
async def letters_missing(arena: Arena) -> AsyncIterator[str]:
    """The dead-letter topic is deleted, what lay there being read before, while all workers are frozen."""
    # Supervisors, too, or one might start a worker that writes what is then deleted.
    frozen_ones = [*arena.workers.supervisors(), *arena.workers.all()]
    for worker in frozen_ones:
        with suppress(psutil.NoSuchProcess):
            worker.suspend()
    refusals = arena.workers.said("cannot deliver to khabar.dead-letters")
    try:
        await asyncio.sleep(2)  # what was on its way to the broker is there
        arena.letters += await arena.persist(lambda: reader.read(arena.cluster.direct, LETTERS))
        await arena.persist(lambda: kafka.delete(arena.cluster.direct, LETTERS))
    finally:
        for worker in frozen_ones:
            thaw(worker.pid)
    try:
        with arena.traffic():
            await arena.workers.says("cannot deliver to khabar.dead-letters", refusals + 1, PATIENCE_SECONDS)
        yield "dead-letter topic deleted until a worker failed by it"
    finally:
        await arena.persist(lambda: kafka.create(arena.cluster.direct, [new_topic(LETTERS)]))


@asynccontextmanager
async def letters_denied(arena: Arena) -> AsyncIterator[str]:
    """Nobody may write to the dead-letter topic."""
    refusals = arena.workers.said("cannot deliver to khabar.dead-letters")
    await arena.persist(lambda: kafka.deny_writing(arena.cluster.direct, LETTERS))
    try:
        with arena.traffic():
            await arena.workers.says("cannot deliver to khabar.dead-letters", refusals + 1, PATIENCE_SECONDS)
        yield "writing to the dead-letter topic denied until a worker failed by it"
    finally:
        await arena.persist(lambda: kafka.allow_writing(arena.cluster.direct, LETTERS))


@asynccontextmanager
async def disk_of_node_full(arena: Arena) -> AsyncIterator[str]:
    """The files of one node may grow no more, by its limit of file sizes; Kafka ends by itself and starts anew."""
    number = arena.chance.randrange(len(arena.cluster.nodes))
    arena.cluster.fill_disk(number)
    async with _back_after(arena, [number]):
        with arena.traffic():
            await arena.cluster.ended(number, PATIENCE_SECONDS)
        yield f"files of node {number + 1} limited to 64 KiB until it ended"


@asynccontextmanager
async def disk_of_workers_full(arena: Arena) -> AsyncIterator[str]:
    """No file of a supervisor and its workers may grow, by their limit of file sizes."""
    site = arena.chance.choice(arena.workers.sites)
    everyone = [site.supervisor, *site.workers()]
    for process in everyone:
        with suppress(psutil.NoSuchProcess):
            process.rlimit(psutil.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        with arena.traffic():
            _, alive = await asyncio.to_thread(psutil.wait_procs, everyone[1:], PATIENCE_SECONDS)
        if alive:
            raise TimeoutError(f"still there with a full disk: {alive}")
        await asyncio.sleep(3)  # the supervisor tries to start others
        yield f"files of supervisor {site.process.pid} and its workers limited to nothing until the workers ended"
    finally:
        if site.running:
            for process in (everyone[0], *site.workers()):
                with suppress(psutil.NoSuchProcess):
                    process.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@asynccontextmanager
async def connections_cut(arena: Arena) -> AsyncIterator[str]:
    """All connections are reset, again and again, in between they may be made anew."""
    cut = 0
    for _ in range(5):
        cut += sum(proxy.cut() for proxy in arena.cluster.proxies)
        await asyncio.sleep(0.2 + arena.chance.random())
    yield f"{cut} connections cut"


def network(mode: Mode, seconds: float) -> Fault:
    """All nodes can be reached no more, or only in one direction."""

    @asynccontextmanager
    async def fault(arena: Arena) -> AsyncIterator[str]:
        for proxy in arena.cluster.proxies:
            proxy.turn(mode)
        try:
            await asyncio.sleep(seconds)
            yield f"the network {mode.value}, for {seconds:g} s, then cuts"
        finally:
            for proxy in arena.cluster.proxies:
                proxy.turn(Mode.OPEN)

    return fault


@contextmanager
def clocks(arena: Arena, seconds: float) -> Iterator[None]:
    """Let the clocks of all workers be ahead as long as the block runs."""
    file = arena.workers.orders / "clock"
    file.write_text(f"{seconds}")
    try:
        yield
    finally:
        file.unlink()


@asynccontextmanager
async def clock_ahead(arena: Arena) -> AsyncIterator[str]:
    """The workers' clocks are half an hour ahead, which Kafka takes."""
    with clocks(arena, HOUR / 2):
        await asyncio.sleep(6)
        yield "clocks of the workers 30 minutes ahead for 6 s"


@asynccontextmanager
async def clock_far_ahead(arena: Arena) -> AsyncIterator[str]:
    """The workers' clocks are so far ahead that Kafka refuses what they stamp."""
    refusals = arena.workers.said("InvalidTimestamp")
    with clocks(arena, 2 * HOUR):
        with arena.traffic():
            await arena.workers.says("InvalidTimestamp", refusals + 1, PATIENCE_SECONDS)
        yield "clocks of the workers two hours ahead until Kafka refused their records"


@asynccontextmanager
async def feeder_killed(arena: Arena) -> AsyncIterator[str]:
    """The feeder is killed with articles on their way: nobody knows what became of them."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with arena.traffic():
        while not ledger.is_open(arena.ledger):
            if time.monotonic() > deadline:
                raise TimeoutError("the feeder sends nothing")
            await asyncio.sleep(0.001)
    arena.kill_feeder()
    yield "SIGKILL of the feeder"
    arena.start_feeder()


async def _any_worker(arena: Arena) -> psutil.Process:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (workers := arena.workers.all()):
        if time.monotonic() > deadline:
            raise TimeoutError("no worker process is there")
        await asyncio.sleep(0.1)
    return arena.chance.choice(workers)


KINDS: dict[str, list[Fault]] = {
    "SIGKILL at a named point": [killed_at(stage, point) for stage in STAGES for point in POINTS],
    "SIGSTOP at a named point": [frozen_at(STAGES[number % 2], point) for number, point in enumerate(POINTS)],
    "SIGKILL at random": [killed] * 4,
    "SIGSTOP at random": [frozen] * 2,
    "supervisor killed": [supervisor_killed],
    "rolling restart": [rolling_restart] * 2,
    "one node of three down": [node_down] * 2,
    "all nodes killed": [cluster_down],
    "rebalance storm": [rebalance_storm] * 2,
    "dead-letter topic missing": [letters_missing],
    "dead-letter topic denied": [letters_denied],
    "full disk of a node": [disk_of_node_full],
    "full disk of workers": [disk_of_workers_full],
    "connections cut": [connections_cut] * 2,
    "answers lost": [network(Mode.ANSWERLESS, 3)] * 2,
    "network mute": [network(Mode.MUTE, 8)],
    "clocks ahead": [clock_ahead],
    "clocks too far ahead": [clock_far_ahead],
    "feeder killed": [feeder_killed] * 2,
}
"""Each kind and the faults of it that one run injects."""
