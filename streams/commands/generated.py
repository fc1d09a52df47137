"""Files that are generated from the code: written, or compared with what is there."""

from collections.abc import Mapping
from pathlib import Path

import click

from streams.commands import INCOMPLETE


def write_or_check(folder: Path, files: Mapping[str, bytes], *, check: bool) -> int:
    """Write the files into the folder, or with ``check`` only tell which of them differ. Gives the exit code.

    Raises OSError when the folder cannot be written.
    """
    differing = [name for name, content in files.items() if _content(folder / name) != content]
    if check:
        for name in differing:
            click.echo(f"{folder / name} is not what the code generates", err=True)
        return INCOMPLETE if differing else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        click.echo(folder / name)
    return 0


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
