"""The demo as a user runs it: to its end, and interrupted."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

KHABAR = str(Path(sys.executable).with_name("khabar"))
FOLDERS = ("khabar-demo-", "khabar-broker-")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[list[str]]:
    """Arguments for a demo whose temporary folders are the test's own."""
    yield [KHABAR, "demo", "--rate", "50"]
    left = [process for process in psutil.process_iter(["environ"]) if _is_of(process, tmp_path)]
    for process in left:
        process.kill()
    assert left == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(FOLDERS)] == []


def _is_of(process: psutil.Process, folder: Path) -> bool:
    return (process.info["environ"] or {}).get("TMPDIR") == str(folder)


async def start(arguments: list[str], folder: Path) -> asyncio.subprocess.Process:
    environment = os.environ | {"TMPDIR": str(folder)}
    pipe, joined = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
    return await asyncio.create_subprocess_exec(*arguments, env=environment, stdout=pipe, stderr=joined)


async def test_the_demo_ends_by_itself_with_every_seed_enriched(demo: list[str], tmp_path: Path) -> None:
    process = await start(demo, tmp_path)
    async with asyncio.timeout(120):
        output, _ = await process.communicate()
    text = output.decode()
    assert process.returncode == 0, text
    done, seeds = re.findall(r"(\d+) of (\d+) seed articles came out enriched", text)[0]
    assert done == seeds
    assert "زلزال بقوة 4.6 درجات" in text
    assert re.search(r"[1-9]\d* alerts", text)
    assert "alert: عشرة قتلى أو أكثر: العدد 41؛ الأرقام «41 مدنيا»" in text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("words", ["starting the workers", "feeding"])
async def test_an_interrupted_demo_leaves_nothing_behind(
    demo: list[str], tmp_path: Path, number: signal.Signals, words: str
) -> None:
    process = await start(demo, tmp_path)
    assert process.stdout is not None
    text = ""
    async with asyncio.timeout(60):
        while words not in text:
            text += (await process.stdout.readline()).decode()
        await asyncio.sleep(0.5)
        process.send_signal(number)
        began = time.monotonic()
        text += (await process.stdout.read()).decode()
        assert await process.wait() == 128 + number, text
    assert time.monotonic() - began < 15
    assert "Traceback" not in text
    assert "Unable connect" not in text
    assert "was destroyed" not in text


async def test_workers_end_when_the_demo_is_killed(tmp_path: Path) -> None:
    process = await start([KHABAR, "demo"], tmp_path)
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while b"feeding" not in await process.stdout.readline():
            pass
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 4
    process.kill()
    await process.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, family, 10)
    assert [child.cmdline() for child in alive if child.status() != psutil.STATUS_ZOMBIE] == []
