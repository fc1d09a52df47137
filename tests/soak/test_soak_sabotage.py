"""The checker is proved on real runs: workers that make one mistake are found out, and the same workers without it are not."""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.settings import Settings
from streams.topics import CLEAN, DEAD_LETTERS, ENRICHED, RAW
from tests.soak import kafka, reader
from tests.soak.articles import article
from tests.soak.checker import Counts, Run, check
from tests.soak.faults import obeyed
from tests.soak.ledger import State
from tests.soak.run import expected
from tests.soak.workers import Workers

ARTICLES = 400


class Passing:
    """Passes articles through workers of this test's own."""

    def __init__(self, settings: Settings, produce: Any, folder: Path) -> None:
        self._settings, self._produce, self._folder = settings, produce, folder
        self._started: list[Workers] = []

    async def __call__(self, sabotage: str | None = None) -> Counts:
        """All of them, and what the checker finds. An early acknowledgement shows when a worker dies behind it."""
        settings = self._settings
        own = {f"KHABAR_{name.upper()}": str(value) for name, value in settings.model_dump(exclude_none=True).items()}
        workers = Workers(own | ({} if sabotage is None else {"KHABAR_TEST_SABOTAGE": sabotage}), self._folder)
        self._started.append(workers)
        workers.start()
        await workers.says(" ready, fingerprint ", 2, 60)
        for one in map(article, range(ARTICLES)):
            await self._produce(RAW.full_name(settings), one.value, key=one.key)
        if sabotage == "early":
            await obeyed(workers, "extract", "after send", signal.SIGKILL)
        await self._settled()
        names = [topic.full_name(settings) for topic in (RAW, CLEAN, ENRICHED, DEAD_LETTERS)]
        way = {"bootstrap_servers": settings.bootstrap_servers}
        raw, clean, enriched, letters = [await reader.read(way, name) for name in names]
        bad = frozenset(number for number in range(ARTICLES) if not article(number).good)
        inputs = dict.fromkeys(range(ARTICLES), State.ACKNOWLEDGED)
        pure = {number: expected(number) for number in range(0, ARTICLES, 20) if number not in bad}
        return check(Run(inputs, raw, clean, enriched, letters, bad, pure))

    async def _settled(self) -> None:
        prefix = self._settings.group_prefix
        groups = {
            f"{prefix}khabar.clean": RAW.full_name(self._settings),
            f"{prefix}khabar.extract": CLEAN.full_name(self._settings),
        }
        deadline, last, since = time.monotonic() + 120, None, time.monotonic()
        while time.monotonic() - since < 5:  # what was committed too early may still be on its way
            assert time.monotonic() < deadline, last
            now = await kafka.done({"bootstrap_servers": self._settings.bootstrap_servers}, groups)
            if now != last or any(committed < end for committed, end in now.values()):
                last, since = now, time.monotonic()
            await asyncio.sleep(0.3)

    def end(self) -> None:
        for workers in self._started:
            workers.end()


@pytest.fixture
def passing(settings: Settings, topics: list[str], produce: Any, tmp_path: Path) -> Iterator[Passing]:
    short = settings.model_copy(update={"session_timeout": 3.0})
    made = Passing(short, produce, tmp_path)
    yield made
    made.end()


async def test_workers_that_make_no_mistake_are_faultless(passing: Passing) -> None:
    counts = await passing()
    assert counts.faultless, counts
    assert counts.enriched == ARTICLES - counts.dead_letters
    assert counts.compared > 10


@pytest.mark.parametrize(
    ("sabotage", "fault"),
    [("early", "lost"), ("drop", "lost"), ("double", "duplicate_after_reader"), ("swap", "out_of_order")],
)
async def test_one_mistake_is_found_out(passing: Passing, sabotage: str, fault: str) -> None:
    counts = await passing(sabotage)
    assert getattr(counts, fault) > 0, counts
