"""``khabar subscribe``: the records of a topic, for people or for pipes."""

from typing import TYPE_CHECKING

import click

from streams.commands.options import hush_client, with_rtl, with_settings

if TYPE_CHECKING:
    from streams.outlets.direction import Setting as Rtl
    from streams.settings import Settings

EPILOG = """\b
The expression is CEL over the record: its fields are bare names, an absent one is null, an absent list is empty.
  language == "ar" && headline.contains("غزة")
  figures.exists(f, f.what == "killed" && f.low >= 10)
  events.exists(e, e.place.name == "حلب") || places.exists(p, p.country == "SY" && p.sense == "event")
"""


@click.command("subscribe", epilog=EPILOG)
@click.argument("topic", default="enriched")
@click.option("--where", "expression", metavar="EXPR", help="Show only records for which this is true; see below.")
@click.option(
    "--from",
    "start",
    metavar="WHEN",
    default="latest",
    show_default=True,
    help="beginning, latest, a time (2026-11-20T08:00Z) or an age (30m, 2h, 3d).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["pretty", "jsonl"]),
    help="Cards, or one JSON record a line with its event_id. Cards on a terminal, else lines.",
)
@click.option("--limit", metavar="N", type=click.IntRange(1), help="End after so many records.")
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(0), help="End after so long without a new record.")
@with_rtl
@with_settings
def command(  # noqa: PLR0917  # click passes them by name
    topic: str,
    expression: str | None,
    start: str,
    form: str | None,
    limit: int | None,
    timeout: float | None,
    rtl: "Rtl",
    settings: "Settings",
) -> int:
    """Show the records of a topic as they come; Ctrl-C ends it.

    TOPIC: raw, clean, enriched, alerts or dead-letters, or a full name; enriched without it. No consumer group is used, so any
    number of these may run side by side and none disturbs a worker. Records that were delivered twice show once. It waits for
    a broker that goes away. The exit code is 1 when the expression failed on every record.
    """
    import asyncio  # noqa: PLC0415  # not needed for --help

    from streams.commands.show import Choices, show  # noqa: PLC0415  # as above

    hush_client(settings)
    return asyncio.run(show(Choices.parse(topic, start, expression, form, rtl, settings, limit=limit, timeout=timeout)))
