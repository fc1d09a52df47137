"""Everything on one machine for a while: an embedded broker and the workers. What demo and benchmark stand on."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from streams.errors import EnvironmentFault
from streams.identity import event_id, input_event_id
from streams.kafka.admin import create_topics
from streams.kafka.broker import LocalBroker
from streams.pipeline import CLEAN, EXTRACT, configured
from streams.settings import Settings, load

T = TypeVar("T")

STOP_SECONDS = 12
READY_SECONDS = 60


@dataclass(frozen=True)
class Together:
    """What runs: settings that reach it, the workers' process and their log."""

    settings: Settings
    workers: subprocess.Popen[bytes]
    log: Path

    def enriched_event(self, raw_value: bytes) -> str:
        """The ``ce_id`` under which a raw record without one comes out of both stages."""
        event = input_event_id(None, raw_value)
        for stage in (CLEAN, EXTRACT):
            event = event_id(event, stage.name, configured(stage, self.settings).fingerprint)
        return event

    def check(self) -> None:
        """Raise EnvironmentFault when the workers are gone."""
        if self.workers.poll() is not None:
            raise EnvironmentFault(f"the workers ended with exit code {self.workers.returncode}: {self.log_tail()}")

    def log_tail(self) -> str:
        """The last line of the workers' log."""
        return (self.log.read_text().strip().splitlines() or ["nothing logged"])[-1]


@asynccontextmanager
async def running(
    folder: Path, say: Callable[[str], None], *, stages: Sequence[str], partitions: int = 4, processes: int = 1
) -> AsyncIterator[Together]:
    """Start broker, topics and workers; stop them at the end.

    folder: for data, state and logs. say: told what is being done. stages: that run; processes: of each.
    Raises UsageError without the extra ``khabar[local]``, EnvironmentFault when something does not come up.
    """
    broker = LocalBroker(say=say)
    starting = asyncio.ensure_future(asyncio.to_thread(broker.start))
    try:
        await asyncio.shield(starting)
        settings = load(
            bootstrap_servers=broker.bootstrap_servers,
            security_protocol="PLAINTEXT",
            topic_prefix="",
            group_prefix="",
            partitions=partitions,
            replication_factor=1,
            state_dir=folder / "state",
        )
        await create_topics(settings)
        say(f"starting the workers: {processes} of each stage")
        log = folder / "workers.log"
        with log.open("wb") as output:
            workers = subprocess.Popen(  # noqa: ASYNC220, S603  # our own command; it starts at once
                [
                    sys.executable,
                    "-m",
                    "streams",
                    "worker",
                    *stages,
                    "--processes",
                    str(processes),
                    "--parent",
                    str(os.getpid()),
                ],
                env=os.environ | _environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            here = Together(settings, workers, log)
            await _ready(here, len(stages) * processes)
            yield here
        finally:
            await asyncio.to_thread(_stop, workers)
    finally:
        await asyncio.wait({starting})  # a start cannot be interrupted, and leaves a broker to stop
        await asyncio.to_thread(broker.stop)


EXIT_TERMINATED = 143


def run(main: Coroutine[Any, Any, T]) -> T:
    """``asyncio.run``, but SIGTERM stops everything in order as Ctrl-C does. Raises SystemExit with 143 then."""

    async def cancellable() -> T:
        task = asyncio.current_task()
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await main

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        raise SystemExit(EXIT_TERMINATED) from None


@asynccontextmanager
async def beside(*coroutines: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these while the block runs; they end with it. What one of them raised is raised at the end of the block."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


def _environment(settings: Settings) -> dict[str, str]:
    given = settings.model_dump(exclude_none=True, include=settings.model_fields_set)
    return {f"KHABAR_{name.upper()}": str(value) for name, value in given.items()}


async def _ready(here: Together, count: int) -> None:
    for _ in range(READY_SECONDS * 10):
        here.check()
        if here.log.read_text().count(" ready, fingerprint ") >= count:
            return
        await asyncio.sleep(0.1)
    raise EnvironmentFault(f"the workers are not ready after {READY_SECONDS} s: {here.log_tail()}")


def _stop(workers: subprocess.Popen[bytes]) -> None:
    workers.terminate()
    try:
        workers.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        workers.kill()
        workers.wait()
