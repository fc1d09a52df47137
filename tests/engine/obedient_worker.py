"""A worker process whose clean stage does as the article's text says, for the fault tests.

Started by a supervisor in place of ``python -m streams.worker``. KHABAR_TEST_SLOW: seconds that every delivery is held
back. KHABAR_TEST_DELIVERY_SECONDS: how long a delivery may take. KHABAR_TEST_ACK_FIRST: acknowledge before delivery, the
mistake that the fault tests must notice. KHABAR_TEST_BROKEN: the version that cannot work on some texts. KHABAR_TEST_STALL: the process
stops getting on after its first record, without a word, in the way that this says; the next process is sound. KHABAR_TEST_HANG_UP: its connections to the broker
break every second.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Any

from schemas import Article, CleanArticle
from streams import engine, pipeline, worker
from streams.errors import RecordFault
from streams.stage import Outgoing
from tests.mistakes import HastyRunner, held_back

SLOW = float(os.environ.get("KHABAR_TEST_SLOW", "0"))
ACK_FIRST = "KHABAR_TEST_ACK_FIRST" in os.environ


def obey(value: bytes | None, max_bytes: int) -> Article:
    """The record's text is what to do."""
    text = json.loads(value or b"{}").get("text", "")
    match text.split():
        case ["die"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["hang"]:
            time.sleep(1000)
        case ["memory"]:
            raise MemoryError
        case ["disk"]:
            raise OSError(28, "No space left on device")
        case ["bad"]:
            raise RecordFault("invalid_json")
        case ["sound", *_] if "KHABAR_TEST_BROKEN" in os.environ:
            raise RecordFault("stage_failed")
        case ["grow", size]:
            return CleanArticle(id="0" * 32, body="x" * int(size))
        case ["work", seconds]:
            time.sleep(float(seconds))
    return CleanArticle(id="0" * 32, body=text or "-")


Outbox = engine.ProducerOutbox


class SlowOutbox(Outbox):
    """Holds every delivery back, as a slow broker would."""

    async def send(self, outgoing: Outgoing) -> Awaitable[object]:
        """Give a delivery that begins later."""
        return held_back(SLOW, lambda: Outbox.send(self, outgoing))


def fall_asleep(folder: str, way: str) -> None:
    """Stall as faust #175 (nothing is handed on) or aiokafka #1176 (nothing is fetched), once."""
    once = Path(folder) / "slept"
    if once.exists():
        return
    getmany = engine.Consumer._getmany

    async def drowsy(consumer: engine.Consumer, active_partitions: Any, timeout: float) -> Any:  # noqa: ASYNC109  # Faust's own
        if once.exists():
            if way == "fetch":
                await consumer._thread.call_thread(stop_fetching, consumer._thread)
            elif way == "hand on":
                await asyncio.sleep(timeout)
                return {}
            elif way == "lose":
                records = await getmany(consumer, active_partitions, timeout)
                return {partition: [] for partition in records}
            else:
                await consumer._thread.call_thread(block, consumer._thread)
        records = await getmany(consumer, active_partitions, timeout)
        if records:
            once.touch()
        return records

    async def stop_fetching(thread: Any) -> None:
        thread._consumer._fetcher._fetch_task.cancel()

    async def block(_: Any) -> None:
        time.sleep(1000)  # noqa: ASYNC251  # blocks its loop, as intended

    engine.Consumer._getmany = drowsy  # type: ignore[method-assign,assignment]


def hang_up() -> None:
    """Break the consumer's connections, as a network would."""
    look = engine.ConsumerThread._look

    async def looking(thread: engine.ConsumerThread) -> Any:
        for connection in thread._ensure_consumer()._client._conns.values():
            connection.close()
        return await look(thread)

    engine.ConsumerThread._look = looking  # type: ignore[method-assign,assignment]


pipeline.CLEAN = pipeline.STAGES["clean"] = replace(pipeline.CLEAN, work=obey)
if SLOW:
    engine.ProducerOutbox = SlowOutbox  # type: ignore[misc]
engine.DELIVERY_SECONDS = float(os.environ.get("KHABAR_TEST_DELIVERY_SECONDS", engine.DELIVERY_SECONDS))
if ACK_FIRST:
    engine.StageRunner = HastyRunner  # type: ignore[attr-defined]

if "KHABAR_TEST_STALL" in os.environ:
    fall_asleep(sys.argv[2], os.environ["KHABAR_TEST_STALL"])

if "KHABAR_TEST_HANG_UP" in os.environ:
    hang_up()

if __name__ == "__main__":
    os._exit(worker.main(*sys.argv[1:]))
