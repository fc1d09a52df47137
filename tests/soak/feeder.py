"""The feeder, a process of its own so that it can be killed: articles to the raw topic, each noted before and after.

Reads from standard input, line by line, up to which number it may go; ends with it.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from tests.soak import ledger
from tests.soak.articles import Article, article
from tests.soak.ledger import Ledger, State

BATCH = 100

PATIENCE_SECONDS = 20.0
"""How long a batch may take until what has no answer counts as unknown."""

STOP_SECONDS = 5.0


def outcome(delivery: "asyncio.Future[object]") -> State:
    """What the end of a delivery says."""
    if not delivery.done():
        return State.UNKNOWN
    error = delivery.exception()
    if error is None:
        return State.ACKNOWLEDGED
    # What might be tried again, and a time that ran out, do not tell whether the broker has the record.
    refused = isinstance(error, KafkaError) and not error.retriable and not isinstance(error, KafkaTimeoutError)
    return State.FAILED if refused else State.UNKNOWN


async def handed_over(producer: AIOKafkaProducer, topic: str, one: Article) -> "asyncio.Future[object]":
    """The delivery that is under way; it has failed where not even that could be begun."""
    try:
        delivery: asyncio.Future[object] = asyncio.ensure_future(await producer.send(topic, one.value, key=one.key))
    except KafkaError as error:
        delivery = asyncio.get_running_loop().create_future()
        delivery.set_exception(error)
    return delivery


async def connected(servers: str) -> AIOKafkaProducer:
    """A producer that is started, however long that takes."""
    while True:
        producer = AIOKafkaProducer(
            bootstrap_servers=servers, acks="all", enable_idempotence=True, linger_ms=5, request_timeout_ms=10_000
        )
        try:
            await producer.start()
        except KafkaError:
            await producer.stop()
            await asyncio.sleep(0.5)
        else:
            return producer


async def replaced(producer: AIOKafkaProducer, servers: str) -> AIOKafkaProducer:
    """A new producer: one that gave up a batch has a gap in its sequence, and the broker takes nothing more of it."""
    with suppress(TimeoutError, KafkaError):
        async with asyncio.timeout(STOP_SECONDS):
            await producer.stop()
    return await connected(servers)


async def feed(servers: str, topic: str, path: Path) -> None:
    """Send until standard input ends."""
    number = max(ledger.read(path), default=-1) + 1
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    producer = await connected(servers)
    with Ledger(path) as book:
        while line := await lines.readline():
            allowed = int(line)
            while number < allowed:
                batch = [article(n) for n in range(number, min(number + BATCH, allowed))]
                number += len(batch)
                book.write((one.number, State.SENT) for one in batch)
                deliveries = {}
                for one in batch:
                    deliveries[one.number] = await handed_over(producer, topic, one)
                await asyncio.wait(deliveries.values(), timeout=PATIENCE_SECONDS)
                outcomes = {n: outcome(delivery) for n, delivery in deliveries.items()}
                book.write(outcomes.items())
                if set(outcomes.values()) != {State.ACKNOWLEDGED}:
                    producer = await replaced(producer, servers)


if __name__ == "__main__":
    asyncio.run(feed(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
