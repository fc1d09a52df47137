"""``khabar reprocess``: what is worked on again, how it is marked, and what a dry run says."""

import asyncio
import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from streams.errors import UsageError
from streams.pipeline import CLEAN as CLEAN_STAGE
from streams.pipeline import EXTRACT
from streams.repair.reprocess import span
from streams.settings import Settings
from streams.stage import Incoming, work
from streams.topics import ALERTS, CLEAN, DEAD_LETTERS, ENRICHED, RAW
from tests.conftest import Khabar
from tests.engine.conftest import environment

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def article(number: int, place: str = "حلب") -> bytes:
    text = f"قال المتحدث باسم البلدية، سامر الحلواني، إن الورشة رقم {number} افتتحت في مدينة {place} يوم الأحد."
    return orjson.dumps({"url": f"https://a.example/{number}", "text": text, "fetched_at": "2026-11-20T08:00:00Z"})


def live(value: bytes, settings: Settings) -> Any:
    """What the live workers make of a raw record."""
    cleaned = work(CLEAN_STAGE, settings, Incoming("raw", 0, 0, 0, None, value))
    return work(EXTRACT, settings, Incoming("clean", 0, 0, 0, None, cleaned.value, cleaned.headers))


def header(record: Any, name: str) -> str | None:
    value: bytes | None = dict(record.headers).get(name)
    return None if value is None else value.decode()


async def test_events_between_two_times_come_out_again_marked_and_with_the_same_ids(
    khabar: Khabar, settings: Settings, topics: list[str], produce: Any, read_all: Any
) -> None:
    await produce(RAW.full_name(settings), article(0))
    await asyncio.sleep(1.1)
    start = datetime.now(UTC)
    await asyncio.sleep(0.1)
    await produce(RAW.full_name(settings), *(article(number) for number in range(1, 11)), b"{")
    await asyncio.sleep(0.1)
    end = datetime.now(UTC)
    await asyncio.sleep(1.1)
    await produce(RAW.full_name(settings), article(11))
    times = ("--from", start.isoformat(), "--to", end.isoformat(), "--rate", "1000")
    done = await khabar("reprocess", *times)
    assert done.returncode == 1
    counts = set(done.stderr.splitlines()[-1].split(", "))
    assert counts == {"11 events", "10 clean", "1 dead letters", "10 extract"}
    enriched = await read_all(ENRICHED.full_name(settings))
    expected = [live(article(number), settings) for number in range(1, 11)]
    assert {(record.key, record.value) for record in enriched} == {(one.key, one.value) for one in expected}
    assert {header(record, "ce_id") for record in enriched} == {header(one, "ce_id") for one in expected}
    assert {header(record, "khabar-lane") for record in enriched} == {"backfill"}
    cleaned = await read_all(CLEAN.full_name(settings))
    assert {header(record, "khabar-carried") for record in cleaned} == {"extract"}
    (letter,) = await read_all(DEAD_LETTERS.full_name(settings))
    assert header(letter, "khabar-lane") == "backfill"
    again = await khabar("reprocess", *times)
    assert (again.returncode, again.stderr.endswith("no events\n")) == (0, True)


async def test_live_workers_leave_what_the_run_carries_on_and_nobody_is_alerted(
    khabar: Khabar, settings: Settings, topics: list[str], start: Any, produce: Any, until: Any, read_all: Any
) -> None:
    killed = orjson.dumps(
        {
            "url": "https://a.example/k",
            "text": "مقتل عشرين شخصا في غارة جوية على مدينة حلب",
            "fetched_at": "2026-11-20T08:00:00Z",
        }
    )
    await produce(RAW.full_name(settings), killed)
    assert (await khabar("reprocess", "--from", "1h", "--to", "0s")).returncode == 0
    workers = start("extract", "alert")
    await workers.says("extract-0 ready")
    await workers.says("alert-0 ready")
    await produce(CLEAN.full_name(settings), (await read_all(CLEAN.full_name(settings)))[0].value)
    await until(ENRICHED.full_name(settings), 2)
    await asyncio.sleep(2)
    lanes = [header(record, "khabar-lane") for record in await read_all(ENRICHED.full_name(settings))]
    assert sorted(lanes, key=str) == [None, "backfill"]
    alerts = [orjson.loads(record.value)["id"] for record in await until(ALERTS.full_name(settings), 1)]
    assert len(alerts) == len(set(alerts))


async def test_only_articles_for_which_the_expression_is_true(
    khabar: Khabar, settings: Settings, topics: list[str], produce: Any, read_all: Any
) -> None:
    await produce(RAW.full_name(settings), article(1, "حلب"), article(2, "حمص"))
    arguments = ("--from", "1h", "--to", "0s", "--where", 'body.contains("حمص")')
    shown = await khabar("reprocess", *arguments, "--dry-run")
    assert shown.stderr == "1 without an earlier record\n"
    assert await read_all(CLEAN.full_name(settings)) == []
    await khabar("reprocess", *arguments)
    (record,) = await read_all(ENRICHED.full_name(settings))
    assert "حمص" in orjson.loads(record.value)["body"]
    assert len(await read_all(CLEAN.full_name(settings))) == 1


async def test_extraction_alone_starts_from_cleaned_events_also_those_of_an_earlier_run(
    khabar: Khabar, settings: Settings, topics: list[str], produce: Any, read_all: Any
) -> None:
    await produce(RAW.full_name(settings), article(1))
    await khabar("reprocess", "--from", "1h", "--to", "0s")
    done = await khabar("reprocess", "--from", "1h", "--to", "0s", "--stage", "extract")
    assert done.stderr.endswith("1 events, 1 extract\n")
    first, second = await read_all(ENRICHED.full_name(settings))
    assert (first.value, header(first, "ce_id")) == (second.value, header(second, "ce_id"))


async def test_a_dry_run_shows_how_the_versions_differ_and_writes_nothing(
    khabar: Khabar, settings: Settings, topics: list[str], produce: Any, read_all: Any
) -> None:
    for number in range(3):
        await produce(RAW.full_name(settings), article(number))
        made = live(article(number), settings)
        record = orjson.loads(made.value)
        if number < 2:
            record["pipeline"]["fingerprint"] = "0" * 16
        if number == 0:
            record |= {"keywords": ["x"], "section": "y"}
        await produce(ENRICHED.full_name(settings), orjson.dumps(record), headers=made.headers)
    shown = await khabar("reprocess", "--from", "1h", "--to", "0s", "--dry-run")
    assert shown.returncode == 0, shown.stderr
    counts, *fields = shown.stderr.splitlines()
    assert sorted(counts.split(", ")) == ["1 made by this version already", "1 would be the same", "1 would differ"]
    assert sorted(fields) == ["1 with another keywords", "1 with another section"]
    assert any("0000000000000000 -> " in line and "section gone" in line for line in shown.stdout.splitlines())
    assert len(await read_all(ENRICHED.full_name(settings))) == 3
    assert await read_all(CLEAN.full_name(settings)) == []


async def test_a_run_that_was_ended_goes_on_where_it_stopped(
    settings: Settings, topics: list[str], produce: Any, read_all: Any
) -> None:
    await produce(RAW.full_name(settings), *(article(number) for number in range(60)), partition=0)
    end = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    await asyncio.sleep(1.2)
    command = ["-m", "streams", "reprocess", "--from", "2026-01-01", "--to", end, "--rate"]
    first = await asyncio.create_subprocess_exec(
        sys.executable, *command, "20", env=environment(settings), stderr=asyncio.subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while len(await read_all(ENRICHED.full_name(settings))) < 16:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
    os.kill(first.pid, signal.SIGTERM)
    _, said = await first.communicate()
    assert (first.returncode, b"not at the end" in said) == (1, True)
    done = len(await read_all(ENRICHED.full_name(settings)))
    assert done < 60
    second = await asyncio.create_subprocess_exec(sys.executable, *command, "1000", env=environment(settings))
    assert await second.wait() == 0
    assert len(await read_all(ENRICHED.full_name(settings))) == 60


async def test_live_articles_come_out_while_a_run_goes_on(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any, read_all: Any
) -> None:
    old = [article(number) for number in range(300)]
    workers = start("clean", "extract")
    await workers.says("extract-0 ready")
    await produce(RAW.full_name(settings), *old)
    await until(ENRICHED.full_name(settings), len(old), 90)
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streams", "reprocess", "--from", "1h", "--to", "0s", "--rate", "1000"),
        env=environment(settings),
    )
    await until(ENRICHED.full_name(settings), len(old) + 16, 60)
    fresh = [article(number) for number in range(1000, 1020)]
    await produce(RAW.full_name(settings), *fresh)
    wanted = {header(live(value, settings), "ce_id") for value in fresh}
    deadline = time.monotonic() + 60
    enriched: list[Any] = []
    while wanted - {header(record, "ce_id") for record in enriched}:
        assert time.monotonic() < deadline
        enriched = await read_all(ENRICHED.full_name(settings))
    assert sum(header(record, "khabar-lane") == "backfill" for record in enriched) < len(old)
    assert running.returncode is None
    assert await running.wait() == 0


def test_the_group_is_of_the_work_and_of_the_versions_that_do_it() -> None:
    settings = Settings(_env_file=None, group_prefix="p.")
    whole = span(settings, NOW, NOW, None, extract_only=False)
    assert whole.group.startswith("p.khabar.reprocess.")
    others = {
        span(settings, NOW, NOW, None, extract_only=True).group,
        span(settings, NOW, NOW, 'language == "ar"', extract_only=False).group,
        span(settings, NOW - timedelta(1), NOW, None, extract_only=False).group,
    }
    assert len(others - {whole.group}) == 3
    with pytest.raises(UsageError):
        span(settings, NOW, NOW, "nothing == 1", extract_only=False)


async def test_wrong_times_are_one_line(khabar: Khabar) -> None:
    for arguments, what in (
        (("--from", "beginning", "--to", "1h"), "--from beginning: a time"),
        (("--from", "1h", "--to", "2h"), "--from is not before --to"),
        (("--from", "1h", "--to", "soon"), "--to soon: neither a time"),
    ):
        refused = await khabar("reprocess", *arguments)
        assert refused.returncode == 2
        assert what in refused.stderr
