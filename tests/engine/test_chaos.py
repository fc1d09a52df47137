"""The whole path under faults: 2,000 articles through both stages while processes are killed, frozen, added and taken away."""

import asyncio
import signal
from collections import Counter
from typing import Any

import orjson

from streams.identity import event_id, input_event_id
from streams.pipeline import CLEAN, EXTRACT
from streams.settings import Settings
from streams.topics import DEAD_LETTERS, ENRICHED, RAW

ARTICLES = 2000

PLACES = ("حلب", "حمص", "الموصل", "عدن", "الخرطوم", "بيروت", "غزة", "طرابلس")


def article(number: int) -> bytes:
    """A short article of its own; every hundredth one is broken."""
    if number % 100 == 99:
        return b'{"url": "https://a.example/%d", "text": ' % number
    place = PLACES[number % len(PLACES)]
    text = f"قال المتحدث باسم البلدية، سامر الحلواني، إن الورشة رقم {number} افتتحت في مدينة {place} يوم الأحد."
    return orjson.dumps({"url": f"https://a.example/{number}", "text": text, "fetched_at": "2026-11-20T08:00:00Z"})


def expected_event(value: bytes) -> str:
    """The ``ce_id`` under which this article must come out."""
    return event_id(event_id(input_event_id(None, value), "clean", CLEAN.fingerprint), "extract", EXTRACT.fingerprint)


async def test_nothing_is_lost_when_workers_are_killed_frozen_added_and_taken_away(
    settings: Settings, topics: list[str], start: Any, produce: Any, read_all: Any
) -> None:
    values = [article(number) for number in range(ARTICLES)]
    good = [value for value in values if value.endswith(b"}")]
    first = start()
    await first.says("clean-0 ready")
    second = start()
    await second.says("extract-1 ready")

    async def feed() -> None:
        for begin in range(0, ARTICLES, 100):
            batch = values[begin : begin + 100]
            await asyncio.gather(*(produce(RAW.full_name(settings), v, partition=i % 4) for i, v in enumerate(batch)))
            await asyncio.sleep(0.8)

    feeding = asyncio.create_task(feed())
    await asyncio.sleep(2)
    for child in first.children():
        child.send_signal(signal.SIGKILL)
    frozen = second.children()
    await asyncio.sleep(2)
    for child in frozen:
        child.send_signal(signal.SIGSTOP)
    await asyncio.sleep(settings.session_timeout + 3)
    for child in frozen:
        child.send_signal(signal.SIGCONT)
    third = start()
    await third.says("clean-2 ready")
    await asyncio.sleep(2)
    assert await third.stop() == 0, third.text()
    await feeding

    wanted = {expected_event(value) for value in good}
    came: Counter[str] = Counter()
    for _ in range(60):
        came = Counter(
            dict(record.headers)["ce_id"].decode() for record in await read_all(ENRICHED.full_name(settings))
        )
        if wanted <= set(came):
            break
        await asyncio.sleep(1)
    print(f"{came.total() - len(came)} duplicates on the wire of {came.total()} records, ", end="")  # noqa: T201  # counted, shown by -s
    print(f"{len(wanted - set(came))} lost")  # noqa: T201
    assert set(came) == wanted
    letters = await read_all(DEAD_LETTERS.full_name(settings))
    assert {dict(letter.headers)["khabar-error-code"] for letter in letters} == {b"invalid_json"}
    assert len({dict(letter.headers)["ce_id"] for letter in letters}) == ARTICLES - len(good)
    assert await first.stop() == 0, first.text()
    assert await second.stop() == 0, second.text()
