import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from streams.errors import UsageError
from streams.kafka.admin import (
    GROUPS,
    Created,
    Drift,
    GroupOverview,
    TopicOverview,
    create_topics,
    missing_topics,
    overview,
    wait_for_topics,
)
from streams.kafka.client import client_options, connected
from streams.settings import Settings
from streams.topics import DAY_MS, TOPICS

Produce = Callable[..., Awaitable[Any]]


async def test_creates_what_is_absent_once(settings: Settings) -> None:
    names = [topic.full_name(settings) for topic in TOPICS]
    assert await missing_topics(settings) == names
    assert await create_topics(settings) == [Created(name, new=True) for name in names]
    assert await missing_topics(settings) == []
    assert await create_topics(settings) == [Created(name, new=False) for name in names]


async def test_two_may_create_them_at_once(settings: Settings) -> None:
    results = await asyncio.gather(*(create_topics(settings) for _ in range(3)))
    for topics in zip(*results, strict=True):
        assert [topic.new for topic in topics].count(True) == 1
        assert all(topic.drift == () for topic in topics)


async def test_reports_drift_and_puts_it_right_only_when_asked(settings: Settings, topics: list[str]) -> None:
    smaller = settings.model_copy(update={"max_record_bytes": 1024 * 1024, "partitions": 8})
    partitions = Drift("partitions", "4", "8")
    drift = (Drift("max.message.bytes", "8404992", "1064960"), partitions)
    assert (await create_topics(smaller))[0] == Created(topics[0], new=False, drift=drift)
    assert (await create_topics(smaller, alter=True))[0] == Created(topics[0], new=False, drift=drift, altered=True)
    assert (await create_topics(smaller, alter=True))[0] == Created(topics[0], new=False, drift=(partitions,))
    assert (await overview(settings)).topics[0].retention_ms == 7 * DAY_MS  # was not reset to the broker's default


async def test_refuses_more_replicas_than_brokers(settings: Settings) -> None:
    with pytest.raises(UsageError, match=r"^KHABAR_REPLICATION_FACTOR is 3, the cluster has 1 broker$"):
        await create_topics(settings.model_copy(update={"replication_factor": 3}))
    assert len(await missing_topics(settings)) == len(TOPICS)


async def test_waits_for_topics(settings: Settings) -> None:
    names = [topic.full_name(settings) for topic in TOPICS[:2]]
    said: asyncio.Queue[str] = asyncio.Queue()
    waiting = asyncio.create_task(wait_for_topics(settings, names, said.put_nowait))
    first = await said.get()
    await create_topics(settings)
    await asyncio.wait_for(waiting, 10)
    assert (first, said.qsize()) == (f"no topic {names[0]}, {names[1]} yet: khabar topics create; waiting for it", 0)


async def test_waits_for_topics_of_a_broker_that_is_not_there(settings: Settings) -> None:
    said: list[str] = []
    nowhere = settings.model_copy(update={"bootstrap_servers": "127.0.0.1:1"})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wait_for_topics(nowhere, ["any"], said.append), 0.5)
    assert said == ["Kafka at 127.0.0.1:1: nothing listens there; waiting for it"]


async def test_overview_counts(settings: Settings, topics: list[str], produce: Produce) -> None:
    raw, clean, enriched, _, alerts, _ = topics
    rest = [enriched, alerts]
    group, other, *idle = (settings.group_prefix + name for name in GROUPS)
    for number in range(10):
        await produce(raw, b"x" * 1000, partition=number % 2)
    await produce(clean, b"x", b"y", partition=3)

    def consumer(settings: Settings) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            raw,
            **client_options(settings),
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_poll_records=4,
        )

    async with connected(consumer, settings) as reading:
        await reading.getmany(timeout_ms=10_000)
        await reading.commit()
        found = await overview(settings)
        assert found.groups[0] == GroupOverview(group, raw, "Stable", members=1, committed=4, lag=6)
    found = await overview(settings)
    assert found.groups == (
        GroupOverview(group, raw, "Empty", members=0, committed=4, lag=6),
        GroupOverview(other, clean, "Dead", members=0, committed=None, lag=2),
        *(
            GroupOverview(name, topic, "Dead", members=0, committed=None, lag=0)
            for name, topic in zip(idle, rest, strict=True)
        ),
    )
    assert found.missing == ()
    size = found.topics[0].size
    assert size is not None
    assert 500 < size < 10_000  # ten batches, compressed
    assert found.topics[0] == TopicOverview(raw, 4, 1, records=10, size=size, retention_ms=7 * DAY_MS)
    assert [topic.records for topic in found.topics] == [10, 2, 0, 0, 0, 0]
    assert found.topics[3].size == 0


async def test_overview_of_nothing(settings: Settings) -> None:
    found = await overview(settings)
    assert found.topics == ()
    assert found.missing == tuple(topic.full_name(settings) for topic in TOPICS)
    assert [(group.state, group.lag) for group in found.groups] == [("Dead", 0)] * len(GROUPS)
