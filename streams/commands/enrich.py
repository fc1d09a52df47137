"""``khabar enrich``: pages or records in, records out, without Kafka."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from streams.commands import INCOMPLETE

if TYPE_CHECKING:
    from streams.enrich import Choice


@click.command("enrich")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--stage",
    type=click.Choice(["clean", "extract", "all"]),
    default="all",
    show_default=True,
    help="Stop after cleaning; or take cleaned records in, of which body and url or source are enough.",
)
@click.option("--processes", type=click.IntRange(1, 256), default=1, show_default=True, help="Work side by side.")
@click.option("--fetched-at", metavar="TIME", help="When the pages were fetched, RFC 3339; relative dates need it.")
def command(files: tuple[str, ...], stage: "Choice", processes: int, fetched_at: str | None) -> int:
    """Turn pages or records into enriched records, without Kafka.

    FILES: .html and .txt files are one article each; .jsonl files, and - for standard input, hold one record a line.

    One JSON record a line comes out, in the order of the input. A record that fails gives {"error": {"code",
    "message"}} in its place, and the exit code is 1 at the end.
    """
    from streams import enrich  # noqa: PLC0415  # not needed for --help
    from streams.settings import load  # noqa: PLC0415  # as above

    settings = load()
    if fetched_at is not None:
        fetched_at = enrich.instant(fetched_at)
    for name in files:
        enrich.check_name(name)
    enrich.hush(settings)
    failed = False
    out = sys.stdout.buffer
    with _progress(files) as advance:
        tasks = enrich.read(files, settings, fetched_at, advance)
        for done in enrich.results(tasks, enrich.stages_of(stage), settings, processes):
            out.write(done.line())
            out.flush()
            failed = failed or done.code is not None
    return INCOMPLETE if failed else 0


@contextmanager
def _progress(files: tuple[str, ...]) -> Iterator[Callable[[int], None]]:
    """A bar on standard error for the bytes read, where that is a terminal and standard output is not the same one."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415  # only for people who watch
    from rich.progress import Progress  # noqa: PLC0415  # as above

    total = None if "-" in files else sum(Path(name).stat().st_size for name in files)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("enriching", total=total)
        yield lambda size: progress.advance(task, size)
