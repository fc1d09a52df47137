"""The benchmark: the whole path from raw to enriched, on an embedded broker and real workers."""

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import psutil

from streams.demo import seeds
from streams.errors import EnvironmentFault
from streams.kafka.client import connected, producer
from streams.outlets.subscription import Duplicates, subscribe
from streams.pipeline import CLEAN, EXTRACT
from streams.together import Together, beside, running
from streams.topics import ENRICHED, RAW
from streams.wire import header

LATENCY_LOAD = 0.25
"""Share of the measured throughput that is fed while latency is measured."""

LATENCY_ARTICLES = 400

PATIENCE_SECONDS = 60.0

_CPU = re.compile(r";cpu=([0-9.]+)")


@dataclass(frozen=True)
class Figures:
    """What was measured.

    articles_per_second: with a backlog, first article in to last one out. cpu_outside: share of the workers' CPU time that
    was not spent in the stage functions. latency: milliseconds from sending to raw until the enriched record was read,
    at a quarter of that throughput. worker_mib: largest resident size of each worker process.
    """

    articles: int
    processes: int
    articles_per_second: float
    cpu_outside: float
    latency_p50_ms: float
    latency_p99_ms: float
    worker_mib: dict[str, int]

    def to_json(self) -> bytes:
        """As one JSON object."""
        return orjson.dumps(asdict(self))


def articles(count: int, round_name: str) -> list[bytes]:
    """The seed articles again and again, each time under another URL, so that no two records are the same."""
    given = [record for value in seeds() if (record := orjson.loads(value)).get("status") is None]
    made = []
    for number in range(count):
        article = given[number % len(given)] | {"url": f"https://bench.example/{round_name}/{number}"}
        made.append(orjson.dumps(article))
    return made


async def bench(
    count: int, processes: int, say: Callable[[str], None], progress: Callable[[int, int], None]
) -> Figures:
    """Run it. progress: told how many of how many articles are out.

    Raises EnvironmentFault when not every article comes out.
    """
    with tempfile.TemporaryDirectory(prefix="khabar-bench-") as folder:
        async with running(Path(folder), say, stages=(CLEAN.name, EXTRACT.name), processes=processes) as here:
            workers = psutil.Process(here.workers.pid).children()
            peak: dict[str, int] = {}
            async with beside(_watch_memory(workers, peak)):
                await _through(here, articles(200, "warm"), None, progress)
                say(f"throughput: {count} articles as fast as they go")
                before = _cpu_seconds(workers)
                elapsed, _, inside = await _through(here, articles(count, "load"), None, progress)
                total = _cpu_seconds(workers) - before
                rate = count / elapsed
                calm = rate * LATENCY_LOAD
                say(f"latency: {LATENCY_ARTICLES} articles at {calm:.0f} a second")
                _, latencies, _ = await _through(here, articles(LATENCY_ARTICLES, "calm"), calm, progress)
    cuts = statistics.quantiles(latencies, n=100)
    return Figures(
        articles=count,
        processes=processes,
        articles_per_second=round(rate, 1),
        cpu_outside=round(1 - inside / total, 3),
        latency_p50_ms=round(cuts[49] * 1000, 1),
        latency_p99_ms=round(cuts[98] * 1000, 1),
        worker_mib={name: size // 1024**2 for name, size in sorted(peak.items())},
    )


async def _through(
    here: Together, values: list[bytes], rate: float | None, progress: Callable[[int, int], None]
) -> tuple[float, list[float], float]:
    """Send the values and wait until all are out.

    Gives seconds from the first in to the last out, each article's latency in seconds, and the CPU seconds of the stages.
    """
    sent: dict[str, float] = {}
    waited_for = {here.enriched_event(value) for value in values}
    latencies: list[float] = []
    inside = 0.0
    begun = asyncio.Event()
    topic = ENRICHED.full_name(here.settings)
    async with (
        beside(_feed(here, values, rate, sent, begun)),
        aclosing(subscribe(topic, "latest", here.settings, Duplicates(), begun.set)) as records,
    ):
        last = time.monotonic()
        async for record in records:
            here.check()
            now = time.monotonic()
            if now - last > PATIENCE_SECONDS:
                raise EnvironmentFault(f"{len(waited_for)} of {len(values)} articles did not come out enriched")
            event = header(record.headers, "ce_id") if record is not None else None
            if record is None or event not in waited_for:
                continue
            last = now
            waited_for.discard(event)
            latencies.append(now - sent[event])
            inside += _stage_seconds(header(record.headers, "khabar-timing"))
            progress(len(values) - len(waited_for), len(values))
            if not waited_for:
                break
    return last - min(sent.values()), latencies, inside


async def _feed(
    here: Together, values: list[bytes], rate: float | None, sent: dict[str, float], begun: asyncio.Event
) -> None:
    async with connected(producer, here.settings) as sender:
        await begun.wait()
        start = time.monotonic()
        for number, value in enumerate(values):
            if rate is not None:
                await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
            sent[here.enriched_event(value)] = time.monotonic()
            await sender.send(RAW.full_name(here.settings), value)
        await sender.flush()


def _stage_seconds(timing: str | None) -> float:
    return sum(float(milliseconds) for milliseconds in _CPU.findall(timing or "")) / 1000


def _cpu_seconds(workers: Iterable[psutil.Process]) -> float:
    return sum(sum(worker.cpu_times()[:2]) for worker in workers)


async def _watch_memory(workers: list[psutil.Process], peak: dict[str, int]) -> None:
    names = {worker: Path(worker.cmdline()[-3]).name for worker in workers}
    while True:
        for worker, name in names.items():
            peak[name] = max(peak.get(name, 0), worker.memory_info().rss)
        await asyncio.sleep(0.2)
