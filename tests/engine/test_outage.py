"""A broker that dies and comes back, and a dead-letter topic that is not there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.admin import create_topics
from streams.kafka.broker import LocalBroker
from streams.kafka.client import client_options, producer
from streams.settings import Settings
from streams.topics import CLEAN, DEAD_LETTERS, RAW
from streams.worker import EXIT_ENVIRONMENT


@pytest.fixture
def mortal_broker() -> Iterator[LocalBroker]:
    """A broker of this test's own, since all others share one."""
    with LocalBroker() as running:
        yield running


def article(text: str) -> bytes:
    return orjson.dumps({"url": f"https://a.example/{text.replace(' ', '-')}", "text": text})


async def test_a_worker_survives_the_death_and_return_of_the_broker(
    mortal_broker: LocalBroker, start: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Settings(_env_file=None, bootstrap_servers=mortal_broker.bootstrap_servers, state_dir=tmp_path / "own")
    monkeypatch.setattr(start, "settings", own)
    await create_topics(own)
    workers = start.under_test()
    await workers.says("ready")
    await _produce(own, [article(f"work 0.0{number}") for number in range(5)])
    mortal_broker.kill()
    mortal_broker.start()
    await _produce(own, [article(f"after {number}") for number in range(5)])
    bodies = await _bodies(own, 10)
    assert len(bodies) == 10
    assert await workers.stop() == 0, workers.text()


async def test_an_absent_dead_letter_topic_stops_the_worker_with_nothing_acknowledged(
    settings: Settings, topics: list[str], start: Any, produce: Any
) -> None:
    workers = start.under_test(KHABAR_TEST_DELIVERY_SECONDS="3")
    await workers.says("ready")
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        await admin.delete_topics([DEAD_LETTERS.full_name(settings)])
        while DEAD_LETTERS.full_name(settings) in await admin.list_topics():  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.1)  # until then the broker still takes records for it
        await produce(RAW.full_name(settings), article("bad"))
        await workers.says("cannot deliver to")
        await workers.says(f"ended with exit code {EXIT_ENVIRONMENT}")
        offsets = await admin.list_consumer_group_offsets(f"{settings.group_prefix}khabar.clean")
    finally:
        await admin.close()
    assert sum(meta.offset for meta in offsets.values()) == 0


async def _produce(settings: Settings, values: list[bytes]) -> None:
    async with producer(settings) as sender:
        for value in values:
            await sender.send_and_wait(RAW.full_name(settings), value)


async def _bodies(settings: Settings, count: int) -> set[str]:
    found: set[str] = set()
    consumer = AIOKafkaConsumer(
        CLEAN.full_name(settings), **client_options(settings), auto_offset_reset="earliest", group_id=None
    )
    async with consumer:
        for _ in range(120):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found |= {orjson.loads(record.value)["body"] for record in batch}
            if len(found) >= count:
                break
    return found
