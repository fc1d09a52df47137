"""Running supervisors and their workers against the embedded Kafka."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from streams.settings import Settings

SUPERVISE = """
import sys
from streams import log, settings, supervisor
s = settings.load()
log.configure(s, "test")
program = (sys.executable, sys.argv[1])
sys.exit(supervisor.Supervisor(s, sys.argv[3:], processes=int(sys.argv[2]), program=program).run())
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A short session timeout: a killed worker's partitions are given away soon."""
    return settings.model_copy(update={"session_timeout": 3.0})


def environment(settings: Settings, **more: str) -> dict[str, str]:
    own = {f"KHABAR_{name.upper()}": str(value) for name, value in settings.model_dump(exclude_none=True).items()}
    return os.environ | own | more


@dataclass
class Workers:
    """One running supervisor."""

    process: subprocess.Popen[bytes]
    log: Path

    def children(self, stage: str | None = None) -> list[psutil.Process]:
        found = psutil.Process(self.process.pid).children()
        living = [child for child in found if child.status() != psutil.STATUS_ZOMBIE]
        return [child for child in living if stage is None or stage in child.cmdline()]

    def text(self) -> str:
        return self.log.read_text()

    async def says(self, words: str, seconds: float = 30) -> None:
        """Wait until the log holds these words."""
        deadline = time.monotonic() + seconds
        while words not in self.text():
            assert time.monotonic() < deadline, f"{words!r} did not come up in:\n{self.text()}"
            await asyncio.sleep(0.05)

    async def ends(self, seconds: float = 15) -> int:
        return await asyncio.to_thread(self.process.wait, seconds)

    async def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.ends(12)


@dataclass
class Starter:
    """Starts supervisors and ends them after the test."""

    settings: Settings
    folder: Path
    running: list[Workers] = field(default_factory=list)

    def __call__(self, *arguments: str, **more: str) -> Workers:
        """``khabar worker`` with these arguments."""
        return self._start([str(Path(sys.executable).with_name("khabar")), "worker", *arguments], more)

    def under_test(self, stage: str = "clean", processes: int = 1, **more: str) -> Workers:
        """The stage that does as the article's text says."""
        script = str(Path(__file__).with_name("obedient_worker.py"))
        return self._start([sys.executable, "-c", SUPERVISE, script, str(processes), stage], more)

    def _start(self, command: list[str], more: dict[str, str]) -> Workers:
        log = self.folder / f"workers-{len(self.running)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(command, env=environment(self.settings, **more), stdout=output, stderr=output)
        workers = Workers(process, log)
        self.running.append(workers)
        return workers


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Starter]:
    starter = Starter(settings, tmp_path)
    yield starter
    for workers in starter.running:
        if workers.process.poll() is None:
            for child in workers.children():
                child.send_signal(signal.SIGCONT)
            workers.process.kill()
            workers.process.wait()


@pytest.fixture
def until(read_all: Callable[[str], Awaitable[list[object]]]) -> Callable[..., Awaitable[list[object]]]:
    """``await until(topic, count)``: read the topic until it holds that many records."""

    async def wait(topic: str, count: int, seconds: float = 25) -> list[object]:
        deadline = time.monotonic() + seconds
        while len(records := await read_all(topic)) < count:
            assert time.monotonic() < deadline, f"{len(records)} of {count} records on {topic}"
            await asyncio.sleep(0.2)
        return records

    return wait
