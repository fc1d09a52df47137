"""Faust as Khabar runs it: one app, one agent, one stage.

What differs from Faust's own transport, and why:

* Only what was delivered is committed. Faust acknowledges on its own in places (errors in an agent, decode errors, events
  of an older generation) and its ``_new_offset`` can step over a missing offset, so commits follow a ledger of fetched
  and delivered records instead of Faust's acknowledgements.
* The producer is idempotent with acks=all, and deliveries are awaited on its own futures.
* The consumer reads committed records only, in small fetches, with a bound on the bytes in flight.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import aiokafka
import faust
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from faust.exceptions import ProducerSendError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, Message
from mode.utils.futures import notify

from streams.errors import EnvironmentFault
from streams.kafka.client import client_options, explain, producer_options
from streams.ledger import PartitionLedger
from streams.marks import FileMarks
from streams.pipeline import Step
from streams.seeing import Sight, Where
from streams.settings import Settings
from streams.stage import Incoming, Outgoing, OutputRefused, Received, StageRunner

log = logging.getLogger(__name__)

POLL_RECORDS = 8
"""Records that one poll hands on, and that a stream buffers, at most."""

FETCH_BYTES = 2 * 1024 * 1024
"""What one fetch asks for, compressed; a single larger record still comes."""

BYTES_IN_FLIGHT = 24 * 1024 * 1024
"""Values fetched and not yet done, above which no more are polled."""

COMMIT_SECONDS = 1.0

DELIVERY_SECONDS = 60.0
"""How long a delivery may take until the environment has failed: a broker may restart in this time."""

LOOK_SECONDS = 1.0
"""How often it is looked where we are in our partitions."""

ANSWER_SECONDS = 2.0
"""How long the broker may take to say where a partition ends, for that look."""

NEVER_MS = 10**12
"""Faust polls nothing without partitions, and aiokafka would take such a member out of the group for good. What one
record may take is the supervisor's to bound."""


class Producer(driver.Producer):
    """Idempotent, acks=all, with Khabar's security settings."""

    logger = driver.logger

    app: "StageApp"

    def _settings_auth(self) -> Mapping[str, Any]:
        options: Mapping[str, Any] = client_options(self.app.settings)
        return options

    def _settings_extra(self) -> Mapping[str, Any]:
        return producer_options(self.app.settings) | {"request_timeout_ms": int(DELIVERY_SECONDS * 1000)}


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """Creates the consumer that reads committed records in small fetches."""

    logger = driver.logger

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._connections: dict[Any, Any] = {}
        super().__init__(*args, **kwargs)

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        app = cast("StageApp", transport.app)
        self._assignor = RoundRobinPartitionAssignor
        session_ms = int(app.settings.session_timeout * 1000)
        return aiokafka.AIOKafkaConsumer(
            **client_options(app.settings),
            client_id=app.conf.broker_client_id,
            group_id=app.conf.id,
            partition_assignment_strategy=[RoundRobinPartitionAssignor],
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_poll_records=POLL_RECORDS,
            fetch_max_bytes=FETCH_BYTES,
            max_partition_fetch_bytes=FETCH_BYTES,
            fetch_max_wait_ms=500,
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=session_ms // 4,
            rebalance_timeout_ms=60_000,
            max_poll_interval_ms=NEVER_MS,
            metadata_max_age_ms=30_000,
        )

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Go back to the committed offsets, and to the beginning where there are none: aiokafka leaves those as they are."""
        offsets: Mapping[TP, int] = await self.call_thread(self._to_committed)
        return offsets

    async def _to_committed(self) -> Mapping[TP, int]:
        consumer = self._ensure_consumer()
        offsets: Mapping[TP, int] = await consumer.seek_to_committed()
        fresh = [partition for partition, offset in offsets.items() if not offset]
        if fresh:
            await consumer.seek_to_beginning(*fresh)
        return offsets

    async def look(self) -> tuple[dict[TP, tuple[int | None, int | None]], int]:
        """Position and end of each assigned partition, where known, and how many connections replaced a lost one.

        Asks the broker for the ends: a consumer that stopped fetching would not hear of new records.
        """
        seen: tuple[dict[TP, tuple[int | None, int | None]], int] = await self.call_thread(self._look)
        return seen

    async def _look(self) -> tuple[dict[TP, tuple[int | None, int | None]], int]:
        consumer = self._consumer
        # The public calls wait for a position, or know nothing of an assignment that ends meanwhile.
        subscription = consumer._subscription.subscription if consumer is not None else None  # noqa: SLF001  # see above
        assignment = subscription.assignment if subscription is not None else None
        if consumer is None or assignment is None:
            return {}, 0
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                ends = await consumer.end_offsets(assignment.tps) if assignment.tps else {}
        except (KafkaError, TimeoutError):
            ends = {}
        there = {}
        for part in assignment.tps:
            state = assignment.state_value(part)
            position = state.position if state is not None and state.has_valid_position else None
            there[TP(part.topic, part.partition)] = position, ends.get(part)
        return there, self._reconnects(consumer)

    def _reconnects(self, consumer: aiokafka.AIOKafkaConsumer) -> int:
        """How many connections are others than at the last look."""
        now = dict(consumer._client._conns)  # noqa: SLF001  # no public way
        replaced = sum(now[node] is not before for node, before in self._connections.items() if node in now)
        self._connections |= now
        return replaced

    @faust.Service.task
    async def _watch_group(self) -> None:
        """Notice what the coordinator raises for a reader: Faust never asks for it, and would wait for ever."""
        async for _ in self.itertimer(1.0, name="group"):
            consumer = self._consumer
            coordinator = consumer._coordinator if consumer is not None else None  # noqa: SLF001  # no public way
            try:
                if coordinator is not None:
                    coordinator.check_errors()
            except KafkaError as error:
                app = cast("StageApp", self.app)
                fault = explain(error, app.settings)
                app.loop.call_soon_threadsafe(app.fail, fault)


class Consumer(driver.Consumer):
    """Commits what the ledger says, whatever Faust acknowledges."""

    logger = driver.logger

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.ledgers: defaultdict[TP, PartitionLedger] = defaultdict(PartitionLedger)
        super().__init__(*args, **kwargs)

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:  # noqa: ASYNC109  # Faust's own
        while sum(ledger.pending_bytes for ledger in self.ledgers.values()) > BYTES_IN_FLIGHT and self.flow_active:
            await self.sleep(0.01)
        records = await super()._getmany(active_partitions, timeout)
        for partition, fetched in records.items():
            # Noted even where Faust then drops them and goes back: a record that is known holds the commit back.
            self.ledgers[partition].fetched((record.offset, len(record.value or b"")) for record in fetched)
            # Faust would drop, unsaid, what lies below its own mark, as after a log that lost its tail.
            self._read_offset[partition] = None
        return records

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Nothing: the ledger knows gaps. Faust's own list grows with every transaction and is never cut."""

    def on_buffer_full(self, tp: TP) -> None:
        """Nothing: a full buffer makes the fetcher wait. Faust would leave the partition out, then sleep for a second."""

    def ack(self, message: Message) -> bool:
        """Faust's acknowledgement: ends its waiting for the message and commits nothing."""
        message.acked = True
        self._unacked_messages.discard(message)
        notify(self._waiting_for_ack)
        return True

    def settle(self, message: Message) -> None:
        """The record's output was delivered."""
        if message.tp in self.ledgers:
            self.ledgers[message.tp].done(message.offset)
        self.ack(message)

    async def wait_empty(self) -> None:
        """Wait until all that is in flight is delivered, then commit; after a failure, commit what was delivered."""
        if cast("StageApp", self.app).failed.done():
            await self.commit()
        else:
            await super().wait_empty()

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        return (tp for tp in self.ledgers if topics is None or tp in topics or tp.topic in topics)

    def _should_commit(self, tp: TP, offset: int) -> bool:
        committed: int | None = self._committed_offset[tp]
        return offset != committed

    def _new_offset(self, tp: TP) -> int | None:
        return self.ledgers[tp].position

    @faust.Service.task
    async def _look(self) -> None:
        """Look where we are, once a second: what does not move shows there."""
        sight = cast("StageApp", self.app).sight
        thread = cast("ConsumerThread", self._thread)
        async for _ in self.itertimer(LOOK_SECONDS, name="look"):
            there, reconnects = await thread.look()
            where = {}
            for part, (position, end) in there.items():
                ledger = self.ledgers.get(part, PartitionLedger())
                where[f"{part.topic}[{part.partition}]"] = Where(position, end, ledger.pending, ledger.position)
            sight.looked(where, reconnects)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Begin new ledgers: whatever is assigned is fetched from its committed offset on."""
        self.stop_flow()  # a fetch that is under way now is dropped, so no record is known before its ledger
        self.ledgers.clear()
        cast("StageApp", self.app).sight.assigned()
        await super().on_partitions_assigned(assigned, generation_id)


class Transport(driver.Transport):
    """Faust's aiokafka transport with the consumer and the producer above."""

    Consumer = Consumer
    Producer = Producer


class StageApp(faust.App):
    """One stage as a Faust app with one agent.

    folder: writable, the process's own. sight: told what goes on.
    failed: done with the fault when the environment failed; what was not delivered is not committed.
    """

    logger = driver.logger

    def __init__(self, stage: Step, settings: Settings, folder: Path, sight: Sight) -> None:
        self.stage = stage
        self.sight = sight
        self.settings = settings
        self.folder = folder
        self.failed: asyncio.Future[EnvironmentFault] = asyncio.get_running_loop().create_future()
        super().__init__(
            settings.group_prefix + f"khabar.{stage.name}",
            broker=[f"kafka://{address.strip()}" for address in settings.bootstrap_servers.split(",")],
            datadir=str(folder / "faust"),
            store="memory://",
            web_enabled=False,
            topic_allow_declare=False,
            topic_disable_leader=True,
            stream_buffer_maxsize=POLL_RECORDS,
            stream_wait_empty=True,
            broker_commit_interval=COMMIT_SECONDS,
            broker_session_timeout=settings.session_timeout,
            broker_request_timeout=max(90.0, settings.session_timeout + 1),
            worker_redirect_stdouts=False,
            key_serializer="raw",
            value_serializer="raw",
        )

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> Transport:
        return Transport(self.conf.broker_producer, self)

    def source(self) -> Any:
        """The topic that the stage's agent reads, as raw bytes: decoding is the stage wrapper's business."""
        return self.topic(self.stage.reads.full_name(self.settings), key_type=bytes, value_type=bytes)

    async def work_through(self, stream: Any) -> None:
        """The agent's body: run the stage over the stream. Lets no exception out; Faust would acknowledge on it."""
        try:
            marks = FileMarks(self.folder, self.folder.parent / f"{self.stage.name}-deaths")
            runner = StageRunner(self.stage, self.settings, ProducerOutbox(self), marks, self.sight)
            async with aclosing(self._received(stream)) as received:
                await runner.run(received)
        except EnvironmentFault as fault:
            self.fail(fault)
        except Exception as error:
            log.exception("the stage wrapper itself failed")
            self.fail(EnvironmentFault(f"stage {self.stage.name}: {type(error).__name__}: {error}"))
        await asyncio.get_running_loop().create_future()  # until the app stops and cancels the agent

    async def _received(self, stream: Any) -> AsyncGenerator[Received, None]:
        consumer = cast("Consumer", self.consumer)
        async for event in stream.noack().events():
            message = event.message
            record = Incoming(
                message.topic,
                message.partition,
                message.offset,
                None if message.timestamp is None else round(message.timestamp * 1000),
                message.key,
                message.value,
                [(name, value or b"") for name, value in message.headers or ()],
            )
            yield record, partial(consumer.settle, message)

    async def crash_reason_known(self) -> EnvironmentFault:
        """Wait until Faust itself crashes."""
        await self._crashed.wait()
        return EnvironmentFault(f"the engine crashed: {self.crash_reason!r}")

    def fail(self, fault: EnvironmentFault) -> None:
        """The environment failed: nothing more is waited for."""
        if not self.failed.done():
            self.failed.set_result(fault)


@dataclass(frozen=True)
class ProducerOutbox:
    """The stage wrapper's way out: Faust's producer, asked for its own delivery futures."""

    app: StageApp

    async def send(self, outgoing: Outgoing) -> Awaitable[object]:
        """Hand a record to the producer. Raises OutputRefused or EnvironmentFault."""
        with _explained(outgoing):
            delivery: Awaitable[object] = await self.app.producer.send(
                outgoing.topic, outgoing.key, outgoing.value, None, None, outgoing.headers
            )
        return delivery

    async def confirm(self, outgoing: Outgoing, delivery: Awaitable[object]) -> None:
        """Wait until the broker has it. Raises OutputRefused or EnvironmentFault."""
        with _explained(outgoing):
            # An idempotent producer of aiokafka tries for ever by itself.
            async with asyncio.timeout(DELIVERY_SECONDS):
                await asyncio.shield(delivery)


@contextmanager
def _explained(outgoing: Outgoing) -> Iterator[None]:
    """Turn what the producer raises into a refusal of this record or a fault of the environment."""
    try:
        yield
    except TimeoutError:
        raise EnvironmentFault(f"cannot deliver to {outgoing.topic}: not done in {DELIVERY_SECONDS:g} s") from None
    except (KafkaError, ProducerSendError) as error:
        cause = error.__cause__ or error
        if isinstance(cause, (MessageSizeTooLargeError, RecordListTooLargeError)):
            raise OutputRefused(outgoing.topic) from error
        raise EnvironmentFault(f"cannot deliver to {outgoing.topic}: {type(cause).__name__}: {cause}") from error
