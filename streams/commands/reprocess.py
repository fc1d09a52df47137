"""``khabar reprocess``: stages run again over retained events."""

from typing import TYPE_CHECKING

import click

from streams.commands.options import hush_client, with_settings

if TYPE_CHECKING:
    from streams.settings import Settings


@click.command("reprocess")
@click.option(
    "--from", "start", metavar="TIME", required=True, help="Events written from then on: a time or an age (2h, 3d)."
)
@click.option("--to", "end", metavar="TIME", required=True, help="And before then: a time or an age; 0s is now.")
@click.option(
    "--where", "expression", metavar="EXPR", help="Only articles for which this is true, once they are cleaned."
)
@click.option(
    "--stage",
    type=click.Choice(["all", "extract"]),
    default="all",
    show_default=True,
    help="all: raw events through both stages; extract: cleaned ones through the last.",
)
@click.option(
    "--rate", metavar="N", type=click.FloatRange(0.1), default=10, show_default=True, help="Events a second, at most."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; compare a sample with the records that are there.")
@click.option("--sample", metavar="N", type=click.IntRange(1), default=20, show_default=True, help="Of a dry run.")
@with_settings
def command(  # noqa: PLR0917  # click passes them by name
    start: str,
    end: str,
    expression: str | None,
    stage: str,
    rate: float,
    sample: int,
    *,
    dry_run: bool,
    settings: "Settings",
) -> int:
    """Run the stages as they are now over retained events, and write what comes of them beside the earlier versions.

    It works by itself, at a low priority, in a consumer group of its own; what it writes is marked khabar-lane: backfill,
    raises no alerts and is not worked on by live workers. Ctrl-C ends it; the same command with the same times goes on where
    it stopped. The exit code is 1 when it did not come to the end, or some events cannot be worked on.
    """
    import asyncio  # noqa: PLC0415  # not needed for --help

    from streams.commands.reprocessing import dry, run  # noqa: PLC0415  # as above
    from streams.commands.reprocessing import span_of as wanted  # noqa: PLC0415  # as above

    hush_client(settings)
    span = wanted(start, end, expression, stage, settings)
    return asyncio.run(dry(span, sample) if dry_run else run(span, rate))
