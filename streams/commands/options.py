"""Options that several commands share."""

import functools
import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from streams.outlets.text import one_line

if TYPE_CHECKING:
    from streams.settings import Settings

T = TypeVar("T")


def load_settings(**overrides: Any) -> "Settings":
    """The settings, as `streams.settings.load` gives them; a variable that is nearly one is told on standard error."""
    from streams import settings  # noqa: PLC0415  # pydantic takes 0.2 s, and --help needs none of it

    loaded = settings.load(**overrides)
    _tell_unknown()
    return loaded


@functools.cache
def _tell_unknown() -> None:
    from dotenv import dotenv_values  # noqa: PLC0415  # as above

    from streams import settings  # noqa: PLC0415  # as above

    for line in settings.unknown({*os.environ, *dotenv_values(".env")}):
        click.echo(f"khabar: {one_line(line)}", err=True)


def hush_client(settings: "Settings") -> None:
    """Keep aiokafka's own log off a command's terminal: it tells of one lost broker again and again, and we once."""
    if settings.log_level != "debug":
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)


with_rtl = click.option(
    "--rtl",
    type=click.Choice(["auto", "terminal", "visual"]),
    default="auto",
    show_default=True,
    help="Who reorders right-to-left text: the terminal, or we (needs khabar[rtl]).",
)
"""Gives a command the option ``--rtl``."""


def with_settings(function: Callable[..., T]) -> Callable[..., T]:
    """Give a command the option ``--bootstrap-servers`` and its function the keyword argument ``settings``.

    A bad setting ends the command with exit code 2.
    """

    @click.option(
        "--bootstrap-servers",
        metavar="HOST:PORT,…",
        help="Kafka's bootstrap addresses, before KHABAR_BOOTSTRAP_SERVERS.",
    )
    @functools.wraps(function)
    def command(*args: Any, bootstrap_servers: str | None, **kwargs: Any) -> T:
        group = click.get_current_context().parent
        if bootstrap_servers is None and group is not None:
            bootstrap_servers = group.params.get("bootstrap_servers")  # khabar topics --bootstrap-servers … create
        overrides = {} if bootstrap_servers is None else {"bootstrap_servers": bootstrap_servers}
        return function(*args, settings=load_settings(**overrides), **kwargs)

    return command
