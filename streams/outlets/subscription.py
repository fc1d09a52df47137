"""Reading one topic from outside the pipeline: no consumer group, all partitions, committed records only."""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from streams.errors import BrokerUnreachable, UsageError
from streams.kafka.client import back_off, client_options, connected
from streams.settings import Settings
from streams.topics import DEAD_LETTERS, TOPICS, Topic, max_message_bytes
from streams.wire import header

Start = Literal["beginning", "latest"] | datetime

REMEMBERED = 200_000
"""Event ids that are kept to drop duplicates by."""

LOOK_SECONDS = 5.0
"""How often new partitions are looked for."""

_POLL_MS = 200
_AGO = re.compile(r"(\d{1,6})\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_start(text: str, now: datetime) -> Start:
    """``beginning``, ``latest``, an ISO 8601 date or date-time (UTC without an offset), or ``2h``: so long before now.

    Raises UsageError.
    """
    if text == "beginning":
        return "beginning"
    if text == "latest":
        return "latest"
    moment = _moment(text, now)
    if moment is None:
        raise UsageError(
            f"--from {text}: neither beginning nor latest, nor a time (2026-11-20T08:00Z) nor an age (30m, 2h, 3d)"
        )
    return moment


def parse_end(text: str, now: datetime) -> datetime:
    """A time or an age, as `parse_start` takes them. Raises UsageError."""
    moment = _moment(text, now)
    if moment is None:
        raise UsageError(f"--to {text}: neither a time (2026-11-20T08:00Z) nor an age (30m, 2h, 3d)")
    return moment


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        if ago := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def topic_named(name: str, settings: Settings) -> Topic:
    """The topic of a short name (raw, clean, enriched, dead-letters, alerts) or a full one, with or without the prefix.

    Raises UsageError.
    """
    for topic in TOPICS:
        if name in {short_name(topic), topic.name, topic.full_name(settings)}:
            return topic
    raise UsageError(f"no topic {name!r}; there are: {', '.join(map(short_name, TOPICS))}")


def short_name(topic: Topic) -> str:
    """The last part of a topic's name: ``enriched``."""
    return topic.name.rpartition(".")[2]


class Duplicates:
    """Remembers the latest ids, a bounded number of them."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._seen: OrderedDict[str, None] = OrderedDict()
        self.dropped = 0

    def is_new(self, event_id: str | None) -> bool:
        """Whether this id has not been seen lately; a record without one is always new."""
        if event_id is None:
            return True
        if event_id in self._seen:
            self._seen.move_to_end(event_id)
            self.dropped += 1
            return False
        self._seen[event_id] = None
        if len(self._seen) > self._size:
            self._seen.popitem(last=False)
        return True


class NoSuchTopic(UsageError):
    """The broker has no topic of this name."""


async def subscribe(
    topic: str,
    start: Start,
    settings: Settings,
    duplicates: Duplicates,
    ready: Callable[[], None] = lambda: None,
    *,
    away: Callable[[str | None], None] = lambda _: None,
) -> AsyncGenerator[ConsumerRecord | None]:
    """The records of a topic as they come, duplicates dropped. Never ends; gives None when there is nothing to read.

    topic: the full name.
    ready: called when whatever comes from then on will be read.
    away: told why, once, when the broker or the topic has gone; it is waited for, and None is told when it is back.
    Partitions that are added later are read from their beginning.
    Raises EnvironmentFault as `connected` does, and NoSuchTopic; once it has read, it waits instead.
    """
    positions: dict[TopicPartition, int] = {}
    is_away = False
    pauses = back_off()
    while True:
        try:
            async with connected(_consumer, settings) as consumer:
                if is_away:
                    await _add_partitions(consumer, topic, positions)
                else:
                    positions |= await first_positions(consumer, await partitions(consumer, topic), start)
                _assign(consumer, positions)
                if is_away:
                    away(None)
                else:
                    ready()
                is_away, pauses = False, back_off()
                async with aclosing(_read(consumer, topic, positions, duplicates)) as records:
                    async for record in records:
                        yield record
        except (BrokerUnreachable, NoSuchTopic) as fault:
            if not positions:
                raise
            if not is_away:
                away(str(fault))
            is_away = True
        again_at = time.monotonic() + next(pauses)
        while time.monotonic() < again_at:
            yield None
            await asyncio.sleep(_POLL_MS / 1000)


async def retained(
    topic: str, start: Start, settings: Settings, duplicates: Duplicates
) -> AsyncGenerator[ConsumerRecord]:
    """The records that a topic holds now, from the start to the present end, duplicates dropped.

    Raises EnvironmentFault as `connected` does, and NoSuchTopic.
    """
    async with connected(_consumer, settings) as consumer:
        parts = await partitions(consumer, topic)
        ends: dict[TopicPartition, int] = await consumer.end_offsets(parts)
        _assign(consumer, await first_positions(consumer, parts, start))
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for part, records in (await consumer.getmany(timeout_ms=_POLL_MS)).items():
                for record in records:
                    if record.offset < ends[part] and duplicates.is_new(header(record.headers, "ce_id")):
                        yield record


async def _read(
    consumer: AIOKafkaConsumer, topic: str, positions: dict[TopicPartition, int], duplicates: Duplicates
) -> AsyncGenerator[ConsumerRecord | None]:
    """The records from these positions on, which move with them. Raises BrokerUnreachable, NoSuchTopic, KafkaError."""
    looked = time.monotonic()
    while True:
        batches = await consumer.getmany(timeout_ms=_POLL_MS)
        for part, records in batches.items():
            for record in records:
                positions[part] = record.offset + 1
                if duplicates.is_new(header(record.headers, "ce_id")):
                    yield record
        if not batches:
            yield None
        if time.monotonic() - looked >= LOOK_SECONDS:
            looked = time.monotonic()
            if await _add_partitions(consumer, topic, positions):
                _assign(consumer, positions)


def _consumer(settings: Settings) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        **client_options(settings),
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",  # where retention has taken what we were about to read
        max_partition_fetch_bytes=max_message_bytes(settings) + DEAD_LETTERS.headroom,
    )


async def partitions(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """The topic's partitions. Raises NoSuchTopic, BrokerUnreachable."""
    try:
        # All topics are asked for, as a broker may create one that is named.
        cluster: Any = await consumer._client.fetch_all_metadata()  # noqa: SLF001  # the public call gives only names
    except KafkaError as error:  # of no type of its own, and it means just this
        raise BrokerUnreachable("no Kafka broker answers any more") from error
    numbers = cluster.partitions_for_topic(topic)
    if not numbers:
        raise NoSuchTopic(f"no topic {topic} on the broker; see khabar topics create")
    return [TopicPartition(topic, number) for number in sorted(numbers)]


async def _add_partitions(consumer: AIOKafkaConsumer, topic: str, positions: dict[TopicPartition, int]) -> bool:
    """Read partitions that are new from their beginning; whether there are any."""
    added = [part for part in await partitions(consumer, topic) if part not in positions]
    if added:
        positions |= await consumer.beginning_offsets(added)
    return bool(added)


async def first_positions(
    consumer: AIOKafkaConsumer, parts: list[TopicPartition], start: Start
) -> dict[TopicPartition, int]:
    """The offset of each partition at which reading from there begins."""
    if start == "beginning":
        begins: dict[TopicPartition, int] = await consumer.beginning_offsets(parts)
        return begins
    ends: dict[TopicPartition, int] = await consumer.end_offsets(parts)
    if isinstance(start, datetime):
        stamp = max(0, int(start.timestamp() * 1000))
        found = await consumer.offsets_for_times(dict.fromkeys(parts, stamp))
        ends |= {part: at.offset for part, at in found.items() if at is not None}
    return ends


def _assign(consumer: AIOKafkaConsumer, positions: dict[TopicPartition, int]) -> None:
    """Read all partitions from where we are. Assigning forgets the positions, so each is set again."""
    consumer.assign(list(positions))
    for part, position in positions.items():
        consumer.seek(part, position)
