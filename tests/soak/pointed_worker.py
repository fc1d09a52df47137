"""A worker process that obeys orders at named points, started by a supervisor in place of ``python -m streams.worker``.

An order is a file in the folder KHABAR_TEST_ORDERS, named after the stage, that says which signal to raise at which point;
whoever comes there first takes it. The file ``clock`` there says by how many seconds the clock is ahead.
KHABAR_TEST_DELIVERY_SECONDS: how long a delivery may take. KHABAR_TEST_SABOTAGE: the mistake to make, once, for the tests
that prove the checker: early, drop, double or swap.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiokafka

from streams import engine, worker
from streams.stage import Outgoing
from tests.mistakes import HastyRunner, held_back

ORDERS = Path(os.environ["KHABAR_TEST_ORDERS"])
STAGE = sys.argv[1]
SABOTAGED = 40
"""Which output of the process a sabotage is of."""

LATE_SECONDS = 2.5
"""For how long early acknowledgements hold deliveries back: longer than commits are apart."""

clock_ahead = 0.0


def reach(point: str) -> None:
    """Take the order for this point, if there is one, and raise its signal in this process."""
    order = ORDERS / STAGE
    with suppress(FileNotFoundError):
        wanted, number = order.read_text().split(",")
        if wanted == point:
            order.rename(ORDERS / f"{STAGE}.{os.getpid()}")
            os.kill(os.getpid(), int(number))


def look_at_clock() -> None:
    """Be as far ahead as the file says."""
    global clock_ahead  # noqa: PLW0603  # one process, one clock
    try:
        clock_ahead = float((ORDERS / "clock").read_text())
    except FileNotFoundError:
        clock_ahead = 0.0


real_time = time.time
getmany = engine.Consumer._getmany
commit = aiokafka.AIOKafkaConsumer.commit
produce = aiokafka.AIOKafkaProducer.send
Outbox = engine.ProducerOutbox


async def pointed_getmany(consumer: engine.Consumer, *args: Any, **kwargs: Any) -> Any:
    look_at_clock()
    records = await getmany(consumer, *args, **kwargs)
    if records:
        reach("after fetch")
    return records


async def pointed_commit(consumer: aiokafka.AIOKafkaConsumer, *args: Any) -> None:
    """The point lies where the request is on its way and not yet answered."""
    committing = asyncio.ensure_future(commit(consumer, *args))
    await asyncio.sleep(0)
    reach("in commit")
    await committing


async def produce_by_own_clock(producer: Any, *args: Any, timestamp_ms: int | None = None, **kwargs: Any) -> Any:
    """What aiokafka stamps by itself it takes from the system, past Python."""
    if clock_ahead and timestamp_ms is None:
        timestamp_ms = int(time.time() * 1000)
    return await produce(producer, *args, timestamp_ms=timestamp_ms, **kwargs)


class PointedOutbox(Outbox):
    """Passes the points before and after a delivery."""

    async def send(self, outgoing: Outgoing) -> Awaitable[object]:
        """As the outbox does."""
        reach("before send")
        return await Outbox.send(self, outgoing)

    async def confirm(self, outgoing: Outgoing, delivery: Awaitable[object]) -> None:
        """As the outbox does."""
        await Outbox.confirm(self, outgoing, delivery)
        reach("after send")


class LateOutbox(PointedOutbox):
    """Holds every delivery back, so that much is acknowledged and not there where acknowledgements come early."""

    async def send(self, outgoing: Outgoing) -> Awaitable[object]:
        """Give a delivery that begins later."""
        return held_back(LATE_SECONDS, lambda: PointedOutbox.send(self, outgoing))


class Saboteur(PointedOutbox):
    """Makes one mistake with one output."""

    count = 0
    kept: tuple[Outgoing, "asyncio.Future[object]"] | None = None

    async def send(self, outgoing: Outgoing) -> Awaitable[object]:
        """As the outbox does, but for one output, or two of one key."""
        cls = type(self)
        cls.count += 1
        mistake = os.environ["KHABAR_TEST_SABOTAGE"] if cls.count == SABOTAGED else None
        if mistake == "drop":
            dropped: asyncio.Future[object] = asyncio.get_running_loop().create_future()
            dropped.set_result(None)
            return dropped
        if mistake == "double":
            other = [(name, b"0" * 32 if name == "ce_id" else value) for name, value in outgoing.headers]
            await super().send(replace(outgoing, headers=other))
        if mistake == "swap":
            cls.kept = outgoing, asyncio.get_running_loop().create_future()
            return cls.kept[1]
        delivery = await super().send(outgoing)
        if cls.kept is not None and cls.kept[0].key == outgoing.key:
            held, done = cls.kept
            cls.kept = None
            done.set_result(await (await super().send(held)))
        return delivery


time.time = lambda: real_time() + clock_ahead
engine.Consumer._getmany = pointed_getmany  # type: ignore[method-assign,assignment]
aiokafka.AIOKafkaConsumer.commit = pointed_commit
aiokafka.AIOKafkaProducer.send = produce_by_own_clock
engine.ProducerOutbox = PointedOutbox  # type: ignore[misc]
engine.DELIVERY_SECONDS = float(os.environ.get("KHABAR_TEST_DELIVERY_SECONDS", engine.DELIVERY_SECONDS))
match os.environ.get("KHABAR_TEST_SABOTAGE"):
    case "early":
        engine.StageRunner = HastyRunner  # type: ignore[attr-defined]
        engine.ProducerOutbox = LateOutbox  # type: ignore[misc]
    case "drop" | "double" | "swap":
        engine.ProducerOutbox = Saboteur  # type: ignore[misc]

if __name__ == "__main__":
    look_at_clock()
    os._exit(worker.main(*sys.argv[1:]))
