"""The alert worker and ``khabar rules replay`` against a real broker."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import Alert
from streams.settings import Settings
from streams.topics import ALERTS, DEAD_LETTERS, ENRICHED

Produce = Callable[..., Awaitable[list[tuple[int, int]]]]
ReadAll = Callable[[str], Awaitable[list[Any]]]
Record = Callable[..., dict[str, Any]]
Write = Callable[..., Path]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    """``start("worker", "alert")``: run the command line, with its log in a file; ended after the test."""
    own = {f"KHABAR_{name.upper()}": str(value) for name, value in settings.model_dump(exclude_none=True).items()}
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **more: str) -> subprocess.Popen[str]:
        with (tmp_path / "log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "streams", *arguments],
                env=os.environ | own | {"KHABAR_SESSION_TIMEOUT": "3"} | more,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=15)


async def until(read_all: ReadAll, topic: str, count: int) -> list[Any]:
    deadline = time.monotonic() + 30
    while len(records := await read_all(topic)) < count:
        assert time.monotonic() < deadline, f"{len(records)} of {count} on {topic}"
        await asyncio.sleep(0.2)
    return records


async def until_said(log: Path, words: str) -> None:
    deadline = time.monotonic() + 30
    while words not in (said := await asyncio.to_thread(log.read_text)):
        assert time.monotonic() < deadline, said
        await asyncio.sleep(0.1)


async def test_enriched_articles_become_alerts_and_rules_change_while_it_runs(
    settings: Settings,
    topics: list[str],
    produce: Produce,
    read_all: ReadAll,
    enriched: Record,
    write: Write,
    start: Start,
    tmp_path: Path,
) -> None:
    folder = write("a.yaml", cooldown="6h").parent
    write("b.yaml", id="english", when='language == "en"')
    workers = start("worker", "alert", KHABAR_RULES=str(folder))
    topic, alerts = ENRICHED.full_name(settings), ALERTS.full_name(settings)
    event = [("ce_id", b"e1")]
    await produce(topic, orjson.dumps(enriched()), b"nope", headers=event, key=b"a", partition=0)
    await produce(topic, orjson.dumps(enriched(language="fr", figures=[])), key=b"a", partition=0)
    await produce(topic, orjson.dumps(enriched(id="c" * 32)), headers=[("khabar-lane", b"backfill")], partition=0)
    await produce(topic, orjson.dumps(enriched()), headers=event, key=b"a", partition=0)  # delivered twice
    made = await until(read_all, alerts, 4)
    assert sorted(Alert.from_json(record.value).rule.id for record in made) == ["english"] * 2 + ["killed"] * 2
    assert len({dict(record.headers)["ce_id"] for record in made}) == 2
    assert {record.key for record in made} == {b"a" * 32}

    write("b.yaml", when="figurs == []", id="english")
    await asyncio.sleep(1.2)
    await produce(topic, orjson.dumps(enriched(id="d" * 32)), partition=0)
    await until_said(tmp_path / "log", "the rules stay as they were")
    await until(read_all, alerts, 6)
    write("b.yaml", when='language == "fr"', id="english")
    await asyncio.sleep(1.2)
    await produce(topic, orjson.dumps(enriched(id="e" * 32, language="fr", figures=[])), partition=0)
    made = await until(read_all, alerts, 7)
    by_article = [Alert.from_json(record.value) for record in made]
    assert [alert.rule.id for alert in by_article if alert.article.id == "e" * 32] == ["english"]
    workers.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(workers.wait, 15) == 0
    (letter,) = await read_all(DEAD_LETTERS.full_name(settings))
    assert dict(letter.headers)["khabar-error-code"] == b"invalid_json"
    assert dict(letter.headers)["khabar-error-stage"] == b"alert"
    assert len(await read_all(alerts)) == 7


async def test_a_worker_with_a_broken_rule_does_not_start(
    topics: list[str], write: Write, start: Start, tmp_path: Path
) -> None:
    worker = start("worker", "alert", KHABAR_RULES=str(write("a.yaml", level="loud")))
    assert await asyncio.to_thread(worker.wait, 30) == 2
    assert "a.yaml: level: " in (tmp_path / "log").read_text()


async def test_replay_shows_what_would_have_been_sent(
    settings: Settings,
    topics: list[str],
    produce: Produce,
    read_all: ReadAll,
    enriched: Record,
    write: Write,
    start: Start,
    tmp_path: Path,
) -> None:
    rule = write("a.yaml", cooldown="6h", group_by="language")

    def fetched(number: int, hour: int, **changes: Any) -> bytes:
        made = enriched(id=f"{number:032x}", fetched_at=f"2026-11-20T{hour:02}:00:00Z", **changes)
        return orjson.dumps(made)

    figures = [{"what": "killed", "low": 13, "text": "Twelve people", "start": 0, "end": 13}]
    values = [
        fetched(3, 11, figures=figures),
        fetched(1, 10),
        fetched(2, 11),
        fetched(4, 18),
        fetched(5, 10, published_at="2026-01-01"),
        fetched(6, 11, figures=[]),
        b"nope",
    ]
    topic = ENRICHED.full_name(settings)
    for number, value in enumerate(values):
        await produce(topic, value, headers=[("ce_id", b"%d" % number)], partition=number % 2)
    await produce(topic, values[0], headers=[("ce_id", b"0")], partition=0)
    await produce(topic, fetched(7, 20), headers=[("khabar-lane", b"backfill")], partition=0)

    async def replayed(*more: str) -> list[str]:
        process = start("rules", "replay", str(rule), "--from", "beginning", *more)
        out, _ = await asyncio.to_thread(process.communicate, timeout=60)
        assert process.returncode == 0, (tmp_path / "log").read_text()
        return out.splitlines()

    lines = await replayed()
    assert [line.partition(": ")[0] for line in lines] == [
        "2026-11-20T10:00:00Z warning killed",
        "2026-11-20T11:00:00Z warning killed",
        "2026-11-20T18:00:00Z warning killed",
    ]
    assert lines[1] == (
        "2026-11-20T11:00:00Z warning killed: People killed: count 13; figures “Twelve people” https://news.example/1"
    )
    assert (tmp_path / "log").read_text() == (
        "7 records (1 unreadable), 5 alerts: 3 would have been sent, 1 within a cooldown, 1 old, 0 repeated\n"
    )
    assert [Alert.from_json(line.encode()).article.id[-1] for line in await replayed("--format", "jsonl")] == list(
        "134"
    )
    shown = Counter(line.split()[1] for line in await replayed("--quiet-too"))
    assert shown == {"warning": 3, "quiet": 1, "old": 1}
    assert await read_all(ALERTS.full_name(settings)) == []
