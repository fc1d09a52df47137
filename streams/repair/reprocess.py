"""Stages run again over retained events, in a process and a group of their own, at a limited rate.

The run takes the events of a topic between two times through the stages itself, as they are now, and writes what comes of
them beside the earlier versions, marked as backfill. Live workers step over what the run carries on by itself, so they lose
nothing but the time to fetch it.
"""

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from schemas import CleanArticle
from streams import identity, wire
from streams.errors import RecordFault
from streams.kafka.client import client_options, connected, producer
from streams.outlets.expressions import Filter
from streams.outlets.subscription import Duplicates, first_positions, partitions, retained
from streams.pipeline import CLEAN, EXTRACT, Stage, configured
from streams.repair.differences import differences
from streams.settings import Settings
from streams.stage import Incoming, Outgoing, outputs
from streams.topics import ENRICHED, max_message_bytes

GROUP = "khabar.reprocess"
"""How the run's consumer group begins; what it does stands behind."""

BATCH = 16
"""Events worked on before their outputs are awaited and their offsets committed."""

SAMPLED_FOR_ONE = 10
"""Events that a dry run with an expression takes into its sample for each that it wants."""

_POLL_MS = 200


@dataclass(frozen=True)
class Span:
    """What is worked on again: the events of what the first stage reads, written between two times.

    chosen: a filter over the cleaned article, as it is now.
    """

    settings: Settings
    stages: tuple[Stage, ...]
    start: datetime
    end: datetime
    expression: str | None = None

    @property
    def topic(self) -> str:
        """The topic that is read."""
        return self.stages[0].reads.full_name(self.settings)

    @property
    def group(self) -> str:
        """The consumer group: the same for the same work by the same versions, so that it goes on where it stopped."""
        what = "\n".join(
            (
                *(f"{stage.name} {stage.fingerprint}" for stage in self.stages),
                self.start.isoformat(),
                self.end.isoformat(),
                self.expression or "",
            )
        )
        return f"{self.settings.group_prefix}{GROUP}.{hashlib.sha256(what.encode()).hexdigest()[:12]}"


def span(settings: Settings, start: datetime, end: datetime, expression: str | None, *, extract_only: bool) -> Span:
    """A span over raw events with both stages, or over cleaned ones with the last. Raises UsageError."""
    stages = (EXTRACT,) if extract_only else (configured(CLEAN, settings), EXTRACT)
    if expression is not None:
        Filter(expression, CleanArticle)
    return Span(settings, stages, start, end, expression)


class Chooser:
    """The filter over cleaned articles. failures: on how many it failed."""

    def __init__(self, expression: str | None) -> None:
        self._filter = None if expression is None else Filter(expression, CleanArticle)

    def takes(self, value: bytes | None) -> bool:
        """Whether this article is meant; what is no JSON object is not."""
        if self._filter is None:
            return True
        try:
            data = orjson.loads(value or b"")
        except orjson.JSONDecodeError:
            return False
        return isinstance(data, dict) and self._filter.matches(data)


@dataclass
class Run:
    """A run over a span. rate: events a second at most. say: told how far it is. outcomes: how many of which."""

    span: Span
    rate: float
    say: Callable[[str], None]
    outcomes: Counter[str] = field(default_factory=Counter)

    async def apply(self, ended: asyncio.Event) -> bool:
        """Work until the span's end, or until the event is set. Whether it came to the end.

        Raises EnvironmentFault and NoSuchTopic.
        """
        settings = self.span.settings
        async with connected(self._consumer, settings) as consumer, connected(producer, settings) as sender:
            ends = await _begin(consumer, self.span)
            chooser = Chooser(self.span.expression)
            loop = asyncio.get_running_loop()
            began, taken = loop.time(), 0
            while not ended.is_set() and (left := await _left(consumer, ends)):
                # What follows an end is fetched, too; the partition is done with then.
                batches = await consumer.getmany(*left, timeout_ms=_POLL_MS, max_records=BATCH)
                if not batches:
                    continue
                records = [record for part, found in batches.items() for record in found if record.offset < ends[part]]
                await self._work([incoming(record) for record in records], sender, chooser)
                await consumer.commit({part: found[-1].offset + 1 for part, found in batches.items()})
                taken += len(records)
                ahead = taken / self.rate - (loop.time() - began)
                if ahead > 0:
                    await asyncio.sleep(ahead)
            return not await _left(consumer, ends)

    def _consumer(self, settings: Settings) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            **client_options(settings),
            group_id=self.span.group,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=max_message_bytes(settings),
        )

    async def _work(self, records: Sequence[Incoming], sender: AIOKafkaProducer, chooser: Chooser) -> None:
        """Take records through the stages, each stage's outputs delivered before the next stage begins."""
        current = list(records)
        self.outcomes["events"] += len(current)
        if self.span.stages[0] is EXTRACT:
            current = [record for record in current if chooser.takes(record.value)]
        for number, stage in enumerate(self.span.stages):
            later = ",".join(other.name for other in self.span.stages[number + 1 :])
            sent = []
            for record in current:
                (made,) = outputs(stage, self.span.settings, record)
                if stage.name != CLEAN.name or made.code is not None or chooser.takes(made.value):
                    sent.append((made, await _send(sender, made, later)))
                await asyncio.sleep(0)  # the clients' own tasks have their turn between two records
            current = []
            for made, delivery in sent:
                there = await delivery
                self.outcomes["dead letters" if made.code is not None else stage.name] += 1
                if made.code is None:
                    current.append(
                        Incoming(
                            there.topic,
                            there.partition,
                            there.offset,
                            there.timestamp,
                            made.key,
                            made.value,
                            made.headers,
                        )
                    )
        self.say(", ".join(f"{count} {what}" for what, count in self.outcomes.items()))


@dataclass(frozen=True)
class Comparison:
    """One article in two versions. versions: the fingerprints before and now; before is None where nothing is retained."""

    article: str
    before: str | None
    now: str
    differences: dict[str, str]


async def compare(wanted: Span, count: int) -> AsyncGenerator[Comparison | RecordFault]:
    """A sample of the span, worked on again without writing anything, beside what is retained of it.

    Gives the fault of what cannot be worked on. Raises EnvironmentFault and NoSuchTopic.
    """
    chooser = Chooser(wanted.expression)
    made: dict[str, Outgoing] = {}
    faults: list[RecordFault] = []
    for record in await _sample(wanted, count if wanted.expression is None else count * SAMPLED_FOR_ONE):
        outgoing = _through(wanted, record, chooser)
        if outgoing is not None and outgoing.code is not None:
            faults.append(RecordFault(outgoing.code, wire.header(outgoing.headers, "khabar-error-message")))
        elif outgoing is not None:
            made[_trace(record.headers, record.value)] = outgoing
        if len(made) + len(faults) >= count:
            break
    before = await _retained_versions(wanted, set(made))
    for fault in faults:
        yield fault
    for trace, outgoing in made.items():
        now = orjson.loads(outgoing.value or b"{}")
        then = before.get(trace)
        yield Comparison(
            now["id"],
            None if then is None else str((then.get("pipeline") or {}).get("fingerprint")),
            now["pipeline"]["fingerprint"],
            {} if then is None else differences(then, now),
        )


def incoming(record: ConsumerRecord) -> Incoming:
    """The record as a stage takes it, marked as what is worked on again."""
    headers = [(name, value or b"") for name, value in record.headers if name != wire.CARRIED]
    if wire.header(headers, wire.LANE) != wire.BACKFILL:
        headers = [(name, value) for name, value in headers if name != wire.LANE]
        headers.append((wire.LANE, wire.BACKFILL.encode()))
    return Incoming(record.topic, record.partition, record.offset, record.timestamp, record.key, record.value, headers)


async def _send(sender: AIOKafkaProducer, made: Outgoing, later: str) -> "asyncio.Future[Any]":
    """Hand a record to the producer, with a word to the live workers that the run goes on with it by itself."""
    carried = [(wire.CARRIED, later.encode())] if later and made.code is None else []
    delivery: asyncio.Future[Any] = await sender.send(
        made.topic, made.value, made.key, headers=[*made.headers, *carried]
    )
    return delivery


async def _begin(consumer: AIOKafkaConsumer, wanted: Span) -> dict[TopicPartition, int]:
    """Go to the span's beginning, or to where its group stopped. Gives the end of each partition."""
    parts = await partitions(consumer, wanted.topic)
    ends = await first_positions(consumer, parts, wanted.end)
    consumer.assign(parts)
    for part, first in (await first_positions(consumer, parts, wanted.start)).items():
        consumer.seek(part, max(first, await consumer.committed(part) or 0))
    return ends


async def _left(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> list[TopicPartition]:
    """The partitions that are not read to their end."""
    return [part for part, end in ends.items() if await consumer.position(part) < end]


async def _sample(wanted: Span, count: int) -> list[Incoming]:
    """So many events of the span, each as likely as any other, and the same ones every time."""
    chance = random.Random(count)  # noqa: S311  # nothing secret
    kept: list[Incoming] = []
    number = 0
    async with aclosing(retained(wanted.topic, wanted.start, wanted.settings, Duplicates())) as records:
        async for record in records:
            if record.timestamp >= wanted.end.timestamp() * 1000:
                continue
            if number < count:
                kept.append(incoming(record))
            elif (place := chance.randrange(number + 1)) < count:
                kept[place] = incoming(record)
            number += 1
    return kept


async def _retained_versions(wanted: Span, traces: set[str]) -> dict[str, dict[str, Any]]:
    """The latest enriched record of each trace."""
    found: dict[str, tuple[int, bytes | None]] = {}
    topic = ENRICHED.full_name(wanted.settings)
    async with aclosing(retained(topic, wanted.start, wanted.settings, Duplicates())) as records:
        async for record in records:
            trace = _trace(record.headers, record.value)
            if trace in traces and record.timestamp >= found.get(trace, (0, None))[0]:
                found[trace] = (record.timestamp, record.value)
    return {trace: orjson.loads(value) for trace, (_, value) in found.items() if value is not None}


def _trace(headers: wire.Headers, value: bytes | None) -> str:
    event = identity.input_event_id(wire.header(headers, "ce_id"), value or b"")
    return identity.traceparent(wire.header(headers, "traceparent"), event, "")[3:35]


def _through(wanted: Span, record: Incoming, chooser: Chooser) -> Outgoing | None:
    """What the last stage makes of an event, or the first dead letter; None where the article is not meant."""
    outgoing = None
    for stage in wanted.stages:
        if stage is EXTRACT and not chooser.takes(record.value):
            return None
        (outgoing,) = outputs(stage, wanted.settings, record)
        if outgoing.code is not None:
            break
        record = Incoming(outgoing.topic, 0, 0, None, outgoing.key, outgoing.value, outgoing.headers)
    return outgoing
