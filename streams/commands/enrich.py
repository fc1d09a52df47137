"""``khabar enrich``: pages or records in, records out, without Kafka."""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from streams.commands import INCOMPLETE, TERMINATED
from streams.commands.options import load_settings, with_rtl
from streams.outlets.text import one_line

if TYPE_CHECKING:
    from streams.enrich import Choice, Done
    from streams.outlets.direction import Setting as Rtl


@click.command("enrich")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option(
    "--stage",
    type=click.Choice(["clean", "extract", "all"]),
    default="all",
    show_default=True,
    help="Stop after cleaning; or take cleaned records in, of which body and url or source are enough.",
)
@click.option("--processes", type=click.IntRange(1, 256), default=1, show_default=True, help="Work side by side.")
@click.option("--fetched-at", metavar="TIME", help="When the pages were fetched, RFC 3339; relative dates need it.")
@click.option(
    "--explain",
    is_flag=True,
    help="For people: what was kept, removed and repaired with --stage clean, else the text with what was found in it.",
)
@with_rtl
def command(  # click passes them by name
    files: tuple[str, ...], stage: "Choice", processes: int, fetched_at: str | None, *, explain: bool, rtl: "Rtl"
) -> int:
    """Turn pages or records into enriched records, without Kafka.

    FILES: .html and .txt files, also all in a folder, are one article each; .jsonl files, and - for standard input, hold
    one record a line.

    One JSON record a line comes out, in the order of the input. A record that fails gives {"error": {"code",
    "message", "input"}} in its place, and the exit code is 1 at the end.
    """
    from streams import enrich  # noqa: PLC0415  # not needed for --help

    settings = load_settings()
    if fetched_at is not None:
        fetched_at = enrich.instant(fetched_at)
    sources = enrich.sources(files, stage)
    enrich.hush(settings)
    signal.signal(signal.SIGTERM, _end)
    failed = False
    write = _explainer(stage, rtl) if explain else _write
    with _progress([source.path for source in sources]) as advance:
        inputs = enrich.read(sources, settings, fetched_at, advance)
        for one, done in enrich.results(inputs, enrich.stages_of(stage), settings, processes):
            write(done, one.name)
            failed = failed or done.code is not None
    return INCOMPLETE if failed else 0


def _write(done: "Done", name: str) -> None:
    sys.stdout.buffer.write(done.line(name))
    sys.stdout.buffer.flush()


def _explainer(stage: "Choice", rtl: "Rtl") -> Callable[["Done", str], None]:
    """Shows a record to people in place of its line; one that failed is one line on standard error."""
    from schemas import CleanArticle, EnrichedArticle  # noqa: PLC0415  # not needed for --help
    from streams.outlets.explained import Explainer  # noqa: PLC0415  # as above
    from streams.outlets.explanations import explain  # noqa: PLC0415  # as above

    explainer = Explainer(rtl)
    kind = CleanArticle if stage == "clean" else EnrichedArticle

    def show(done: "Done", name: str) -> None:
        if done.code is not None:
            click.echo(one_line(f"khabar: {name}: {done.code}: {done.message or ''}"), err=True)
            return
        explainer.show(explain(kind.from_json(done.value), name))

    return show


def _end(*_: object) -> None:
    """Ends with the code of a process that SIGTERM ended, after the children."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(TERMINATED)


@contextmanager
def _progress(files: Sequence[str]) -> Iterator[Callable[[int], None]]:
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
