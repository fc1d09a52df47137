from collections.abc import Awaitable, Callable
from typing import Any

import pytest


async def test_what_is_produced_is_read(
    topics: list[str], produce: Callable[..., Awaitable[Any]], read_all: Callable[[str], Awaitable[list[Any]]]
) -> None:
    assert [name.partition(".")[2] for name in topics] == [
        "khabar.articles.raw",
        "khabar.articles.clean",
        "khabar.articles.enriched",
        "khabar.dead-letters",
        "khabar.alerts",
        "khabar.dead-letters.settled",
    ]
    big = b"x" * (8 * 1024 * 1024)
    await produce(topics[0], b"one", None, big, key=b"key", headers=[("a", b"1"), ("a", b"2")], partition=3)
    await produce(topics[0], b"other", partition=0)
    assert await read_all(topics[0]) == [
        (b"other", None, (), 0, 0),
        (b"one", b"key", (("a", b"1"), ("a", b"2")), 3, 0),
        (None, b"key", (("a", b"1"), ("a", b"2")), 3, 1),
        (big, b"key", (("a", b"1"), ("a", b"2")), 3, 2),
    ]


def test_the_marker_is_set(request: pytest.FixtureRequest, broker: object) -> None:
    assert request.node.get_closest_marker("kafka")
