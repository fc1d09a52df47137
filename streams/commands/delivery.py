"""What ``khabar feed`` does: records from the sources to the raw topic, and what arrived is remembered."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager

import click
from aiokafka import AIOKafkaProducer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams import log
from streams.commands import INCOMPLETE, INTERRUPTED, OK
from streams.commands.options import hush_client
from streams.commands.signals import on_signal, until
from streams.errors import UsageError
from streams.feeds import FeedOptions, Intake, Item, Report, check_sources
from streams.kafka.admin import missing_topics
from streams.kafka.client import connected, producer
from streams.outlets.text import one_line
from streams.seeing import Meters
from streams.seeing.port import Port
from streams.settings import Settings
from streams.topics import RAW

WINDOW = 256
"""Records on their way to the broker at most."""

TELL_SECONDS = 5.0
"""How often the metrics of a following feed are brought up to date."""

_Sent = tuple[Awaitable[object], Item]


async def deliver(sources: Sequence[str], options: FeedOptions, settings: Settings) -> int:
    """Read the sources to their end, or with ``follow`` until a signal, and send their records. Gives the exit code.

    Raises UsageError as `check_sources` and Intake do and where there is no raw topic, and EnvironmentFault.
    """
    check_sources(sources)
    hush_client(settings)
    topic = RAW.full_name(settings)
    if topic in await missing_topics(settings):
        raise UsageError(f"no topic {topic} on the broker; see khabar topics create")
    ended = on_signal()
    intake = Intake(sources, options)
    with _progress(intake.report) as refresh:
        log.configure(settings, "feed")
        hush_client(settings)
        async with connected(producer, settings) as sender, intake:
            sent: asyncio.Queue[_Sent | None] = asyncio.Queue(WINDOW)
            try:
                async with asyncio.TaskGroup() as group:
                    telling = group.create_task(_tell(intake.report, settings)) if options.follow else None
                    group.create_task(_acknowledge(sent, intake, refresh))
                    await _send(intake, sender, topic, ended, sent)
                    if telling is not None:
                        telling.cancel()
            except BaseExceptionGroup as errors:
                raise errors.exceptions[0] from None
    for line in intake.report.lines():
        click.echo(one_line(line), err=True)
    if ended.is_set() and not options.follow:
        return INTERRUPTED
    return INCOMPLETE if intake.report.rejected or intake.report.failing else OK


async def _tell(report: Report, settings: Settings) -> None:
    """Let the metrics say how it is, as long as it goes on."""
    meters = Meters()
    Port(settings.metrics_host, settings.metrics_port, meters.registry, lambda: None, lambda: None)
    while True:
        for outcome in ("accepted", "rejected", "delivered"):
            meters.reach(meters.fed, outcome, getattr(report, outcome))
        meters.failing.set(len(report.failing))
        await asyncio.sleep(TELL_SECONDS)


async def _send(
    intake: Intake, sender: AIOKafkaProducer, topic: str, ended: asyncio.Event, sent: "asyncio.Queue[_Sent | None]"
) -> None:
    async with aclosing(intake.items()) as items, aclosing(until(items, ended)) as coming:
        async for found in coming:
            if isinstance(found, Item):
                await sent.put((await sender.send(topic, value=found.value, key=found.key), found))
            else:
                where = found.origin if found.line is None else f"{found.origin}:{found.line}"
                click.echo(one_line(f"{where}: {found.code}: {found.reason}"), err=True)
    await sent.put(None)


async def _acknowledge(sent: "asyncio.Queue[_Sent | None]", intake: Intake, refresh: Callable[[], None]) -> None:
    """Only what the broker has counts as seen."""
    while (one := await sent.get()) is not None:
        delivery, item = one
        await delivery
        intake.delivered(item)
        refresh()


@contextmanager
def _progress(report: Report) -> Iterator[Callable[[], None]]:
    """Counts on standard error while it runs, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading")
        yield lambda: progress.update(task, description=report.lines()[0])
