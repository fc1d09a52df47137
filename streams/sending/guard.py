"""Connections of foreign code to public addresses only, checked on the address that is connected to."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from ipaddress import ip_address
from typing import Any

from streams.feeds.addresses import is_public


class Guard:
    """What it refused. refused: whether it did."""

    def __init__(self) -> None:
        self.refused = False


_guard: ContextVar[Guard | None] = ContextVar("guard", default=None)


class Refused(OSError):
    """The address is not public."""


@contextmanager
def public_only() -> Iterator[Guard]:
    """While the block runs, and in this thread or task only, no socket connects to an address that is not public.

    The interpreter itself asks, before each connection: a library's own resolving, redirections and proxies included.
    """
    _install()
    guard = Guard()
    token = _guard.set(guard)
    try:
        yield guard
    finally:
        _guard.reset(token)


@cache
def _install() -> None:
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        return
    guard = _guard.get()
    if guard is not None and not _is_allowed(arguments[1]):
        guard.refused = True
        raise Refused("the address is not public")


def _is_allowed(address: Any) -> bool:
    """None is that of a socket that is connected. A name instead of a number could be any address, a path is this machine."""
    if address is None:
        return True
    try:
        return is_public(ip_address(str(address[0]).partition("%")[0]))
    except (ValueError, TypeError, IndexError):
        return False
