"""One run: start, feed under faults, settle, read, count, report."""

import asyncio
import math
import random
import resource
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
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
from tests.soak.faults import KINDS, PATIENCE_SECONDS, SESSION_SECONDS, Fault
from tests.soak.plan import plan
from tests.soak.report import Injected, Report
from tests.soak.workers import Workers

SETTLE_SECONDS = 600.0

FEW = 200
"""Articles that a fault meets where there is no time for its whole share."""

BACKLOG = 2000
"""Articles that wait, at most: behind more, a partition would have to wait long for its turn."""

COMPARED = 300
"""Inputs whose output is compared with what the pure functions make, byte for byte."""

ENVIRONMENT = {
    "KHABAR_SESSION_TIMEOUT": str(SESSION_SECONDS),
    "KHABAR_STALL_TIMEOUT": "30",
    "KHABAR_TEST_DELIVERY_SECONDS": "10",
}
"""Of the workers: the patience of a test, not of a newsroom."""

MAX_BYTES = 8 * 1024 * 1024


async def run(
    folder: Path,
    seed: int,
    total: int,
    say: Callable[[str], None],
    seconds: float = math.inf,
    kinds: Collection[str] = tuple(KINDS),
) -> Report:
    """Pass so many articles while the faults of these kinds are injected. Raises what says that it does not get on.

    seconds: since all is up, after which no more articles are let in, but for those that faults which are still to come need.
    """
    began, cpu_before = time.monotonic(), _cpu_seconds()
    cluster = Cluster(folder)
    workers = Workers(ENVIRONMENT | {"KHABAR_BOOTSTRAP_SERVERS": cluster.proxied}, folder)
    arena = Arena(folder, cluster, workers, total, random.Random(seed))  # noqa: S311  # to be had again, no secret
    faults = plan(seed, kinds)
    injected: list[Injected] = []
    try:
        await arena.open()
        opened = time.monotonic()
        say(f"{total} articles, {len(faults)} faults, seed {seed}")
        watching = asyncio.create_task(arena.watch())
        try:
            for number, (kind, fault) in enumerate(faults):
                done = (number + 0.5) / (len(faults) + 1)
                share = int(total * (number + 1.5) / (len(faults) + 1))
                late = time.monotonic() > opened + seconds * done
                waiting = FEW if late else BACKLOG
                arena.allowed = max(arena.allowed, min(share, arena.extracted + waiting))
                await _until(partial(arena.reached, int(total * done), opened + seconds * done), watching)
                injected.append(await _inject(arena, kind, fault, began))
                say(f"{number + 1:2} of {len(faults)}: {injected[-1]}")
            while arena.allowed < total and time.monotonic() < opened + seconds:
                arena.allowed = min(total, max(arena.allowed, arena.extracted + BACKLOG))
                await _until(partial(arena.reached, arena.allowed - BACKLOG // 2, opened + seconds), watching)
            passed = min(total, arena.allowed)
            await _until(lambda: len(ledger.read(arena.ledger)) >= passed, watching, 2)
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
    sample = arena.chance.sample(range(passed), min(COMPARED, passed))
    counts = check(
        Run(
            inputs=ledger.read(arena.ledger),
            raw=raw,
            clean=clean,
            enriched=enriched,
            letters=arena.letters + letters,
            bad=frozenset(number for number in range(passed) if not article(number).good),
            expected={number: expected(number) for number in sample if article(number).good},
        )
    )
    if counts.faultless:
        cluster.clear()
    return Report(
        seed=seed,
        articles=passed,
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
