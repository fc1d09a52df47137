"""One run: start, feed under faults, settle, read, count, report."""

import asyncio
import random
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from streams import wire
from streams.identity import event_id, input_event_id, traceparent
from streams.pipeline import CLEAN, EXTRACT
from tests.soak import ledger, reader
from tests.soak.arena import CLEAN as CLEAN_TOPIC
from tests.soak.arena import ENRICHED, LETTERS, RAW, Arena
from tests.soak.articles import article
from tests.soak.checker import Run, check
from tests.soak.cluster import Cluster
from tests.soak.faults import PATIENCE_SECONDS, SESSION_SECONDS, Fault
from tests.soak.plan import plan
from tests.soak.report import Injected, Report
from tests.soak.workers import Workers

SETTLE_SECONDS = 600.0

COMPARED = 300
"""Inputs whose output is compared with what the pure functions make, byte for byte."""

ENVIRONMENT = {
    "KHABAR_SESSION_TIMEOUT": str(SESSION_SECONDS),
    "KHABAR_STALL_TIMEOUT": "30",
    "KHABAR_TEST_DELIVERY_SECONDS": "10",
}
"""Of the workers: the patience of a test, not of a newsroom."""

MAX_BYTES = 8 * 1024 * 1024


async def run(folder: Path, seed: int, total: int, say: Callable[[str], None], **sabotage: str) -> Report:
    """Pass so many articles while the faults of this seed are injected. Raises what says that it does not get on."""
    began, cpu_before = time.monotonic(), _cpu_seconds()
    cluster = Cluster(folder)
    workers = Workers(ENVIRONMENT | {"KHABAR_BOOTSTRAP_SERVERS": cluster.proxied} | sabotage, folder)
    arena = Arena(folder, cluster, workers, total, random.Random(seed))  # noqa: S311  # to be had again, no secret
    faults = plan(seed)
    injected: list[Injected] = []
    try:
        await arena.open()
        say(f"{total} articles, {len(faults)} faults, seed {seed}")
        watching = asyncio.create_task(arena.watch())
        try:
            for number, (kind, fault) in enumerate(faults):
                share = total / (len(faults) + 1)
                arena.allowed = max(arena.allowed, int(share * (number + 1.5)))
                await _until(lambda: arena.extracted >= min(share * (number + 0.5), total), watching)  # noqa: B023
                injected.append(await _inject(arena, kind, fault, began))
                say(f"{number + 1:3}: {injected[-1]} extracted {arena.extracted}")
            arena.allowed = total
            await _until(lambda: len(ledger.read(arena.ledger)) >= total, watching, 2)
            settling = time.monotonic()
            await arena.settles(SETTLE_SECONDS)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        settled = time.monotonic() - settling
        arena.kill_feeder()
        for site in list(workers.sites):
            await workers.stop(site)
        raw, clean, enriched, letters = [
            await reader.read(cluster.direct, topic) for topic in (RAW, CLEAN_TOPIC, ENRICHED, LETTERS)
        ]
    finally:
        await arena.close()
    sample = arena.chance.sample(range(total), min(COMPARED, total))
    counts = check(
        Run(
            inputs=ledger.read(arena.ledger),
            raw=raw,
            clean=clean,
            enriched=enriched,
            letters=arena.letters + letters,
            bad=frozenset(number for number in range(total) if not article(number).good),
            expected={number: expected(number) for number in sample if article(number).good},
        )
    )
    if counts.faultless:
        cluster.clear()
    return Report(
        seed=seed,
        articles=total,
        seconds=round(time.monotonic() - began, 1),
        cpu_seconds=round(_cpu_seconds() - cpu_before, 1),
        settled_after=round(settled, 1),
        faults=injected,
        worker_starts=workers.said("started as process"),
        exit_codes=workers.exit_codes,
        counts=counts,
    )


def expected(number: int) -> tuple[str, str]:
    """``ce_id`` and digest of the enriched record that the pure functions make of this article."""
    value = article(number).value
    event, trace = input_event_id(None, value), None
    for stage in (CLEAN, EXTRACT):
        record = stage.work(value, MAX_BYTES)
        value, before, event = record.to_json(), event, event_id(event, stage.name, stage.fingerprint)
        trace = traceparent(trace, before, event)
        headers = wire.event_headers(stage.name, event, record, trace)
    return event, reader.digest(record.subject.encode(), value, headers)


def _cpu_seconds() -> float:
    """Of this process and of all that it, or a child of it, waited for."""
    used = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


async def _inject(arena: Arena, kind: str, fault: Fault, began: float) -> Injected:
    at = time.monotonic()
    async with fault(arena) as detail:
        pass
    healed = time.monotonic()
    recovered = await arena.gets_on(PATIENCE_SECONDS)
    return Injected(kind, detail, round(at - began, 1), round(healed - at, 1), round(recovered, 1))


async def _until(condition: Callable[[], bool], watching: "asyncio.Task[None]", pause: float = 0.2) -> None:
    """Wait for it, as long as the watch goes on. pause: seconds between two looks. Raises TimeoutError."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while not condition():
        if watching.done():
            watching.result()
        if time.monotonic() > deadline:
            raise TimeoutError(f"not there within {SETTLE_SECONDS:g} s")
        await asyncio.sleep(pause)
