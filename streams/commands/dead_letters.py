"""``khabar dead-letters``: what could not be worked on, and what becomes of it."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from streams.commands import INCOMPLETE, OK
from streams.commands.options import hush_client, with_settings

if TYPE_CHECKING:
    from streams.commands.burials import Request
    from streams.settings import Settings

T = TypeVar("T")


@click.group("dead-letters")
def command() -> None:
    """Look at dead letters, send them back to the topics that they came from, or be done with them."""


def _with_choice(function: Callable[..., T]) -> Callable[..., T]:
    """Give a command the filters, and its function the keyword argument ``request``."""

    @click.argument("ids", metavar="[ID]...", nargs=-1)
    @click.option("--code", "codes", multiple=True, help="Of the error; may be given several times.")
    @click.option("--stage", "stages", multiple=True, help="clean, extract, alert, deliver; several times.")
    @click.option("--source", metavar="HOST", help="Of the article, with the hosts below it.")
    @click.option(
        "--from", "start", metavar="WHEN", default="beginning", help="Written from then on: a time or an age (2h, 3d)."
    )
    @click.option("--to", "end", metavar="WHEN", help="Written before: a time or an age.")
    @functools.wraps(function)
    def command(
        *args: object,
        ids: tuple[str, ...],
        codes: tuple[str, ...],
        stages: tuple[str, ...],
        source: str | None,
        start: str,
        end: str | None,
        settings: "Settings",
        **kwargs: object,
    ) -> T:
        from streams.commands.burials import Request  # noqa: PLC0415  # not needed for --help

        hush_client(settings)
        request = Request.parse(ids, codes, stages, source, start, end, settings)
        return function(*args, request=request, **kwargs)

    return with_settings(command)


@command.command("ls")
@_with_choice
@click.option("--settled", is_flag=True, help="Also those that were sent back or discarded.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
def ls(form: str, *, settled: bool, request: "Request") -> int:
    """List the open dead letters, one a line, and count them by stage and code. ID: of a letter, or how it begins."""
    import asyncio  # noqa: PLC0415  # not needed for --help

    asyncio.run(request.list(form=form, settled_too=settled))
    return OK


@command.command("show")
@_with_choice
def show(*, request: "Request") -> int:
    """Show dead letters whole: the reason, key, headers and value. The exit code is 1 when there is none."""
    import asyncio  # noqa: PLC0415  # not needed for --help

    return OK if asyncio.run(request.show()) else INCOMPLETE


_limit = click.option("--limit", metavar="N", type=click.IntRange(1), help="At most so many letters.")
_apply = click.option("--apply", is_flag=True, help="Do it; without this it is only shown.")


@command.command("redrive")
@_with_choice
@_limit
@_apply
def redrive(limit: int | None, *, apply: bool, request: "Request") -> int:
    """Send open dead letters back to the topics that they came from: the same bytes, key and headers.

    The header khabar-redrives counts how often. Each letter goes back once, whatever dies meanwhile; what dies again is a
    new letter. The exit code is 1 when one cannot go back, as its letter does not hold all of it.
    """
    import asyncio  # noqa: PLC0415  # not needed for --help

    return OK if asyncio.run(request.settle("redriven", limit, apply=apply)) else INCOMPLETE


@command.command("discard")
@_with_choice
@_limit
@_apply
def discard(limit: int | None, *, apply: bool, request: "Request") -> int:
    """Be done with open dead letters: they are not listed any more and cannot be sent back. Nothing is deleted."""
    import asyncio  # noqa: PLC0415  # not needed for --help

    return OK if asyncio.run(request.settle("discarded", limit, apply=apply)) else INCOMPLETE
