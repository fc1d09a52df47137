"""What the harness asks of Kafka and does to it, past the proxies; with aiokafka alone, nothing of the pipeline."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest

TOPIC, LITERAL, ANY_PATTERN = 2, 3, 1
ALL, WRITE, ANY = 2, 4, 1
DENY, ALLOW = 2, 3
EVERYBODY = "User:ANONYMOUS"

ANSWER_SECONDS = 10.0

Way = dict[str, Any]
"""Options of an aiokafka client that lead to the brokers."""

Done = dict[TopicPartition, tuple[int, int]]
"""Committed and end offset of each partition that a group reads; 0 where nothing is committed yet."""


@asynccontextmanager
async def administrator(way: Way) -> AsyncIterator[Any]:
    """An admin client that is started and closed."""
    admin = AIOKafkaAdminClient(**way, request_timeout_ms=int(ANSWER_SECONDS * 1000))
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def done(way: Way, groups: dict[str, str]) -> Done:
    """How far these groups are on the topics that they read. Raises KafkaError or TimeoutError while nodes are away."""
    async with asyncio.timeout(2 * ANSWER_SECONDS), administrator(way) as admin:
        found: Done = {}
        consumer = AIOKafkaConsumer(**way, request_timeout_ms=int(ANSWER_SECONDS * 1000))
        try:
            await consumer.start()
            for group, topic in groups.items():
                committed = await admin.list_consumer_group_offsets(group)
                described = await admin.describe_topics([topic])
                parts = [TopicPartition(topic, part["partition"]) for part in described[0]["partitions"]]
                for part, end in (await consumer.end_offsets(parts)).items():
                    offset = committed[part].offset if part in committed else 0
                    found[part] = (max(0, offset), end)
        finally:
            await consumer.stop()
    return found


async def behind(way: Way) -> list[str]:
    """Partitions of which a copy is not in step with its leader."""
    async with administrator(way) as admin:
        return [
            f"{topic['topic']}[{part['partition']}]"
            for topic in await admin.describe_topics()
            for part in topic["partitions"]
            if len(part["isr"]) < len(part["replicas"])
        ]


async def create(way: Way, topics: list[NewTopic]) -> None:
    """Create topics. Raises KafkaError."""
    async with administrator(way) as admin:
        response = await admin.create_topics(topics)
        for name, code, *_ in response.topic_errors:
            if code:
                raise for_code(code)(name)


async def delete(way: Way, topic: str) -> None:
    """Delete a topic and wait until it is gone."""
    async with administrator(way) as admin:
        await admin.delete_topics([topic])
        while topic in await admin.list_topics():  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.1)


async def deny_writing(way: Way, topic: str) -> None:
    """Let nobody write to the topic; reading goes on."""
    async with administrator(way) as admin:
        for operation, permission in ((ALL, ALLOW), (WRITE, DENY)):
            response = await admin._send_request(  # aiokafka has the request and no call for it
                CreateAclsRequest(TOPIC, topic, LITERAL, EVERYBODY, "*", operation, permission)
            )
            for code, message in response.creation_responses:
                if code:
                    raise for_code(code)(message)


async def allow_writing(way: Way, topic: str) -> None:
    """Take back what `deny_writing` did."""
    async with administrator(way) as admin:
        response = await admin._send_request(  # as above
            DeleteAclsRequest(TOPIC, topic, ANY_PATTERN, EVERYBODY, "*", ANY, ANY)
        )
        for code, message, _ in response.filter_responses:
            if code:
                raise for_code(code)(message)


AWAY = (KafkaError, TimeoutError, OSError)
"""What is raised while nodes are away."""
