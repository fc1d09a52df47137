"""``khabar asyncapi``: the topics as an AsyncAPI document."""

import sys
from pathlib import Path

import click

FILE = Path(__file__).parents[2] / "schemas" / "asyncapi.json"


@click.command("asyncapi")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when the file differs.")
@click.option(
    "--to",
    "file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default=FILE,
    help="The file, - for standard output; schemas/asyncapi.json of this installation without it.",
)
def command(*, check: bool, file: Path) -> int:
    """Write the AsyncAPI 3.0 document of the topics: channels, messages, keys and headers."""
    from schemas.export import to_bytes  # noqa: PLC0415  # not needed for --help
    from streams.asyncapi import document  # noqa: PLC0415  # as above
    from streams.commands.generated import write_or_check  # noqa: PLC0415  # as above

    content = to_bytes(document())
    if str(file) == "-" and not check:
        sys.stdout.buffer.write(content)
        return 0
    return write_or_check(file.parent, {file.name: content}, check=check)
