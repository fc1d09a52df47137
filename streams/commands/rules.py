"""``khabar rules``: check alert rules, try their examples, see what they would have found."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from streams.commands import INCOMPLETE, OK
from streams.commands.options import hush_client, load_settings, with_settings
from streams.errors import UsageError
from streams.outlets.text import one_line

if TYPE_CHECKING:
    from streams.settings import Settings

_places = click.argument("places", metavar="[FILE|FOLDER]...", nargs=-1, type=click.Path(path_type=Path))


@click.group("rules")
def command() -> None:
    """Check alert rules, try them, or copy the starter rules.

    Without FILE or FOLDER it is about those of KHABAR_RULES, and without that setting about the starter rules.
    """


@command.command("lint")
@_places
def lint(places: tuple[Path, ...]) -> int:
    """Check rules: their form, the fields they name, the types, and on the seed articles.

    The exit code is 1 when a rule cannot be used; warnings do not count.
    """
    import logging  # noqa: PLC0415  # not needed for --help

    import orjson  # noqa: PLC0415  # as above

    from streams.alerts.lint import lint as find  # noqa: PLC0415  # as above
    from streams.demo import enriched_seeds  # noqa: PLC0415  # as above
    from streams.sending.destinations import read_destinations  # noqa: PLC0415  # as above

    settings = load_settings()
    logging.getLogger("streams.alerts").setLevel(logging.CRITICAL)  # a failing rule is a finding here
    known = None if settings.destinations is None else list(read_destinations(settings.destinations))
    records = [orjson.loads(article.to_json()) for article in enriched_seeds()]
    findings = list(find(_chosen(places, settings), records, known))
    for finding in findings:
        click.echo(one_line(str(finding)))
    errors = sum(finding.is_error for finding in findings)
    click.echo(f"{errors} errors, {len(findings) - errors} warnings", err=True)
    return INCOMPLETE if errors else OK


@command.command("test")
@_places
def test(places: tuple[Path, ...]) -> int:
    """Run the examples beside each rule. The exit code is 1 when one does not turn out as it says."""
    from streams.alerts import read_rules  # noqa: PLC0415  # not needed for --help
    from streams.alerts.trying import failed_examples  # noqa: PLC0415  # as above

    files = read_rules(_chosen(places, load_settings()))
    failed = 0
    for file in files:
        lines = list(failed_examples(file.rule))
        for line in lines:
            click.echo(one_line(f"{file.path}: {line}"))
        failed += bool(lines)
    examples = sum(len(file.rule.examples) for file in files)
    click.echo(f"{len(files)} rules, {examples} examples, {failed} rules failed", err=True)
    return INCOMPLETE if failed else OK


@command.command("replay")
@_places
@click.option(
    "--from",
    "start",
    metavar="WHEN",
    required=True,
    help="beginning, a time (2026-11-20T08:00Z) or an age (30m, 2h, 3d): of the records on the enriched topic.",
)
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--quiet-too", is_flag=True, help="Show also what would have been old, repeated or within a cooldown.")
@with_settings
def replay(places: tuple[Path, ...], start: str, form: str, *, quiet_too: bool, settings: "Settings") -> int:
    """Run rules over the retained enriched topic and show what would have been sent. Nothing is sent or written."""
    import asyncio  # noqa: PLC0415  # not needed for --help

    from streams.commands.replaying import replay as run  # noqa: PLC0415  # as above

    hush_client(settings)
    return asyncio.run(run(_chosen(places, settings), start, settings, form=form, quiet_too=quiet_too))


@command.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> int:
    """Copy the starter rules into FOLDER, to change them there and name it in KHABAR_RULES."""
    import shutil  # noqa: PLC0415  # not needed for --help

    from streams.alerts import STARTERS  # noqa: PLC0415  # as above

    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(STARTERS.glob("*.yaml")):
        shutil.copyfile(path, folder / path.name)
        click.echo(folder / path.name)
    return OK


def _chosen(places: tuple[Path, ...], settings: "Settings") -> tuple[Path, ...]:
    from streams.alerts import STARTERS  # noqa: PLC0415  # not needed for --help

    return places or (settings.rules or STARTERS,)
