"""``khabar trace``: the passport of one article."""

from typing import TYPE_CHECKING

import click

from streams.commands import INCOMPLETE, OK
from streams.commands.options import hush_client, with_settings

if TYPE_CHECKING:
    from streams.settings import Settings


@click.command("trace")
@click.argument("article", metavar="ID")
@click.option(
    "--from",
    "start",
    metavar="WHEN",
    default="beginning",
    help="Look at records from then on: a time or an age (2h, 3d).",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_settings
def command(article: str, start: str, form: str, *, settings: "Settings") -> int:
    """Show every event of one article in all topics, what each stage made of it, and where it is now.

    ID: of an article, an event, a dead letter or a trace, or how it begins (eight characters at least); or the article's
    address. All that is retained is read, so it may take a while; --from shortens it. The exit code is 1 when nothing is
    found.
    """
    import asyncio  # noqa: PLC0415  # not needed for --help

    from streams.commands.tracing import trace  # noqa: PLC0415  # as above

    hush_client(settings)
    return OK if asyncio.run(trace(article, start, settings, form=form)) else INCOMPLETE
