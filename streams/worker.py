"""One worker process: one stage, one Faust app. Started by the supervisor; see ``python -m streams.worker``."""

import asyncio
import ctypes
import logging
import math
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from aiokafka.errors import KafkaError

from streams import __version__
from streams import log as logs
from streams.errors import AuthenticationRefused, KhabarError
from streams.kafka.admin import create_topics, too_small, wait_for_topics
from streams.kafka.client import explain, wait_for_broker
from streams.pipeline import STAGES, set_up
from streams.seeing import Sight
from streams.seeing.spans import LAST_SECONDS
from streams.settings import Settings, load
from streams.stage import TooManyDeadLetters
from streams.topics import DEAD_LETTERS, Topic

log = logging.getLogger(__name__)

EXIT_STOPPED = 0
EXIT_DEAD_LETTERS = 65
"""Too many dead letters: a restart would not help."""
EXIT_ENVIRONMENT = 75
"""The environment failed: worth a restart later."""
EXIT_REFUSED = 77
"""The broker refused the credentials: a restart would not help."""

STOP_SECONDS = 7.5
"""From SIGTERM to the end, but for the last spans; the supervisor ends what takes longer than nine."""

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when its supervisor dies, however that dies."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(EXIT_ENVIRONMENT)


async def run(stage_name: str, settings: Settings, folder: Path, *, create: bool) -> int:
    """Run one stage until SIGTERM or a fault. Gives the exit code."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sight = Sight(stage_name, settings, folder)
    sight.open(settings)
    stage = set_up(STAGES[stage_name], settings)
    stopping = asyncio.create_task(stop.wait())
    ready = asyncio.create_task(_ready(settings, [stage.reads, stage.writes, DEAD_LETTERS], create=create))
    await asyncio.wait({stopping, ready}, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        ready.cancel()
        return EXIT_STOPPED
    await ready
    app = import_module(f"streams.agents.{stage_name}").app(settings, folder, sight)
    starting = asyncio.create_task(app.start())
    await asyncio.wait({stopping, starting, app.failed}, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set() and not starting.done():
        return EXIT_STOPPED  # nothing is in hand yet
    if starting.done():
        try:
            await starting
        except KafkaError as error:
            raise explain(error, settings) from error
        sight.began(__version__, stage.fingerprint)
        log.info("ready, fingerprint %s", stage.fingerprint)
    crashed = asyncio.create_task(app.crash_reason_known())
    await asyncio.wait({stopping, app.failed, crashed}, return_when=asyncio.FIRST_COMPLETED)
    fault = app.failed.result() if app.failed.done() else crashed.result() if crashed.done() else None
    if fault is None:
        log.info("stopping")
    else:
        log.error("%s", fault)
        app.fail(fault)
    # Not wait_for: Faust swallows the cancellation that it would wait for.
    ending = asyncio.create_task(app.stop())
    done, _ = await asyncio.wait({ending}, timeout=STOP_SECONDS)
    if not done:
        log.error("not stopped after %g s: what is not committed will be done again", STOP_SECONDS)
        return EXIT_ENVIRONMENT
    await ending
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.to_thread(sight.close), LAST_SECONDS)
    if fault is None:
        log.info("drained and committed")
        return EXIT_STOPPED
    return exit_code(fault)


def exit_code(error: KhabarError) -> int:
    """What the supervisor is told of an error."""
    if isinstance(error, AuthenticationRefused):
        return EXIT_REFUSED
    return EXIT_DEAD_LETTERS if isinstance(error, TooManyDeadLetters) else EXIT_ENVIRONMENT


async def _ready(settings: Settings, needed: list[Topic], *, create: bool) -> None:
    """Wait for the broker and for the topics; make them when told to."""
    if create:
        await wait_for_broker(settings, math.inf, log.warning)
        await create_topics(settings)
    await wait_for_topics(settings, [topic.full_name(settings) for topic in needed], log.warning)
    for line in await too_small(settings, needed):
        log.warning("%s", line)


def main(stage_name: str, folder: str, parent: str, create: str) -> int:
    """The process's entry: a stage's name, its own folder, its supervisor's process id, whether to make topics."""
    die_with_parent(int(parent))
    try:
        settings = load()
        logs.configure(settings, Path(folder).name)
        # Not asyncio.run: what Faust leaves behind may not end, and nothing may keep a worker that has stopped.
        loop = asyncio.new_event_loop()
        return loop.run_until_complete(run(stage_name, settings, Path(folder), create=create == "create"))
    except KhabarError as error:
        log.error("%s", error)
        return exit_code(error)
    except Exception:
        log.exception("the worker failed")
    return EXIT_ENVIRONMENT


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    logging.shutdown()
    os._exit(code)  # not sys.exit: no thread of the engine may keep a stopped worker alive
