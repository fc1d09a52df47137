"""``khabar deliver``: alerts to people."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from streams.commands import OK
from streams.commands.options import hush_client, with_settings
from streams.errors import UsageError

if TYPE_CHECKING:
    from streams.settings import Settings


@click.command("deliver")
@click.option(
    "--destinations",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of destinations, before KHABAR_DESTINATIONS.",
)
@click.option("--allow-private", is_flag=True, help="Send to addresses that are not public, too.")
@click.option(
    "--from",
    "start",
    metavar="WHEN",
    default="1h",
    show_default=True,
    help="Where to begin the first time: beginning, latest, a time or an age. Later it goes on where it was.",
)
@with_settings
def command(destinations: Path | None, start: str, *, allow_private: bool, settings: "Settings") -> int:
    """Send alerts to the destinations that their rules name: mail, chat and more through apprise, or signed webhooks.

    What a destination does not take is tried again, and goes to the dead letters at the end. Run one of these: cooldowns
    span all alerts. Ctrl-C and SIGTERM end it; what is in hand then is sent by the next run, with the same Idempotency-Key.
    """
    import asyncio  # noqa: PLC0415  # not needed for --help
    from datetime import UTC, datetime  # noqa: PLC0415  # as above

    from streams import log  # noqa: PLC0415  # as above
    from streams.commands.signals import on_signal  # noqa: PLC0415  # as above
    from streams.outlets.subscription import parse_start  # noqa: PLC0415  # as above
    from streams.sending.destinations import read_destinations  # noqa: PLC0415  # as above
    from streams.sending.service import deliver  # noqa: PLC0415  # as above

    file = destinations or settings.destinations
    if file is None:
        raise UsageError("no destinations: name their file in KHABAR_DESTINATIONS or --destinations")
    found = read_destinations(file)
    begin = parse_start(start, datetime.now(UTC))
    log.configure(settings, "deliver")
    hush_client(settings)

    async def run() -> None:
        count = await deliver(found, settings, begin, on_signal(), allow_private=allow_private)
        click.echo(", ".join(f"{number} {what}" for what, number in count.items()) or "no alerts", err=True)

    asyncio.run(run())
    return OK
