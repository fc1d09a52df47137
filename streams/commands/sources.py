"""``khabar sources``: what is known of each source of articles."""

from typing import TYPE_CHECKING

import click

from streams.commands import INCOMPLETE
from streams.commands.options import hush_client, with_settings
from streams.errors import UsageError
from streams.outlets.text import one_line

if TYPE_CHECKING:
    from schemas import CleanArticle
    from streams.cleaning.recurring import Learner
    from streams.enrich import Task
    from streams.settings import Settings

TOPICS = ("raw", "clean")


@click.group("sources")
def command() -> None:
    """Learn what the articles of a source have in common."""


@command.command("learn")
@click.argument("files", nargs=-1, type=click.Path(exists=True, allow_dash=True))
@click.option("--topic", type=click.Choice(TOPICS), help="Read a topic from its beginning, instead of files.")
@click.option(
    "--source", metavar="NAME", help="Of which source all of these articles are: the host, as records name it."
)
@click.option(
    "--articles",
    metavar="N",
    type=click.IntRange(2),
    default=8,
    show_default=True,
    help="A source with fewer is left out.",
)
@click.option(
    "--share",
    type=click.FloatRange(0.05, 1),
    default=0.3,
    show_default=True,
    help="Of a source's articles, that must hold a line.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0.1),
    default=5,
    show_default=True,
    help="Silence that ends a topic.",
)
@with_settings
def learn(  # noqa: PLR0917  # click passes them by name
    files: tuple[str, ...],
    topic: str | None,
    source: str | None,
    articles: int,
    share: float,
    timeout: float,
    settings: "Settings",
) -> int:
    """Write a table of the lines that recur over many articles of one source to standard output.

    FILES: as khabar enrich takes them: pages, folders of pages, records raw or cleaned. The clean stage uses the table that
    KHABAR_SOURCE_TABLE names. The exit code is 1 when a record could not be read, or no line recurs.
    """
    import asyncio  # noqa: PLC0415  # not needed for --help

    from streams.cleaning.recurring import Learner  # noqa: PLC0415  # as above

    if bool(files) == bool(topic):
        raise UsageError("khabar sources learn takes files or --topic, and not both")
    learner = Learner()
    if topic is None:
        failed = _from_files(files, source, settings, learner)
    else:
        hush_client(settings)
        failed = asyncio.run(_from_topic(topic, source, timeout, settings, learner))
    table = learner.table(articles, share)
    for name, count in learner.articles.items():
        known = table.sources.get(name)
        lines = (
            f"lines that recur: {len(known.lines)}" if known else "too few" if count < articles else "no line recurs"
        )
        click.echo(one_line(f"{name}: {count} articles, {lines}"), err=True)
    click.echo(table.to_json().decode(), nl=False)
    return INCOMPLETE if failed or not table.sources else 0


def _from_files(files: tuple[str, ...], source: str | None, settings: "Settings", learner: "Learner") -> int:
    """Look at the articles in files. Gives how many could not be read."""
    from streams import enrich  # noqa: PLC0415  # not needed for --help

    enrich.hush(settings)
    failed = 0
    for one in enrich.read(enrich.sources(files, "clean"), settings, None, lambda _: None):
        failed += not _add(one.task, one.name, source, settings, learner)
    return failed


async def _from_topic(topic: str, source: str | None, silence: float, settings: "Settings", learner: "Learner") -> int:
    """Look at the articles of a topic until nothing has come for ``silence`` seconds. Gives how many could not be read."""
    import time  # noqa: PLC0415  # not needed for --help
    from contextlib import aclosing  # noqa: PLC0415  # as above

    from streams.outlets.subscription import Duplicates, subscribe, topic_named  # noqa: PLC0415  # as above

    name = topic_named(topic, settings).full_name(settings)
    failed = 0
    latest = time.monotonic()
    async with aclosing(subscribe(name, "beginning", settings, Duplicates())) as records:
        async for record in records:
            if record is not None:
                where = f"{record.topic}[{record.partition}]@{record.offset}"
                failed += not _add(record.value or b"", where, source, settings, learner)
                latest = time.monotonic()
            elif time.monotonic() - latest >= silence:
                break
    return failed


def _add(task: "Task", name: str, source: str | None, settings: "Settings", learner: "Learner") -> bool:
    """Let the learner look at one record. False, and a line on standard error, when it cannot be read."""
    from streams.errors import RecordFault  # noqa: PLC0415  # as above

    try:
        article = _cleaned(task, settings)
    except RecordFault as fault:
        click.echo(one_line(f"khabar: {name}: {fault}"), err=True)
        return False
    learner.add(article.model_copy(update={"source": source}) if source else article)
    return True


def _cleaned(task: "Task", settings: "Settings") -> "CleanArticle":
    """The cleaned article of a record that is raw or cleaned. Raises RecordFault."""
    from schemas import CleanArticle  # noqa: PLC0415  # as above
    from streams import enrich, wire  # noqa: PLC0415  # as above
    from streams.errors import RecordFault  # noqa: PLC0415  # as above
    from streams.pipeline import CLEAN  # noqa: PLC0415  # as above

    if isinstance(task, bytes):
        try:
            data = wire.decode(task, "clean-article", settings.max_record_bytes)
        except RecordFault as fault:
            if fault.code != "unsupported_schema":
                raise
            data = {}
        if "page_text" in data:
            return wire.validate(CleanArticle, data)
    done = enrich.run_stages(task, (CLEAN,), settings)
    if done.code is not None:
        raise RecordFault(done.code, done.message)
    return CleanArticle.from_json(done.value)
