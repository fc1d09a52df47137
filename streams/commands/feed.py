"""``khabar feed``: articles from feeds and files to the raw topic."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from streams.commands.options import with_settings

if TYPE_CHECKING:
    from streams.settings import Settings

EPILOG = """\b
SOURCE is one of
  https://…           an RSS or Atom feed, a sitemap or a sitemap index
  LIST.json, .opml    a list of feeds
  FOLDER, *.html, *.txt, *.jsonl, -
                      pages; records of RawArticle, one a line
"""


@click.command("feed", epilog=EPILOG)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--fetch/--no-fetch", default=True, show_default=True, help="Fetch each entry's page, or take the feed's text."
)
@click.option("--follow", is_flag=True, help="Poll feeds again and again.")
@click.option("--interval", type=click.FloatRange(1), default=300, show_default=True, help="Seconds between polls.")
@click.option(
    "--delay", type=click.FloatRange(0), default=1, show_default=True, help="Seconds between requests to a host."
)
@click.option("--timeout", type=click.FloatRange(0.1), default=30, show_default=True, help="Seconds for one request.")
@click.option("--max-entries", type=click.IntRange(1), default=1000, show_default=True, help="Of one feed in one poll.")
@click.option("--allow-private", is_flag=True, help="Fetch from addresses that are not public, too.")
@click.option("--source", help="The source of pages from files; their folder's name without it.")
@click.option("--contact", help="An address for the operators of sites, sent in User-Agent.")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What has been delivered; feed.sqlite in KHABAR_STATE_DIR without it.",
)
@with_settings
def command(  # noqa: PLR0917  # click passes them by name
    sources: tuple[str, ...],
    fetch: bool,  # noqa: FBT001  # as above
    follow: bool,  # noqa: FBT001  # as above
    interval: float,
    delay: float,
    timeout: float,
    max_entries: int,
    allow_private: bool,  # noqa: FBT001  # as above
    source: str | None,
    contact: str | None,
    state: Path | None,
    settings: "Settings",
) -> int:
    """Fetch feeds and put their articles on the raw topic; also takes files.

    What a feed lists and has been delivered is not fetched again. The exit code is 1 when something was no record or a
    source failed.
    """
    import asyncio  # noqa: PLC0415  # not needed for --help

    from streams.commands.delivery import deliver  # noqa: PLC0415  # as above
    from streams.feeds import FeedOptions  # noqa: PLC0415  # as above
    from streams.feeds.files import LIST_SUFFIXES  # noqa: PLC0415  # as above

    # Only feeds are remembered, and only one process at a time may: files need no such lock.
    remembered = any(source.lower().startswith("http") or source.lower().endswith(LIST_SUFFIXES) for source in sources)
    options = FeedOptions(
        max_record_bytes=settings.max_record_bytes,
        fetch=fetch,
        follow=follow,
        interval=interval,
        delay=delay,
        timeout=timeout,
        allow_private=allow_private,
        state=state or (settings.state_dir / "feed.sqlite" if remembered else None),
        source=source,
        contact=contact,
        max_entries=max_entries,
    )
    return asyncio.run(deliver(sources, options, settings))
