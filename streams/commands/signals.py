"""Ending in order: Ctrl-C and SIGTERM end a stream between two items, not in the middle of one."""

import asyncio
import signal
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


def on_signal() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set, as long as this event loop runs."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended


async def until(items: AsyncIterator[T], ended: asyncio.Event) -> AsyncGenerator[T]:
    """The items until the event is set; then the iterator is interrupted where it waits."""
    stopping = asyncio.ensure_future(ended.wait())
    try:
        while not ended.is_set():
            following: asyncio.Future[Any] = asyncio.ensure_future(anext(items))
            await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                following.cancel()
                with suppress(asyncio.CancelledError):
                    await following
                return
            try:
                item = following.result()
            except StopAsyncIteration:
                return
            yield item
    finally:
        stopping.cancel()
