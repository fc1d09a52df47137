"""``khabar demo``: everything at once, on this machine."""

from typing import TYPE_CHECKING

import click

from streams.commands.options import with_rtl

if TYPE_CHECKING:
    from streams.outlets.direction import Setting as Rtl


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave broker and workers running at the end, with the addresses shown.")
@click.option("--rate", type=click.FloatRange(0.1, 1000), default=5, show_default=True, help="Articles a second.")
@with_rtl
def command(*, keep: bool, rate: float, rtl: "Rtl") -> int:
    """Start an Apache Kafka, the workers and a feeder of the seed articles, and show what comes out.

    Needs no Docker and no Java, only khabar[local]. Ends by itself; the exit code is 0 only if every seed article came
    out enriched.
    """
    from rich.console import Console  # noqa: PLC0415  # not needed for --help

    from streams.demo import demo  # noqa: PLC0415  # as above
    from streams.together import run  # noqa: PLC0415  # as above

    return run(demo(Console(highlight=False), rtl, rate=rate, keep=keep))
