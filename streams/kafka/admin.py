"""Topics and consumer groups on the broker: make them, wait for them, look at them.

Every function raises BrokerUnreachable, AuthenticationRefused or another EnvironmentFault with one line, and UsageError
for a setting that cannot be used.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    InvalidReplicationFactorError,
    KafkaError,
    LeaderNotAvailableError,
    NoError,
    TopicAlreadyExistsError,
    for_code,
)

from streams.errors import BrokerUnreachable, UsageError
from streams.kafka.client import back_off, client_options, connected, explain
from streams.kafka.requests import DescribeLogDirs, SetTopicConfigs
from streams.settings import Settings
from streams.topics import ALERTS, CLEAN, ENRICHED, RAW, TOPICS, Topic

GROUPS: dict[str, Topic] = {
    "khabar.clean": RAW,
    "khabar.extract": CLEAN,
    "khabar.alert": ENRICHED,
    "khabar.deliver": ALERTS,
}
"""Consumer group, without the prefix of the settings → the topic that it reads."""

Offsets = dict[TopicPartition, tuple[int, int]]
"""Begin and end of each partition."""

SETTLE_TRIES = 6
"""With `back_off` between them: about eight seconds for a topic or a group's coordinator to appear."""


@dataclass(frozen=True)
class Drift:
    """One entry of a topic that is not as the table and the settings want it.

    name: as in Kafka's configuration, or ``partitions``.
    """

    name: str
    actual: str
    wanted: str


@dataclass(frozen=True)
class Created:
    """One topic of the table after `create_topics`.

    name: with the prefix.
    new: it was not there before.
    drift: what was not as wanted; always empty when new.
    altered: the drift was put right, all but a number of partitions.
    """

    name: str
    new: bool
    drift: tuple[Drift, ...] = ()
    altered: bool = False


@dataclass(frozen=True)
class TopicOverview:
    """One topic of the table that is on the broker.

    records: end offsets less begin offsets.
    size: bytes on the brokers' disks, all replicas together; None where we may not ask.
    retention_ms: None: kept for ever.
    """

    name: str
    partitions: int
    replicas: int
    records: int
    size: int | None
    retention_ms: int | None


@dataclass(frozen=True)
class GroupOverview:
    """One consumer group.

    topic: what it reads, with the prefix.
    state: Kafka's word: Stable, Empty, PreparingRebalance, CompletingRebalance, or Dead when it never was there.
    members: consumers in it.
    committed: sum of its committed offsets, None where it has none.
    lag: records that it has not committed.
    """

    name: str
    topic: str
    state: str
    members: int
    committed: int | None
    lag: int


@dataclass(frozen=True)
class Overview:
    """What `overview` found. ``missing``: names of topics of the table that are not there."""

    topics: tuple[TopicOverview, ...]
    groups: tuple[GroupOverview, ...]
    missing: tuple[str, ...]


async def create_topics(settings: Settings, *, alter: bool = False) -> list[Created]:
    """Create what is absent of the topic table, and wait until it can be used.

    alter: put the configuration of topics right that are there. Never their number of partitions: keys would move.
    Raises UsageError when there are fewer brokers than the replication factor.
    """
    names = [topic.full_name(settings) for topic in TOPICS]
    async with _administrator(settings) as admin:
        there = await _described(admin)
        new = await _create(admin, [topic for topic in TOPICS if topic.full_name(settings) not in there], settings)
        await _settled(lambda: _all_led(admin, names))
        if new:
            with suppress(KafkaError):  # the first group of a cluster waits for this, and aiokafka logs errors
                await _settled(lambda: admin.find_coordinator(settings.group_prefix + next(iter(GROUPS))))
        drifts = await _drifts(admin, [topic for topic in TOPICS if topic.full_name(settings) not in new], settings)
        altered = await _put_right(admin, drifts) if alter else set()
    return [Created(name, name in new, drifts.get(name, ()), name in altered) for name in names]


async def missing_topics(settings: Settings) -> list[str]:
    """Name, with the prefix, the topics of the table that are not on the broker."""
    async with _administrator(settings) as admin:
        there = await _described(admin)
    return [name for topic in TOPICS if (name := topic.full_name(settings)) not in there]


async def wait_for_topics(
    settings: Settings, names: Iterable[str], say: Callable[[str], None] = lambda _: None
) -> None:
    """Wait without end until the broker has every topic of ``names`` (with the prefix).

    say: told once per reason why it waits. A broker that cannot be reached is a reason, too.
    """
    wanted = list(names)
    said = ""
    for pause in back_off():
        try:
            async with _administrator(settings) as admin:
                there = await _described(admin)
            lacking = [name for name in wanted if name not in there]
            reason = f"no topic {', '.join(lacking)} yet: khabar topics create" if lacking else ""
        except BrokerUnreachable as fault:
            reason = str(fault)
        if not reason:
            return
        if reason != said:
            said = reason
            say(f"{reason}; waiting for it")
        await asyncio.sleep(pause)


async def too_small(settings: Settings, topics: Iterable[Topic]) -> list[str]:
    """Say which topics take smaller records than these settings allow: one line for each.

    Empty, too, where the broker does not tell us.
    """
    asked = list(topics)
    async with _administrator(settings) as admin:
        try:
            drifts = await _drifts(admin, asked, settings)
        except KafkaError:  # configurations may be hidden from us; a refusal at delivery is then the first we hear
            return []
    return [
        f"{name} takes records of {entry.actual} bytes, {entry.wanted} are wanted: khabar topics create --alter"
        for name, entries in drifts.items()
        for entry in entries
        if entry.name == "max.message.bytes" and int(entry.actual) < int(entry.wanted)
    ]


async def overview(settings: Settings) -> Overview:
    """Count what lies in the topics and how far the consumer groups are."""
    names = [topic.full_name(settings) for topic in TOPICS]
    async with _administrator(settings) as admin, connected(_consumer, settings) as consumer:
        described = await _described(admin)
        there = {name: described[name] for name in names if name in described}
        parts = [TopicPartition(name, number) for name, found in there.items() for number in range(len(found))]
        begins = await consumer.beginning_offsets(parts)
        ends = await consumer.end_offsets(parts)
        offsets: Offsets = {part: (begins[part], ends[part]) for part in parts}
        sizes = await _sizes(admin, {name: len(found) for name, found in there.items()})
        configs = await _configs(admin, list(there))
        listed = {group for group, _ in await _settled(admin.list_consumer_groups)}
        groups = [
            await _group(admin, settings.group_prefix + name, topic.full_name(settings), offsets, listed)
            for name, topic in GROUPS.items()
        ]
    topics = []
    for name, found in there.items():
        retention = int(configs[name]["retention.ms"])
        topics.append(
            TopicOverview(
                name,
                len(found),
                len(found[0]["replicas"]),
                sum(end - begin for part, (begin, end) in offsets.items() if part.topic == name),
                None if sizes is None else sizes.get(name, 0),
                None if retention < 0 else retention,
            )
        )
    return Overview(tuple(topics), tuple(groups), tuple(name for name in names if name not in there))


async def committed_offsets(settings: Settings) -> dict[TopicPartition, int]:
    """Up to where the group that reads a topic has committed each of its partitions; absent where it never has."""
    found: dict[TopicPartition, int] = {}
    async with _administrator(settings) as admin:
        listed = {group for group, _ in await _settled(admin.list_consumer_groups)}
        for name, topic in GROUPS.items():
            if settings.group_prefix + name in listed:
                found |= await _committed(admin, settings.group_prefix + name, topic.full_name(settings))
    return found


async def _committed(admin: AIOKafkaAdminClient, group: str, topic: str) -> dict[TopicPartition, int]:
    positions = await _settled(lambda: admin.list_consumer_group_offsets(group))
    return {part: at.offset for part, at in positions.items() if part.topic == topic and at.offset >= 0}


@asynccontextmanager
async def _administrator(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    async with connected(lambda settings: AIOKafkaAdminClient(**client_options(settings)), settings) as admin:
        try:
            yield admin
        except TimeoutError as error:  # this client lets it through
            raise explain(error, settings) from error


def _consumer(settings: Settings) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(**client_options(settings), enable_auto_commit=False)


async def _settled(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Ask again while the cluster is still putting together what we ask for. Raises the last KafkaError."""
    for tries_left, pause in zip(reversed(range(SETTLE_TRIES)), back_off(), strict=False):
        try:
            return await ask()
        except KafkaError as error:
            settling = error.retriable or isinstance(
                error, GroupCoordinatorNotAvailableError | GroupLoadInProgressError
            )
            if not settling or not tries_left:
                raise
        await asyncio.sleep(pause)
    raise AssertionError


async def _described(admin: AIOKafkaAdminClient) -> dict[str, list[dict[str, Any]]]:
    """Return every topic's partitions. All topics are asked for: a broker may create one that is named."""
    return {found["topic"]: found["partitions"] for found in await admin.describe_topics() if found["error_code"] == 0}


async def _all_led(admin: AIOKafkaAdminClient, names: list[str]) -> None:
    there = await _described(admin)
    for name in names:
        if name not in there or any(partition["leader"] < 0 for partition in there[name]):
            raise LeaderNotAvailableError(name)


async def _create(admin: AIOKafkaAdminClient, absent: list[Topic], settings: Settings) -> set[str]:
    """Create topics; return the names of those that nobody else had created meanwhile."""
    new: set[str] = set()
    if not absent:
        return new
    response = await admin.create_topics(
        [
            NewTopic(
                topic.full_name(settings),
                settings.partitions,
                settings.replication_factor,
                topic_configs=topic.config(settings),
            )
            for topic in absent
        ]
    )
    for name, code, message in response.topic_errors:
        kind = for_code(code)
        if kind is InvalidReplicationFactorError:
            brokers = len((await admin.describe_cluster())["brokers"])
            raise UsageError(
                f"KHABAR_REPLICATION_FACTOR is {settings.replication_factor}, the cluster has {brokers} broker"
                + ("s" if brokers > 1 else "")
            )
        if kind is NoError:
            new.add(name)
        elif kind is not TopicAlreadyExistsError:
            raise kind(f"{name}: {message}")
    return new


async def _configs(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    configs: dict[str, dict[str, str]] = {}
    if names:
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        for response in await admin.describe_configs(asked):
            for code, message, _, name, entries in response.resources:
                if code:
                    raise for_code(code)(f"{name}: {message}")
                configs[name] = {entry[0]: entry[1] for entry in entries}
    return configs


async def _drifts(admin: AIOKafkaAdminClient, topics: list[Topic], settings: Settings) -> dict[str, tuple[Drift, ...]]:
    there = await _described(admin)
    configs = await _configs(admin, [topic.full_name(settings) for topic in topics])
    drifts = {}
    for topic in topics:
        name = topic.full_name(settings)
        pairs = [(entry, configs[name][entry], wanted) for entry, wanted in topic.config(settings).items()]
        pairs.append(("partitions", str(len(there[name])), str(settings.partitions)))
        drifts[name] = tuple(Drift(entry, actual, wanted) for entry, actual, wanted in pairs if actual != wanted)
    return drifts


async def _put_right(admin: AIOKafkaAdminClient, drifts: dict[str, tuple[Drift, ...]]) -> set[str]:
    """Set what has drifted; return the names of the topics that were altered."""
    wanted = {
        name: entries
        for name, drift in drifts.items()
        if (entries := {entry.name: entry.wanted for entry in drift if entry.name != "partitions"})
    }
    if wanted:
        response = await admin._send_request(SetTopicConfigs(wanted))  # noqa: SLF001  # for requests it does not know
        for code, message, _, name in response.resources:
            if code:
                raise for_code(code)(f"{name}: {message}")
    return set(wanted)


async def _sizes(admin: AIOKafkaAdminClient, partitions: dict[str, int]) -> dict[str, int] | None:
    """Return each topic's bytes on all brokers' disks, or None where we may not ask."""
    sizes = dict.fromkeys(partitions, 0)
    for broker in (await admin.describe_cluster())["brokers"]:
        response = await admin._send_request(DescribeLogDirs(partitions), broker["node_id"])  # noqa: SLF001  # see above
        for code, _, topics in response.results:
            if code:
                return None
            for name, found in topics:
                sizes[name] += sum(size for _, size, _, _ in found)
    return sizes


async def _group(
    admin: AIOKafkaAdminClient, name: str, topic: str, offsets: Offsets, listed: set[str]
) -> GroupOverview:
    state, members = "Dead", 0
    committed: dict[TopicPartition, int] = {}
    if name in listed:  # asking for the coordinator of one that is not would make the broker create its offsets topic
        # One group a request: aiokafka misreads an answer about several.
        [response] = await _settled(lambda: admin.describe_consumer_groups([name]))
        code, _, state, _, _, found = response.groups[0][:6]
        if code:
            raise for_code(code)(name)
        members = len(found)
        committed = await _committed(admin, name, topic)
    lag = sum(
        max(0, end - max(begin, committed.get(part, 0)))
        for part, (begin, end) in offsets.items()
        if part.topic == topic
    )
    return GroupOverview(name, topic, state, members, sum(committed.values()) if committed else None, lag)
