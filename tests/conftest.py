"""Fixtures over one embedded Kafka that all tests of a run share."""

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from streams.kafka.admin import create_topics
from streams.kafka.broker import LocalBroker
from streams.kafka.client import client_options, producer
from streams.settings import Settings
from tests import topicreader

# In the background of a shell SIGINT is ignored, also by whatever a test starts and then interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

Headers = Sequence[tuple[str, bytes]]

Khabar = Callable[..., Awaitable["subprocess.CompletedProcess[str]"]]

MAX_FETCH_BYTES = 128 * 1024 * 1024


class ReadRecord(NamedTuple):
    """One record as it lies on the broker."""

    value: bytes | None
    key: bytes | None
    headers: Headers
    partition: int
    offset: int


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever needs the broker, also through another fixture."""
    for item in items:
        if "broker" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(autouse=True)
def no_settings_of_the_developers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take KHABAR_* out of the environment, also for the processes that a test starts."""
    for name in list(os.environ):
        if name.startswith("KHABAR_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def broker() -> Iterator[LocalBroker]:
    """One real Kafka for the run, started by the first test that asks."""
    with LocalBroker() as running:
        yield running


@pytest.fixture
def settings(broker: LocalBroker, tmp_path: Path) -> Settings:
    """Settings with topics and groups of this test's own."""
    prefix = f"t{uuid.uuid4().hex[:12]}."
    return Settings(
        _env_file=None,
        bootstrap_servers=broker.bootstrap_servers,
        topic_prefix=prefix,
        group_prefix=prefix,
        state_dir=tmp_path / "state",
    )


@pytest_asyncio.fixture
async def topics(settings: Settings) -> list[str]:
    """Create every topic of the table; the names with the prefix, in the table's order."""
    return [topic.name for topic in await create_topics(settings)]


@pytest_asyncio.fixture
async def produce(settings: Settings) -> AsyncIterator[Callable[..., Awaitable[list[tuple[int, int]]]]]:
    """``await produce(topic, *values, key=None, headers=(), partition=None)``: send raw values, in order.

    Returns their partitions and offsets when the broker has them. A value None needs a key, says aiokafka.
    """
    sender = producer(settings)
    await sender.start()

    async def send(
        topic: str,
        *values: bytes | None,
        key: bytes | None = None,
        headers: Headers = (),
        partition: int | None = None,
    ) -> list[tuple[int, int]]:
        pending = [
            await sender.send(topic, value=value, key=key, headers=list(headers), partition=partition)
            for value in values
        ]
        return [(delivered.partition, delivered.offset) for delivered in [await delivery for delivery in pending]]

    try:
        yield send
    finally:
        await sender.stop()


@pytest.fixture
def read_all(request: pytest.FixtureRequest) -> Callable[..., Awaitable[list[ReadRecord]]]:
    """``await read_all(topic, of=None)``: every committed record up to the present end, by partition and offset.

    of: settings of another broker than the shared one.
    """

    async def read(topic: str, of: Settings | None = None) -> list[ReadRecord]:
        way = client_options(of or request.getfixturevalue("settings"))
        return [
            ReadRecord(record.value, record.key, record.headers, record.partition, record.offset)
            for record in await topicreader.read(way, topic, MAX_FETCH_BYTES)
        ]

    return read


@pytest.fixture
def khabar(settings: Settings) -> Khabar:
    """``await khabar("topics", "create")``: run the command line on this test's topics."""
    environ = {
        **os.environ,
        "KHABAR_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "KHABAR_TOPIC_PREFIX": settings.topic_prefix,
        "KHABAR_GROUP_PREFIX": settings.group_prefix,
        "KHABAR_STATE_DIR": str(settings.state_dir),
    }

    async def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-W", "error", "-c", "from streams.commands import main; main()", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env=environ,
            timeout=120,
            check=False,
        )

    return run
