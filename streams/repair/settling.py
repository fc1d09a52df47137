"""Dead letters on the broker: which are open, and how they are settled.

A letter that is done with stays where it is until its time is up; a settlement on a topic of its own says so. What goes
back and its settlement are one transaction, and a run that begins ends every other one: whatever dies in between, each
letter goes back once.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerFenced

from schemas import Settlement
from streams import identity, wire
from streams.errors import EnvironmentFault, RecordFault
from streams.kafka.client import connected, transactional
from streams.outlets.subscription import Duplicates, Start, retained
from streams.repair.letters import Choice, Letter, Unfit, original
from streams.settings import Settings
from streams.stage import Outgoing
from streams.topics import DEAD_LETTERS, SETTLED

Action = Literal["redriven", "discarded"]

BATCH = 100
"""Letters of one transaction, at most."""

BATCH_BYTES = 16 * 1024 * 1024
"""Values of one transaction, above which no more are added."""

RUN = "khabar.dead-letters"
"""The name of the transactions."""


@dataclass(frozen=True)
class Search:
    """Where dead letters are looked for, from when on, and which."""

    settings: Settings
    start: Start
    choice: Choice


@dataclass(frozen=True)
class Found:
    """A letter, and what became of it; None where it is open."""

    letter: Letter
    settlement: Settlement | None = None


async def letters(search: Search) -> AsyncGenerator[Found]:
    """The dead letters that are meant, as they lie on their topic. Raises EnvironmentFault and NoSuchTopic."""
    settled = await settlements(search.settings)
    seen: set[str] = set()
    topic = DEAD_LETTERS.full_name(search.settings)
    async with aclosing(retained(topic, search.start, search.settings, Duplicates())) as records:
        async for record in records:
            letter = Letter.from_kafka(record)
            if letter is not None and letter.id not in seen and search.choice.takes(letter):
                seen.add(letter.id)
                yield Found(letter, settled.get(letter.id))


@dataclass
class Settling:
    """A run over the open letters that are meant: they go back, or are done with.

    limit: letters settled at most. say: told each letter and its outcome. outcomes: how many of which.
    """

    action: Action
    search: Search
    limit: int | None
    say: Callable[[Letter, str], None]
    outcomes: Counter[str] = field(default_factory=Counter)

    async def apply(self) -> None:
        """Settle them. Raises EnvironmentFault, also when another run has begun, and NoSuchTopic."""
        # The producer first: from then on no other run can settle anything, so what is read then is all that is settled.
        async with connected(partial(transactional, name=RUN), self.search.settings) as sender:
            try:
                await self.rehearse(sender)
            except ProducerFenced:
                raise EnvironmentFault(
                    "another run of khabar dead-letters has begun and goes on with the rest"
                ) from None

    async def rehearse(self, sender: AIOKafkaProducer | None = None) -> None:
        """Say what would be done; with a producer, do it."""
        batch: list[tuple[Letter, Outgoing | None]] = []
        size = 0
        async with aclosing(letters(self.search)) as found:
            async for one in found:
                if one.settlement is not None:
                    self.outcomes["settled before"] += 1
                    continue
                try:
                    batch.append((one.letter, self._sent_back(one.letter)))
                except Unfit as reason:
                    self.outcomes["cannot go back"] += 1
                    self.say(one.letter, f"cannot go back: {reason}")
                    continue
                size += len(one.letter.value or b"")
                enough = self.limit is not None and self.outcomes[self.action] + len(batch) >= self.limit
                if len(batch) >= BATCH or size > BATCH_BYTES or enough:
                    await self._settle(batch, sender)
                    batch, size = [], 0
                if enough:
                    return
        if batch:
            await self._settle(batch, sender)

    def _sent_back(self, letter: Letter) -> Outgoing | None:
        return original(letter, self.search.settings) if self.action == "redriven" else None

    async def _settle(self, batch: list[tuple[Letter, Outgoing | None]], sender: AIOKafkaProducer | None) -> None:
        if sender is not None:
            await _commit(self.action, self.search.settings, sender, batch)
        for letter, _ in batch:
            self.say(letter, self.action)
        self.outcomes[self.action] += len(batch)


async def _commit(
    action: Action, settings: Settings, sender: AIOKafkaProducer, batch: list[tuple[Letter, Outgoing | None]]
) -> None:
    """Send records and settlements, all or none of them."""
    async with sender.transaction():
        deliveries = []
        for letter, outgoing in batch:
            if outgoing is not None:
                there = await sender.partitions_for(outgoing.topic)
                # The partition that it lay in, whoever chose it: so what has one key stays together.
                partition = letter.reason.partition if letter.reason.partition in there else None
                deliveries.append(
                    await sender.send(
                        outgoing.topic, outgoing.value, outgoing.key, partition=partition, headers=outgoing.headers
                    )
                )
            note = _settlement(action, letter, settings)
            deliveries.append(await sender.send(note.topic, note.value, note.key, headers=note.headers))
        await asyncio.gather(*deliveries)


def _settlement(action: Action, letter: Letter, settings: Settings) -> Outgoing:
    record = Settlement(letter=letter.id, action=action, at=datetime.now(UTC).isoformat(timespec="seconds"))
    event = identity.event_id(letter.id, f"dead-letters/{action}", "")
    headers = wire.event_headers("dead-letters", event, record, wire.trace_of(letter.headers, letter.id, event))
    return Outgoing(SETTLED.full_name(settings), letter.id.encode(), record.to_json(), headers)


async def settlements(settings: Settings) -> dict[str, Settlement]:
    """Every settlement, by the letter's id."""
    found = {}
    topic = SETTLED.full_name(settings)
    async with aclosing(retained(topic, "beginning", settings, Duplicates())) as records:
        async for record in records:
            try:
                data = wire.decode(record.value, "settlement", settings.max_record_bytes)
                settlement = wire.validate(Settlement, data)
            except RecordFault:
                continue
            found[settlement.letter] = settlement
    return found
