"""What ``khabar deliver`` does: alerts from their topic to destinations, and what fails for good to dead letters.

One process reads all partitions, as a cooldown spans them. An alert is committed when each of its destinations took it or
the dead letter of those that did not is on the broker. What a cooldown must remember is read back from the topic at the start.
"""

import asyncio
import logging
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from schemas import LEVELS, Alert
from schemas.rule import LONGEST_COOLDOWN, seconds
from streams import log as logs
from streams import wire
from streams.alerts.cooldown import Cooldowns
from streams.errors import EnvironmentFault, RecordFault
from streams.kafka.client import client_options, connected, producer
from streams.ledger import PartitionLedger
from streams.outlets.subscription import Duplicates, Start, first_positions, partitions
from streams.pipeline import fingerprint
from streams.seeing import Meters
from streams.seeing.port import Port
from streams.sending.courier import Courier, GivenUp
from streams.sending.destinations import DEFAULT, Destination
from streams.sending.messages import Message, message
from streams.settings import Settings
from streams.stage import Incoming, dead_letter, ids
from streams.topics import ALERTS, max_message_bytes

log = logging.getLogger(__name__)

GROUP = "khabar.deliver"

WINDOW = 256
"""Alerts in hand at most: one destination that is away for long makes the others wait then."""

COMMIT_SECONDS = 1.0
LOOK_SECONDS = 60.0
"""How often new partitions are looked for."""

READ_BACK = timedelta(seconds=seconds(LONGEST_COOLDOWN)) + timedelta(days=1)

_POLL_MS = 200


@dataclass(frozen=True)
class _Sender:
    """Who a dead letter is from."""

    name: str
    fingerprint: str


async def deliver(
    destinations: dict[str, Destination], settings: Settings, start: Start, ended: asyncio.Event, *, allow_private: bool
) -> Counter[str]:
    """Deliver until the event is set. Gives what became of how many alerts.

    start: where to begin where nothing was ever committed. Raises NoSuchTopic and EnvironmentFault.
    """
    courier = Courier(destinations, tries=settings.delivery_tries, allow_private=allow_private)
    async with connected(_consumer, settings) as consumer, connected(producer, settings) as sender, courier:
        service = Service(destinations, settings, consumer, sender, courier)
        await service.begin(start)
        Port(settings.metrics_host, settings.metrics_port, service.meters.registry, service.live, service.live)
        try:
            async with asyncio.TaskGroup() as group:
                await service.run(group, ended)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            with suppress(KafkaError):
                await service.commit()
        return service.count


def _consumer(settings: Settings) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        **client_options(settings),
        group_id=settings.group_prefix + GROUP,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=max_message_bytes(settings),
    )


class Service:
    """The loop between consumer and courier. count: what became of how many alerts."""

    def __init__(
        self,
        destinations: dict[str, Destination],
        settings: Settings,
        consumer: AIOKafkaConsumer,
        sender: AIOKafkaProducer,
        courier: Courier,
    ) -> None:
        self._destinations = destinations
        self._settings = settings
        self._consumer = consumer
        self._sender = sender
        self._courier = courier
        self._topic = ALERTS.full_name(settings)
        self._cooldowns = Cooldowns()
        self._duplicates = Duplicates()
        self._ledgers: defaultdict[TopicPartition, PartitionLedger] = defaultdict(PartitionLedger)
        self._committed: dict[TopicPartition, int] = {}
        self._room = asyncio.Semaphore(WINDOW)
        self.meters = Meters()
        self._turned = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        self.count = Counter[str]()

    def live(self) -> str | None:
        """Why the loop does not get on; None: it does."""
        silent = time.monotonic() - self._turned
        return f"nothing was looked at for {silent:.0f} s" if silent > self._settings.stall_timeout else None

    async def begin(self, start: Start) -> None:
        """Go to where the last run ended, having read back what its cooldowns remembered."""
        parts = await partitions(self._consumer, self._topic)
        self._consumer.assign(parts)
        begins, ends = await self._consumer.beginning_offsets(parts), await self._consumer.end_offsets(parts)
        first = await first_positions(self._consumer, parts, start)
        remembered = await first_positions(self._consumer, parts, datetime.now(UTC) - READ_BACK)
        for part in parts:
            committed = await self._consumer.committed(part)
            here = first[part] if committed is None else min(max(committed, begins[part]), ends[part])
            self._committed[part] = here
            self._consumer.seek(part, min(here, remembered[part]))
        await self._consumer.commit(self._committed)  # the next start begins here, also where nothing comes till then
        while any([await self._consumer.position(part) < end for part, end in self._committed.items()]):
            for part, records in (await self._consumer.getmany(timeout_ms=_POLL_MS)).items():
                for record in records:
                    if record.offset < self._committed[part]:
                        self._remember(record)
        for part, position in self._committed.items():
            self._consumer.seek(part, position)
        log.info("reading %s, %d destinations", self._topic, len(self._destinations))

    async def run(self, group: asyncio.TaskGroup, ended: asyncio.Event) -> None:
        """Deliver until the event is set; what is in hand then is left for the next run."""
        loop = asyncio.get_running_loop()
        commit_at, look_at = loop.time() + COMMIT_SECONDS, loop.time() + LOOK_SECONDS
        while not ended.is_set():
            batches = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=WINDOW)
            for part, records in batches.items():
                self._ledgers[part].fetched((record.offset, len(record.value or b"")) for record in records)
            # As they were written, whatever the partition: that is nearest to the order in which cooldowns think.
            for record in sorted(chain.from_iterable(batches.values()), key=lambda record: record.timestamp):
                await self._take(group, record, ended)
            if loop.time() >= commit_at:
                commit_at = loop.time() + COMMIT_SECONDS
                await self._try_to_commit()
            if loop.time() >= look_at:
                look_at = loop.time() + LOOK_SECONDS
                if len(await partitions(self._consumer, self._topic)) > len(self._committed):
                    raise EnvironmentFault(f"{self._topic} has more partitions than before; start again")
        for task in self._tasks:
            task.cancel()

    async def commit(self) -> None:
        """Commit what is done with, and all before it. Raises KafkaError."""
        done = {part: ledger.position for part, ledger in self._ledgers.items() if ledger.position is not None}
        new = {part: position for part, position in done.items() if position != self._committed[part]}
        if new:
            await self._consumer.commit(new)
            self._committed |= new

    async def _try_to_commit(self) -> None:
        await self._tell()
        try:
            await self.commit()
        except KafkaError as error:
            if not error.retriable:
                raise
            log.warning("the broker does not take commits (%s); trying again", type(error).__name__)

    async def _tell(self) -> None:
        """Let the metrics say how it is."""
        self._turned = time.monotonic()
        for outcome, total in self.count.items():
            self.meters.reach(self.meters.alerts, outcome, total)
        for part in self._committed:
            position = await self._consumer.position(part)
            waiting = max(0, (self._consumer.highwater(part) or 0) - position) + self._ledgers[part].pending
            self.meters.lag.labels("deliver", str(part.partition)).set(waiting)

    def _remember(self, record: ConsumerRecord) -> None:
        if self._duplicates.is_new(wire.header(record.headers, "ce_id")):
            with suppress(RecordFault):
                self._cooldowns.judge(self._alert(record))

    async def _take(self, group: asyncio.TaskGroup, record: ConsumerRecord, ended: asyncio.Event) -> None:
        """Judge one record, and begin to deliver it where it is to be sent."""
        part = TopicPartition(record.topic, record.partition)
        redrives = wire.header(record.headers, wire.REDRIVES)
        event = wire.header(record.headers, "ce_id")
        if not self._duplicates.is_new(event if redrives is None else f"{event} {redrives}"):
            self._ledgers[part].done(record.offset)
            return
        try:
            alert = self._alert(record)
        except RecordFault as fault:
            await self._bury(record, "deliver", fault, 1)
            self._ledgers[part].done(record.offset)
            return
        # What comes back from the dead letters was judged when it first came.
        verdict = self._cooldowns.judge(alert) if redrives is None else "sent"
        self.count[verdict] += 1
        names = self._names(alert) if verdict == "sent" else []
        if not names:
            self._ledgers[part].done(record.offset)
            return
        while self._room.locked() and not ended.is_set():
            await asyncio.sleep(_POLL_MS / 1000)
            await self._try_to_commit()
        if ended.is_set():
            return
        await self._room.acquire()
        task = group.create_task(self._deliver(record, part, names, message(alert)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _alert(self, record: ConsumerRecord) -> Alert:
        data = wire.decode(record.value, "alert", self._settings.max_record_bytes)
        data["schema"] = "alert/1.0"  # any minor version, read as the one that we know
        return wire.validate(Alert, data)

    def _names(self, alert: Alert) -> list[str]:
        """Where the alert goes. Without a name of its own to the default destination, where there is one."""
        names = alert.deliver or [name for name in (DEFAULT,) if name in self._destinations]
        level = LEVELS.index(alert.level)
        return [
            name
            for name in dict.fromkeys(names)
            if name not in self._destinations or LEVELS.index(self._destinations[name].level) <= level
        ]

    async def _deliver(self, record: ConsumerRecord, part: TopicPartition, names: list[str], sent: Message) -> None:
        try:
            await asyncio.gather(*(self._bring(record, name, sent) for name in names))
            self._ledgers[part].done(record.offset)
        finally:
            self._room.release()

    async def _bring(self, record: ConsumerRecord, name: str, sent: Message) -> None:
        try:
            await self._courier.bring(name, sent)
            self.count["delivered"] += 1
        except GivenUp as fault:
            await self._bury(record, f"deliver/{name}", fault, fault.attempts)

    async def _bury(self, record: ConsumerRecord, name: str, fault: RecordFault, attempts: int) -> None:
        """Put the alert on the dead-letter topic. Raises KafkaError."""
        self.count["dead letters"] += 1
        self.meters.dead_letters.labels("deliver", fault.code).inc()
        headers: list[tuple[str, Any]] = [(header, value or b"") for header, value in record.headers]
        incoming = Incoming(
            record.topic, record.partition, record.offset, record.timestamp, record.key, record.value, headers
        )
        letter = dead_letter(
            _Sender(name, fingerprint("streams.sending")), self._settings, incoming, fault, attempts=attempts
        )
        with logs.about(partial(ids, incoming)):
            log.error("%s goes to dead letters: %s: %s", incoming, fault.code, fault.message)
        await self._sender.send_and_wait(letter.topic, letter.value, letter.key, headers=letter.headers)
