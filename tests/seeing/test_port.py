"""What a worker process tells of itself while it works, over HTTP."""

import asyncio
import re
import socket
from typing import Any

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.errors import RECORD_FAULTS
from streams.seeing import Meters
from streams.seeing.meters import CANDIDATES, REGULAR, SOURCES
from streams.seeing.port import Port
from streams.settings import Settings
from streams.topics import CLEAN, DEAD_LETTERS, RAW
from tests.engine.test_stall import asked


def values(text: str) -> dict[str, float]:
    """Sample and labels, as they stand in the text → value."""
    return {
        f"{sample.name}{{{','.join(f'{name}={value}' for name, value in sorted(sample.labels.items()))}}}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def sources(meters: Meters) -> set[str]:
    (family,) = [family for family in meters.registry.collect() if family.name.startswith("khabar_source_seen")]
    return {sample.labels["source"] for sample in family.samples}


def test_sources_beyond_the_bound_push_out_those_that_were_silent_for_longest() -> None:
    meters = Meters()
    for number in range(SOURCES + 5):
        for _ in range(REGULAR):
            meters.saw(f"s{number}", number)
        meters.saw("s0", number)
    assert len(sources(meters)) == SOURCES
    assert {"s0", f"s{SOURCES + 4}"} <= sources(meters)
    assert "s1" not in sources(meters)


def test_names_that_come_once_make_no_series_however_many() -> None:
    meters = Meters()
    for number in range(2 * CANDIDATES):
        meters.saw(f"once {number}", 0)
        meters.saw("x" * 1000, 0)
    assert sources(meters) == {"x" * 100}


async def test_a_port_that_is_taken_is_told_and_another_is_used(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        port = Port("127.0.0.1", wanted, Meters().registry, lambda: "it sleeps", lambda: None)
        try:
            assert port.number != wanted
            assert f"port {wanted}" in caplog.text
            assert await asked(port.number, "/live") == (503, "it sleeps\n")
            assert await asked(port.number, "/ready") == (200, "yes\n")
            assert (await asked(port.number, "/"))[0] == 404
            assert (await asked(port.number, "/metrics"))[0] == 200
        finally:
            port.shutdown()
            port.server_close()


async def test_a_worker_counts_what_it_does(
    settings: Settings, topics: list[str], start: Any, produce: Any, until: Any
) -> None:
    base = free_port()
    workers = start("clean", KHABAR_METRICS_PORT=str(base))
    await workers.says("ready")
    good = [
        orjson.dumps({"url": f"https://{host}.example/{n}", "text": "خبر قصير.", "fetched_at": "2026-11-20T08:00:00Z"})
        for n, host in enumerate(["a", "a", "a", "b"])
    ]
    await produce(RAW.full_name(settings), *good, partition=0)
    await produce(RAW.full_name(settings), good[0], partition=0, headers=[("khabar-lane", b"backfill")])
    await produce(RAW.full_name(settings), b"{", b'{"source": "s"}', partition=0)
    await until(CLEAN.full_name(settings), 5)
    await until(DEAD_LETTERS.full_name(settings), 2)
    await asyncio.sleep(3)
    assert f"metrics at 127.0.0.1:{base}" in workers.text()
    assert (await asked(base, "/ready"), await asked(base + 1, "/ready")) == ((200, "yes\n"), (200, "yes\n"))
    assert (await asked(base, "/live"), await asked(base + 1, "/live")) == ((200, "yes\n"), (200, "yes\n"))
    _, text = await asked(base + 1, "/metrics")
    now = values(text)
    assert now["khabar_records_total{stage=clean}"] == 7
    assert now["khabar_outputs_total{stage=clean}"] == 5
    assert now["khabar_dead_letters_total{code=invalid_json,stage=clean}"] == 1
    assert now["khabar_dead_letters_total{code=no_content,stage=clean}"] == 1
    assert now["khabar_work_seconds_count{stage=clean}"] == 7
    assert now["khabar_latency_seconds_count{stage=clean}"] == 6
    assert now["khabar_end_to_end_seconds_count{stage=clean}"] == 4
    assert now["khabar_assigned_partitions{stage=clean}"] == 4
    assert now["khabar_lag_records{partition=0,stage=clean}"] == 0
    assert now["khabar_stuck_seconds{stage=clean}"] < 3
    assert {name for name in now if name.startswith("khabar_source_seen")} == {
        "khabar_source_seen_timestamp_seconds{source=a.example}",
    }
    assert set(re.findall(r'code="(\w+)"', text)) <= set(RECORD_FAULTS)
    _, above = await asked(base, "/metrics")
    assert values(above)["khabar_workers{stage=clean}"] == 1


async def test_lost_connections_are_counted(settings: Settings, topics: list[str], start: Any) -> None:
    base = free_port()
    workers = start.under_test(KHABAR_METRICS_PORT=str(base), KHABAR_TEST_HANG_UP="1")
    await workers.says("ready")
    for _ in range(60):
        _, text = await asked(base + 1, "/metrics")
        if values(text).get("khabar_reconnects_total{stage=clean}", 0) >= 1:
            return
        await asyncio.sleep(0.25)
    pytest.fail("no reconnect was counted")


def free_port() -> int:
    """A port that is free, as is, most probably, the one after it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number
