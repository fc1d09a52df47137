import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from streams.errors import UsageError
from streams.kafka.admin import create_topics
from streams.kafka.broker import LocalBroker
from streams.kafka.client import client_options, connected, producer
from streams.outlets.subscription import Duplicates, parse_start, topic_named
from streams.settings import Settings

Produce = Callable[..., Awaitable[list[tuple[int, int]]]]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def enriched(number: int, **fields: Any) -> bytes:
    record = {"schema": "enriched-article/1.0", "id": f"{number:032x}", "headline": f"headline {number}", **fields}
    return json.dumps({**record, "pipeline": {"version": "1", "fingerprint": "f"}}).encode()


def event(name: str) -> list[tuple[str, bytes]]:
    return [("ce_id", name.encode())]


class Subscriber:
    """A ``khabar subscribe`` process."""

    def __init__(self, settings: Settings, *arguments: str) -> None:
        environ = {
            **os.environ,
            "KHABAR_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            "KHABAR_TOPIC_PREFIX": settings.topic_prefix,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", "from streams.commands import main; main()", "subscribe", *arguments],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    async def ready(self) -> None:
        assert self.process.stderr is not None
        line = await asyncio.to_thread(self.process.stderr.readline)
        assert line.startswith("reading "), line

    async def line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        record = json.loads(await asyncio.to_thread(self.process.stdout.readline))
        assert isinstance(record, dict)
        return record

    async def end(self) -> tuple[int, list[dict[str, Any]], str]:
        out, err = await asyncio.to_thread(self.process.communicate, timeout=60)
        return self.process.returncode, [json.loads(line) for line in out.splitlines()], err


def ids(records: list[dict[str, Any]]) -> list[int]:
    return sorted(int(record["id"], 16) for record in records)


async def test_from_the_beginning_without_duplicates(settings: Settings, topics: list[str], produce: Produce) -> None:
    for number in range(20):
        await produce(topics[2], enriched(number), headers=event(f"e{number}"))
    for number in range(0, 20, 2):
        await produce(topics[2], enriched(number), headers=event(f"e{number}"))
    await produce(topics[2], enriched(20), enriched(20))  # no ce_id: nothing tells that they are one event
    code, records, _ = await Subscriber(settings, "--from", "beginning", "--timeout", "2").end()
    assert code == 0
    assert ids(records) == [*range(20), 20, 20]
    assert {record["event_id"] for record in records if record["id"] != f"{20:032x}"} == {f"e{n}" for n in range(20)}
    assert all(len(record["event_id"]) == 64 for record in records if record["id"] == f"{20:032x}")


async def test_latest_where_and_limit(settings: Settings, topics: list[str], produce: Produce) -> None:
    await produce(topics[2], enriched(1, language="ar"))
    running = Subscriber(settings, topics[2], "--where", 'language == "ar" && size(keywords) == 0', "--limit", "2")
    await running.ready()
    for number, language in enumerate(["ar", "en", "ar", "ar"], start=2):
        await produce(topics[2], enriched(number, language=language), partition=0)
    code, records, _ = await running.end()
    assert code == 0
    assert ids(records) == [2, 4]


async def test_from_a_time(settings: Settings, topics: list[str], produce: Produce) -> None:
    await produce(topics[2], enriched(1))
    await asyncio.sleep(1.1)
    since = datetime.now(UTC).isoformat()
    await asyncio.sleep(0.1)
    await produce(topics[2], enriched(2))
    for start, expected in ((since, [2]), ("1h", [1, 2]), ("2100-01-01", [])):
        _, records, _ = await Subscriber(settings, "enriched", "--from", start, "--timeout", "1.5").end()
        assert ids(records) == expected, start


async def test_new_partitions_are_picked_up(settings: Settings, topics: list[str], produce: Produce) -> None:
    running = Subscriber(settings, "--limit", "3")
    await running.ready()
    await produce(topics[2], enriched(1), partition=0)
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    await admin.create_partitions({topics[2]: NewPartitions(settings.partitions + 1)})
    await admin.close()
    async with connected(producer, settings) as sender:  # the other one knows the partitions of before
        await sender.send_and_wait(topics[2], enriched(2), partition=settings.partitions)
    await produce(topics[2], enriched(3), partition=0)
    code, records, _ = await running.end()
    assert code == 0
    assert ids(records) == [1, 2, 3]


async def test_hostile_values_and_failing_expression(settings: Settings, topics: list[str], produce: Produce) -> None:
    await produce(topics[2], b"nope", b"[1]", enriched(2, headline=7), enriched(1), partition=0)
    arguments = ("--from", "beginning", "--timeout", "1.5", "--where", "headline + 'x' != ''")
    code, records, err = await Subscriber(settings, *arguments).end()
    assert code == 0
    assert ids(records) == [1]
    lines = err.splitlines()[1:]
    assert [line.partition("@")[2] for line in lines[:2]] == [
        "0: invalid_json: line 1 column 1",
        "1: not_an_object: the JSON is of type list",
    ]
    misfit = "the types of the values do not fit each other"
    assert lines[2:] == [f"khabar: {topics[2]}[0]@2: the expression failed on this record (article {2:032x}): {misfit}"]


async def test_an_expression_that_fails_on_all(settings: Settings, topics: list[str], produce: Produce) -> None:
    await produce(topics[2], enriched(1, headline=7), enriched(2, headline=7), partition=0)
    arguments = ("--from", "beginning", "--timeout", "1.5", "--where", "headline + 'x' != ''")
    code, records, err = await Subscriber(settings, *arguments).end()
    assert (code, records) == (1, [])
    assert err.splitlines()[2:] == ["khabar: the expression failed on all 2 records"]


async def test_a_broker_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    broker = LocalBroker(tmp_path / "kafka")
    await asyncio.to_thread(broker.start)
    all_of_them: list[Subscriber] = []
    try:
        settings = Settings(_env_file=None, bootstrap_servers=broker.bootstrap_servers)
        topic = [topic.name for topic in await create_topics(settings)][2]

        async def put(number: int) -> None:
            async with connected(producer, settings) as sender:
                await sender.send_and_wait(topic, enriched(number), partition=0)

        all_of_them += [Subscriber(settings, *arguments) for arguments in (["--limit", "2"], [], ["--timeout", "9"])]
        running, until_signal, until_timeout = all_of_them
        for one in all_of_them:
            await one.ready()
        await put(1)
        for one in all_of_them:
            await one.line()
        await asyncio.to_thread(broker.kill)
        code, records, err = await until_timeout.end()
        assert (code, ids(records)) == (69, []), err
        assert err.splitlines()[0].endswith("; waiting for it")
        assert err.count("\n") == 2
        until_signal.process.send_signal(signal.SIGINT)
        code, _, err = await until_signal.end()
        assert code == 0
        assert err.count("\n") == 1
        await asyncio.to_thread(broker.start)
        await put(2)
        code, records, err = await running.end()
        assert (code, ids(records)) == (0, [2]), err
        assert [line.partition("; ")[2] for line in err.splitlines()[:1]] == ["waiting for it"]
        assert err.splitlines()[1:] == [f"reading {topic} again"]
    finally:
        for one in all_of_them:
            one.process.kill()
            await asyncio.to_thread(one.process.communicate)
        await asyncio.to_thread(broker.stop)


async def test_dead_letters(settings: Settings, topics: list[str], produce: Produce) -> None:
    reason = {"code": "invalid_json", "partition": "3", "offset": "x", "truncated": "false"}
    headers = event("d") + [(f"khabar-error-{name}", value.encode()) for name, value in reason.items()]
    await produce(topics[3], b"nope", key=b"k", headers=headers, partition=0)
    await produce(topics[3], b"\xff", headers=headers[1:], partition=0)
    arguments = ("dead-letters", "--from", "beginning", "--timeout", "1.5", "--where", 'error.code == "invalid_json"')
    _, records, _ = await Subscriber(settings, *arguments).end()
    error = {"code": "invalid_json", "partition": 3, "truncated": False}
    assert records[0] == {"error": error, "key": "k", "value": "nope", "event_id": "d"}
    assert records[1]["value_base64"] == "/w=="


async def test_pretty_and_end_by_signal(settings: Settings, topics: list[str], produce: Produce) -> None:
    running = Subscriber(settings, "--format", "pretty")
    await running.ready()
    await produce(topics[2], enriched(1, headline="عاجل \x1b]0;owned\x07", source="a.example"))
    assert running.process.stdout is not None
    assert await asyncio.to_thread(running.process.stdout.readline) == "عاجل\n"
    assert await asyncio.to_thread(running.process.stdout.readline) == "  a.example\n"
    running.process.send_signal(signal.SIGINT)
    out, err = await asyncio.to_thread(running.process.communicate, timeout=30)
    assert (running.process.returncode, out, err) == (0, "", "")


async def test_the_reader_of_the_output_goes_away(settings: Settings, topics: list[str], produce: Produce) -> None:
    await produce(topics[2], *(enriched(number, body="x" * 20_000) for number in range(50)))
    running = Subscriber(settings, "--from", "beginning")
    await running.ready()
    assert running.process.stdout is not None
    running.process.stdout.close()
    assert running.process.stderr is not None
    with running.process.stderr as err:
        assert await asyncio.to_thread(err.read) == ""
    assert await asyncio.to_thread(running.process.wait, 30) == 141


async def test_what_cannot_be_subscribed_to(settings: Settings, topics: list[str]) -> None:
    elsewhere = settings.model_copy(update={"topic_prefix": "absent."})
    code, _, err = await Subscriber(elsewhere).end()
    assert code == 2
    assert err == "khabar: no topic absent.khabar.articles.enriched on the broker; see khabar topics create\n"
    nowhere = settings.model_copy(update={"bootstrap_servers": "127.0.0.1:1"})
    code, _, err = await Subscriber(nowhere).end()
    assert code == 69
    assert err.count("\n") == 1
    code, _, err = await Subscriber(settings, "--where", "langauge == 'ar'").end()
    assert (code, err) == (2, "khabar: a record has no field 'langauge'; near it: language\n")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("beginning", "beginning"),
        ("latest", "latest"),
        ("30m", NOW - timedelta(minutes=30)),
        ("2h", NOW - timedelta(hours=2)),
        ("3d", NOW - timedelta(days=3)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T08:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ("2026-11-20T08:00+03:00", datetime(2026, 11, 20, 5, tzinfo=UTC)),
        ("2026-11-20T08:00Z", datetime(2026, 11, 20, 8, tzinfo=UTC)),
    ],
)
def test_where_to_start(text: str, start: object) -> None:
    assert parse_start(text, NOW) == start


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "9999999999d", "-2h", "999999d"])
def test_no_start(text: str) -> None:
    with pytest.raises(UsageError, match="neither beginning nor latest"):
        parse_start(text, NOW)


def test_topics_have_short_names() -> None:
    settings = Settings(_env_file=None, topic_prefix="p.")
    for short in ("raw", "clean", "enriched", "dead-letters"):
        topic = topic_named(short, settings)
        assert topic.name.endswith(short)
        assert topic_named(topic.name, settings) is topic
        assert topic_named("p." + topic.name, settings) is topic
    with pytest.raises(UsageError, match="there are: raw, clean, enriched, dead-letters, alerts"):
        topic_named("enrichd", settings)


def test_the_memory_for_duplicates_is_bounded() -> None:
    duplicates = Duplicates(size=2)
    assert [duplicates.is_new(name) for name in ["a", "b", "a", "c", "a", "b", None, None]] == [
        True, True, False, True, False, True, True, True,
    ]  # fmt: skip
    assert duplicates.dropped == 2
