"""A worker with a backlog of big pages holds a few of them, not the backlog."""

import asyncio
import random
import time
from typing import Any

import orjson

from streams.kafka.client import producer
from streams.settings import Settings
from streams.topics import RAW

PAGES = 2000
PAGE_BYTES = 500_000
LIMIT_BYTES = 450 * 1024 * 1024
WATCHED_SECONDS = 25


def pages() -> list[bytes]:
    """Twenty pages of half a megabyte each, which a codec shrinks about as real ones."""
    made = []
    for number in range(20):
        random.seed(number)
        words = [f"كلمة{random.randrange(10**6)}" for _ in range(500)]  # noqa: S311  # only has to differ
        story = "".join(f"<p>{' '.join(random.choices(words, k=40))}.</p>" for _ in range(60))  # noqa: S311
        menu = "".join(
            f'<li class="menu-item-{random.randrange(10**9)}"><a href="/p/{n}">{random.choice(words)}</a></li>'  # noqa: S311
            for n in range(10**6 // 250)
        )
        html = f"<html><body><article><h1>عنوان {number}</h1>{story}</article><ul>{menu}</ul></body></html>"
        html += "<!--" + "x" * max(0, PAGE_BYTES - len(html.encode())) + "-->"
        made.append(orjson.dumps({"url": f"https://a.example/{number}", "html": html}))
    return made


async def test_a_backlog_of_big_pages_stays_under_the_limit(settings: Settings, topics: list[str], start: Any) -> None:
    values = pages()
    async with producer(settings) as sender:
        for begin in range(0, PAGES, 100):
            batch = [await sender.send(RAW.full_name(settings), values[n % 20]) for n in range(begin, begin + 100)]
            await asyncio.gather(*batch)
    workers = start()
    await workers.says("clean-0 ready")
    peak = 0
    deadline = time.monotonic() + WATCHED_SECONDS
    while time.monotonic() < deadline:
        peak = max([peak, *(child.memory_info().rss for child in workers.children())])
        await asyncio.sleep(0.1)
    print(f"peak {peak / 1024**2:.0f} MiB")  # noqa: T201  # shown by -s
    assert "ended with" not in workers.text()
    assert peak < LIMIT_BYTES
