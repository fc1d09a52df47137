"""``khabar schemas``: the record types as JSON Schema."""

from pathlib import Path

import click

FOLDER = Path(__file__).parents[2] / "schemas" / "json"


@click.group("schemas")
def command() -> None:
    """Write the JSON Schemas of the records."""


@command.command("export")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when a file differs.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    help="The folder; schemas/json of this installation without it.",
)
def export(*, check: bool, folder: Path) -> int:
    """Write JSON Schema (2020-12) files of RawArticle, CleanArticle and EnrichedArticle."""
    from schemas.export import files  # noqa: PLC0415  # not needed for --help
    from streams.commands.generated import write_or_check  # noqa: PLC0415  # as above

    return write_or_check(folder, files(), check=check)
