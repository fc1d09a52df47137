"""A worker that stays in its group and does not get on: it says so, and its supervisor starts another in its place."""

import asyncio
import re
import urllib.error
import urllib.request
from typing import Any

import orjson
import pytest

from streams.kafka.client import connected, transactional
from streams.settings import Settings
from streams.topics import CLEAN, RAW


def articles(*texts: str) -> list[bytes]:
    return [orjson.dumps({"url": f"https://a.example/{text}", "text": text}) for text in texts]


async def asked(port: int, path: str) -> tuple[int, str]:
    """Status and body of a GET."""

    def ask() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    return await asyncio.to_thread(ask)


@pytest.mark.parametrize("way", ["hand on", "fetch", "lose", "block"])
async def test_a_stalled_worker_is_started_again_and_nothing_is_lost(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any, way: str
) -> None:
    workers = start.under_test(KHABAR_TEST_STALL=way, KHABAR_STALL_TIMEOUT="5")
    await workers.says("ready")
    await produce(RAW.full_name(settings), *articles("first"), partition=0)
    await until(CLEAN.full_name(settings), 1)
    await asyncio.sleep(1.5)  # a fetch that was under way may still bring something
    await produce(RAW.full_name(settings), *articles(*"abc"), partition=0)
    await workers.says("clean-0 is stalled: ", 30)
    expected = "nothing was heard" if way == "block" else r"\[0\] has \d records waiting and did not move"
    assert re.search(expected, workers.text())
    bodies = {orjson.loads(record.value)["body"] for record in await until(CLEAN.full_name(settings), 4)}
    assert bodies == {"first", "a", "b", "c"}
    port = int(re.findall(r"metrics at 127.0.0.1:(\d+)", workers.text())[0])
    _, metrics = await asked(port, "/metrics")
    assert 'khabar_worker_restarts_total{reason="stalled",stage="clean"} 1.0' in metrics
    assert await workers.stop() == 0


async def test_quiet_topics_and_the_markers_of_transactions_are_no_stall(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any
) -> None:
    workers = start.under_test(KHABAR_STALL_TIMEOUT="5")
    await workers.says("ready")
    async with connected(lambda settings: transactional(settings, "test"), settings) as sender, sender.transaction():
        await sender.send_and_wait(RAW.full_name(settings), articles("a")[0], partition=0)
    await until(CLEAN.full_name(settings), 1)
    await asyncio.sleep(12)
    assert "stalled" not in workers.text()
