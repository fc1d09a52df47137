"""The stage wrapper: decode, work, deliver, acknowledge, or dead letter.

One record at a time is worked on, in offset order. Deliveries overlap, at most ``WINDOW`` of them; a task of its own
acknowledges in the same order as they finish. A fault of the record becomes one dead letter; a fault of the environment
stops the worker with nothing acknowledged that was not delivered.
"""

import asyncio
import hashlib
import logging
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from schemas import Article
from streams import identity, wire
from streams import log as logs
from streams.errors import RECORD_FAULTS, EnvironmentFault, RecordFault
from streams.pipeline import Stage, Step
from streams.settings import Settings
from streams.topics import DEAD_LETTERS

log = logging.getLogger(__name__)

WINDOW = 64
"""Deliveries in flight at most."""

TRUNCATED_BYTES = 256 * 1024
"""What is kept of a value that the dead-letter topic does not take."""

FOREIGN_BYTES = 24 * 1024
"""What a dead letter keeps of foreign headers, and of a key, in bytes; the headroom of its topic takes both."""

MESSAGE_CHARACTERS = 1000
"""What is kept of a message, and of headers that came in and go on."""

MAX_DEATHS = 3
"""Worker processes that may die on a record until it is given up."""

RECENT = 200
"""How many of the latest records decide whether the stage still makes sense."""


@dataclass(frozen=True)
class Incoming:
    """One Kafka record as it came. timestamp in milliseconds."""

    topic: str
    partition: int
    offset: int
    timestamp: int | None
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


@dataclass(frozen=True)
class Outgoing:
    """One Kafka record to deliver. code: of the error, where it is a dead letter. source: of the article in it."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    code: str | None = None
    source: str | None = None


def ids(record: Incoming) -> dict[str, str]:
    """Of the event that a record is, of its trace, and of the article where that is known already."""
    event = identity.input_event_id(wire.header(record.headers, "ce_id"), record.value or b"")
    trace = identity.traceparent(wire.header(record.headers, "traceparent"), event, "")[3:35]
    article = wire.header(record.headers, "ce_subject")
    return ({} if article is None else {"article": article}) | {"event": event, "trace": trace}


class TooManyDeadLetters(EnvironmentFault):
    """More than half of the latest records were dead letters: something is wrong with the feed or with this version."""


class OutputRefused(Exception):
    """The broker takes no record of this size on the output topic."""


def encode(record: wire.Output, max_bytes: int) -> bytes:
    """The value of an output record. Raises RecordFault when it is longer than max_bytes."""
    value = record.to_json()
    if len(value) > max_bytes:
        raise RecordFault("output_too_large", f"{len(value)} bytes, {max_bytes} are allowed")
    return value


def work(stage: Stage, settings: Settings, record: Incoming) -> Outgoing:
    """Turn one record into the one output of such a stage: what it makes of it, or a dead letter.

    Raises EnvironmentFault when the machine or the installation is at fault.
    """
    (outgoing,) = outputs(stage, settings, record)
    return outgoing


def outputs(stage: Step, settings: Settings, record: Incoming) -> list[Outgoing]:
    """Turn one record into its outputs: all that the stage makes of it, or one dead letter.

    Raises EnvironmentFault when the machine or the installation is at fault.
    """
    lane = wire.header(record.headers, wire.LANE)
    carried = (wire.header(record.headers, wire.CARRIED) or "").split(",")
    if (stage.live_only and lane == wire.BACKFILL) or stage.name in carried:
        return []
    started, started_cpu = time.perf_counter(), time.thread_time()
    try:
        made = stage.records(record.value, settings.max_record_bytes)
        fingerprint = stage.fingerprint
        values = [encode(one, settings.max_record_bytes) for one in made]
    except RecordFault as fault:
        return [dead_letter(stage, settings, record, fault)]
    except (MemoryError, OSError, ImportError) as error:
        raise EnvironmentFault(f"stage {stage.name} at {record}: {type(error).__name__}: {error}") from error
    except Exception as error:  # whatever else the text work raises, it raises for this text
        log.exception("stage %s failed on %s", stage.name, record)
        # Not the exception's own text: it may quote the article.
        return [dead_letter(stage, settings, record, RecordFault("stage_failed", f"{type(error).__name__}"))]
    input_id = identity.input_event_id(wire.header(record.headers, "ce_id"), record.value or b"")
    took, took_cpu = (time.perf_counter() - started) * 1000, (time.thread_time() - started_cpu) * 1000
    timing = f"{stage.name};dur={took:.2f};cpu={took_cpu:.2f}"
    before = wire.header(record.headers, "khabar-timing")
    if before is not None and len(before) <= MESSAGE_CHARACTERS:
        timing = f"{before}, {timing}"
    passed_on = [("khabar-timing", timing.encode())]
    if lane is not None:
        passed_on.append((wire.LANE, lane.encode()))
    topic = stage.writes.full_name(settings)
    finished = []
    for one, value in zip(made, values, strict=True):
        output_id = identity.event_id(input_id, stage.part(one), fingerprint)
        trace = wire.trace_of(record.headers, input_id, output_id)
        headers = wire.event_headers(stage.name, output_id, one, trace) + passed_on
        source = one.source if isinstance(one, Article) else None
        finished.append(Outgoing(topic, one.subject.encode(), value, headers, source=source))
    return finished


class Named(Protocol):
    """Who makes a dead letter."""

    @property
    def name(self) -> str:
        """As it stands in ``khabar-error-stage``."""

    @property
    def fingerprint(self) -> str:
        """Of its code."""


def dead_letter(stage: Named, settings: Settings, record: Incoming, fault: RecordFault, attempts: int = 1) -> Outgoing:
    """The dead letter of a record: value, key and headers as they came, and the reason in more headers."""
    value = record.value
    size = len(value or b"")
    truncated = size > settings.max_record_bytes
    if value is not None and truncated:
        value = value[:TRUNCATED_BYTES]
    reason = {
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "timestamp": "" if record.timestamp is None else str(record.timestamp),
        "stage": stage.name,
        "fingerprint": stage.fingerprint,
        "code": fault.code,
        "message": fault.message[:MESSAGE_CHARACTERS],
        "attempts": str(attempts),
        "truncated": "true" if truncated else "false",
        "size": str(size),
        "sha256": hashlib.sha256(record.value or b"").hexdigest(),
    }
    came_with = wire.header(record.headers, "ce_id")
    if came_with is not None:
        reason["ce-id"] = came_with[:MESSAGE_CHARACTERS]
    headers = [(name, content) for name, content in record.headers if name != "ce_id"]
    if sum(len(name) + len(content) for name, content in headers) > FOREIGN_BYTES:
        headers = []
        reason["headers"] = "left out: too large"
    key = record.key
    if len(key or b"") > FOREIGN_BYTES:
        key = None
        reason["key"] = "left out: too large"
    own_id = identity.dead_letter_id(record.topic, record.partition, record.offset, stage.name)
    headers.append(("ce_id", own_id.encode()))
    headers += [(f"khabar-error-{name}", content.encode(errors="replace")) for name, content in reason.items()]
    return Outgoing(DEAD_LETTERS.full_name(settings), key, value, headers, fault.code)


class Marks(Protocol):
    """Remembers across the deaths of worker processes which record was being worked on."""

    def deaths(self, record: Incoming) -> int:
        """How many processes died while working on this record."""

    def begin(self, record: Incoming) -> None:
        """Note that work on the record begins."""

    def end(self) -> None:
        """Note that it ended."""

    def forget(self, record: Incoming) -> None:
        """The record is done with: forget its deaths."""


class Observer(Protocol):
    """Is told what goes on, to count and to measure."""

    def working(self, record: Incoming) -> None:
        """Work on a record begins."""

    def worked(self, seconds: float) -> None:
        """It ended and took so long."""

    def done(self, record: Incoming, made: Sequence[Outgoing]) -> None:
        """All that came of a record is delivered."""


class Unobserved:
    """Counts nothing."""

    def working(self, record: Incoming) -> None:
        """See Observer."""

    def worked(self, seconds: float) -> None:
        """See Observer."""

    def done(self, record: Incoming, made: Sequence[Outgoing]) -> None:
        """See Observer."""


Received = tuple[Incoming, Callable[[], None]]
"""A record and what acknowledges it."""


Sent = tuple[Outgoing, Awaitable[object]]
"""A record that was handed to the producer, and its delivery."""


class Outbox(Protocol):
    """The way out, to Kafka. Both steps raise OutputRefused or EnvironmentFault."""

    async def send(self, outgoing: Outgoing) -> Awaitable[object]:
        """Hand a record to the producer; gives the delivery that is under way."""

    async def confirm(self, outgoing: Outgoing, delivery: Awaitable[object]) -> None:
        """Wait until the broker has it."""


@dataclass
class StageRunner:
    """Runs one stage over a stream of records until the stream ends or the environment fails."""

    stage: Step
    settings: Settings
    outbox: Outbox
    marks: Marks
    observer: Observer = field(default_factory=Unobserved)

    def __post_init__(self) -> None:
        self._window = asyncio.Semaphore(WINDOW)
        self._in_flight: asyncio.Queue[tuple[Incoming, Callable[[], None], list[Sent]]] = asyncio.Queue()
        self._recent: deque[str | None] = deque(maxlen=RECENT)

    async def run(self, received: AsyncIterator[Received]) -> None:
        """Work through the stream. Raises EnvironmentFault; nothing undelivered has been acknowledged then."""
        try:
            async with asyncio.TaskGroup() as group:
                acknowledger = group.create_task(self._acknowledge())
                async for record, acknowledge in received:
                    await self._window.acquire()
                    with logs.about(partial(ids, record)):
                        sent = await self._hand_over(record, self._outputs(record))
                        code = next((outgoing.code for outgoing, _ in sent if outgoing.code is not None), None)
                        if code is not None:
                            log.warning("%s goes to dead letters: %s", record, code)
                    self._in_flight.put_nowait((record, acknowledge, sent))
                    await self._judge(code)
                await self._in_flight.join()
                acknowledger.cancel()
        except* EnvironmentFault as group_of_faults:
            raise group_of_faults.exceptions[0] from None

    def _outputs(self, record: Incoming) -> list[Outgoing]:
        deaths = self.marks.deaths(record)
        if deaths >= MAX_DEATHS:
            return [dead_letter(self.stage, self.settings, record, RecordFault("killed_worker"), attempts=deaths)]
        self.marks.begin(record)
        self.observer.working(record)
        started = time.perf_counter()
        try:
            made = outputs(self.stage, self.settings, record)
        except EnvironmentFault as fault:
            # Running out of memory counts as a death on the record; a full disk or a missing file does not.
            if not isinstance(fault.__cause__, MemoryError):
                self.marks.end()
            raise
        self.observer.worked(time.perf_counter() - started)
        self.marks.end()
        return made

    async def _hand_over(self, record: Incoming, made: list[Outgoing]) -> list[Sent]:
        """Send a record's outputs; its dead letter in place of one that is refused at once, and of those after it."""
        sent: list[Sent] = []
        for outgoing in made:
            try:
                sent.append((outgoing, await self.outbox.send(outgoing)))
            except OutputRefused:
                refusal = self._refusal(record, outgoing)
                sent.append((refusal, await self.outbox.send(refusal)))
                break
        return sent

    def _refusal(self, record: Incoming, outgoing: Outgoing) -> Outgoing:
        """The dead letter of a record whose output the broker does not take."""
        if outgoing.code is not None:
            raise EnvironmentFault(
                f"{outgoing.topic} does not take the dead letter of {record}: its size limit is too low"
            )
        fault = RecordFault("output_too_large", f"refused by {outgoing.topic}")
        return dead_letter(self.stage, self.settings, record, fault)

    async def _acknowledge(self) -> None:
        while True:
            record, acknowledge, sent = await self._in_flight.get()
            refusal = None
            for outgoing, delivery in sent:
                try:
                    await self.outbox.confirm(outgoing, delivery)
                except OutputRefused:
                    refusal = self._refusal(record, outgoing)
            if refusal is not None:
                await self.outbox.confirm(refusal, await self.outbox.send(refusal))
            acknowledge()
            self.observer.done(record, [outgoing for outgoing, _ in sent] if refusal is None else [refusal])
            if self.marks.deaths(record):
                self.marks.forget(record)
            self._window.release()
            self._in_flight.task_done()

    async def _judge(self, outcome: str | None) -> None:
        """Stop when more than half of the latest records were dead letters, once those are delivered."""
        self._recent.append(outcome)
        codes = [code for code in self._recent if code is not None]
        if len(self._recent) == RECENT and len(codes) * 2 > RECENT:
            await self._in_flight.join()
            code, count = Counter(codes).most_common(1)[0]
            raise TooManyDeadLetters(
                f"stage {self.stage.name} stops: {len(codes)} of the last {RECENT} records were dead letters, "
                f"most of them {code} ({count}): {RECORD_FAULTS[code]}"
            )
