"""``khabar worker``: run stages."""

from typing import TYPE_CHECKING

import click

from streams.commands.options import with_settings

if TYPE_CHECKING:
    from streams.settings import Settings

STAGE_NAMES = ("clean", "extract", "alert")
"""Named here too, so that --help does not load the stages; a test compares."""


EPILOG = """\b
Exit codes:
  0   stopped as asked
  65  a stage gave up: more than half of its last 200 records were dead letters
  75  a worker did not stop in time; what was not committed will be done again
  77  the broker refused the credentials
"""


@click.command(name="worker", epilog=EPILOG)
@click.argument("stages", nargs=-1, type=click.Choice(STAGE_NAMES), metavar="[STAGE]...")
@click.option("--processes", "-n", default=1, show_default=True, type=click.IntRange(1, 256), help="Of each stage.")
@click.option("--create-topics", is_flag=True, help="Make the topics that are missing, instead of waiting for them.")
@click.option("--parent", type=int, hidden=True, help="A process to die with, for those that start workers.")
@with_settings
def command(
    stages: tuple[str, ...], processes: int, *, create_topics: bool, parent: int | None, settings: "Settings"
) -> int:
    """Run the stages named, or all: clean, extract and alert.

    A small supervisor keeps the worker processes of each stage running, restarts dead ones with back-off and ends with
    them. SIGTERM and Ctrl-C: what is in work is delivered and committed, then it exits with 0, within ten seconds.
    """
    from streams import log  # noqa: PLC0415  # --help needs none of it
    from streams.pipeline import STAGES, set_up  # noqa: PLC0415
    from streams.seeing.spans import check  # noqa: PLC0415
    from streams.supervisor import Supervisor  # noqa: PLC0415
    from streams.worker import die_with_parent  # noqa: PLC0415

    if parent is not None:
        die_with_parent(parent)
    log.configure(settings, "khabar")
    check(settings)
    chosen = list(dict.fromkeys(stages)) or list(STAGE_NAMES)
    for name in chosen:
        set_up(STAGES[name], settings)  # a bad source table or rule is no fault that a restarted worker would get over
    environment = {"KHABAR_BOOTSTRAP_SERVERS": settings.bootstrap_servers}
    return Supervisor(settings, chosen, processes, create_topics=create_topics, environment=environment).run()
