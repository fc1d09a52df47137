"""A worker process whose clean stage does as the article's text says, for the fault tests.

Started by a supervisor in place of ``python -m streams.worker``. KHABAR_TEST_SLOW: seconds that every delivery is held
back. KHABAR_TEST_DELIVERY_SECONDS: how long a delivery may take. KHABAR_TEST_ACK_FIRST: acknowledge before delivery, the
mistake that the fault tests must notice. KHABAR_TEST_BROKEN: the version that cannot work on some texts.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace

from schemas import Article, CleanArticle
from streams import engine, pipeline, stage, worker
from streams.errors import RecordFault
from streams.stage import Outgoing, Received

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

        async def later() -> object:
            await asyncio.sleep(SLOW)
            return await (await Outbox.send(self, outgoing))

        return asyncio.ensure_future(later())


class HastyRunner(stage.StageRunner):
    """Acknowledges every record when it comes."""

    async def run(self, received: AsyncIterator[Received]) -> None:
        """As the runner does, but the wrong way round."""

        async def hasty() -> AsyncIterator[Received]:
            async for record, acknowledge in received:
                acknowledge()
                yield record, lambda: None

        await super().run(hasty())


pipeline.CLEAN = pipeline.STAGES["clean"] = replace(pipeline.CLEAN, work=obey)
if SLOW:
    engine.ProducerOutbox = SlowOutbox  # type: ignore[misc]
engine.DELIVERY_SECONDS = float(os.environ.get("KHABAR_TEST_DELIVERY_SECONDS", engine.DELIVERY_SECONDS))
if ACK_FIRST:
    engine.StageRunner = HastyRunner  # type: ignore[attr-defined]

if __name__ == "__main__":
    os._exit(worker.main(*sys.argv[1:]))
