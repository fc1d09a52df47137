"""Options that several commands share."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

T = TypeVar("T")


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
        from streams import settings  # noqa: PLC0415  # pydantic takes 0.2 s, and --help needs none of it

        group = click.get_current_context().parent
        if bootstrap_servers is None and group is not None:
            bootstrap_servers = group.params.get("bootstrap_servers")  # khabar topics --bootstrap-servers … create
        overrides = {} if bootstrap_servers is None else {"bootstrap_servers": bootstrap_servers}
        return function(*args, settings=settings.load(**overrides), **kwargs)

    return command
