"""``khabar topics``: what is on the broker, and what is missing there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from streams.commands import INCOMPLETE
from streams.commands.options import hush_client, with_settings

if TYPE_CHECKING:
    from streams.kafka.admin import Created, Overview
    from streams.settings import Settings

DAY_MS = 24 * 60 * 60 * 1000


@click.group("topics", invoke_without_command=True)
@with_settings
@click.pass_context
def command(context: click.Context, settings: "Settings") -> int:
    """List the topics with their records and the consumer groups with their lag. Exit code 1 when a topic is missing."""
    if context.invoked_subcommand is not None:
        return 0
    import asyncio  # noqa: PLC0415  # not needed for --help

    from streams.kafka.admin import overview  # noqa: PLC0415  # as above

    hush_client(settings)
    found = asyncio.run(overview(settings))
    for line in _table(found):
        click.echo(line)
    for name in found.missing:
        click.echo(f"{name} is missing; see khabar topics create", err=True)
    return INCOMPLETE if found.missing else 0


@command.command("create")
@click.option("--alter", is_flag=True, help="Also put the configuration of topics right that are there.")
@with_settings
def create(*, alter: bool, settings: "Settings") -> int:
    """Create the topics that are missing. Exit code 1 when one that was there is not as it should be."""
    import asyncio  # noqa: PLC0415  # not needed for --help

    from streams.kafka.admin import create_topics  # noqa: PLC0415  # as above

    hush_client(settings)
    topics = asyncio.run(create_topics(settings, alter=alter))
    complete = [_tell(topic) for topic in topics]
    return 0 if all(complete) else INCOMPLETE


def _tell(topic: "Created") -> bool:
    """Say what became of a topic; whether it now is as it should be."""
    if topic.new:
        click.echo(f"{topic.name}: created")
        return True
    left = [drift for drift in topic.drift if not topic.altered or drift.name == "partitions"]
    for drift in topic.drift:
        verb = "is" if drift in left else "was"
        click.echo(f"{topic.name}: {drift.name} {verb} {drift.actual}, wanted {drift.wanted}", err=drift in left)
    if not topic.drift:
        click.echo(f"{topic.name}: there")
    return not left


def _table(found: "Overview") -> list[str]:
    rows = [("TOPIC", "PARTITIONS", "REPLICAS", "RECORDS", "BYTES", "DAYS KEPT")]
    for topic in found.topics:
        size = "" if topic.size is None else f"{topic.size:,}"
        days = "for ever" if topic.retention_ms is None else f"{topic.retention_ms / DAY_MS:g}"
        rows.append((topic.name, str(topic.partitions), str(topic.replicas), f"{topic.records:,}", size, days))
    lines = _columns(rows)
    rows = [("GROUP", "STATE", "MEMBERS", "COMMITTED", "LAG", "")]
    for group in found.groups:
        committed = "" if group.committed is None else f"{group.committed:,}"
        rows.append((group.name, group.state, str(group.members), committed, f"{group.lag:,}", ""))
    return [*lines, "", *_columns(rows)]


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
