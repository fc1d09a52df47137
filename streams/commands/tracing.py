"""What ``khabar trace`` does: read the topics until nothing new leads on, and show what was found."""

from collections.abc import Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import click
import orjson

from streams.errors import UsageError
from streams.kafka.admin import committed_offsets
from streams.outlets.passport import SHORTEST, Search, Sighting, events, sighting, whereabouts
from streams.outlets.subscription import Duplicates, Start, parse_start, retained
from streams.outlets.text import printable
from streams.repair.settling import settlements
from streams.settings import Settings
from streams.topics import ALERTS, CLEAN, DEAD_LETTERS, ENRICHED, RAW

TOPICS = (RAW, CLEAN, ENRICHED, ALERTS, DEAD_LETTERS)

MOST = 10_000
"""Records of one article that are shown."""

QUOTED = 300
"""Characters of a text that was removed."""


async def trace(article: str, start: str, settings: Settings, *, form: str) -> bool:
    """Show the passport. Whether anything was found. Raises UsageError, EnvironmentFault and NoSuchTopic."""
    if "//" not in article and len(article) < SHORTEST:
        raise UsageError(f"{article}: an id of {SHORTEST} characters at least, or an address")
    begin = parse_start(start, datetime.now(UTC))
    search = Search(article)
    size = -1
    found: list[Sighting] = []
    while size != search.size:
        size = search.size
        found = await _read(search, begin, settings)
    if not found:
        click.echo(f"khabar: nothing of {printable(article)} is retained", err=True)
        return False
    settled = {letter: settlement.action for letter, settlement in (await settlements(settings)).items()}
    committed = {
        (topic.removeprefix(settings.topic_prefix), partition): offset
        for (topic, partition), offset in (await committed_offsets(settings)).items()
    }
    shown, now = events(found, settled), whereabouts(found, settled, committed)
    if form == "json":
        click.echo(orjson.dumps({"articles": sorted(search.articles), "events": shown, "now": now}))
        return True
    for line in _lines(shown):
        click.echo(line)
    for line in now:
        click.echo(f"now {line}")
    return True


async def _read(search: Search, start: Start, settings: Settings) -> list[Sighting]:
    """What is found in one reading of all topics."""
    found = []
    for topic in TOPICS:
        async with aclosing(retained(topic.full_name(settings), start, settings, Duplicates(0))) as records:
            async for record in records:
                written = datetime.fromtimestamp(record.timestamp / 1000, UTC)
                seen = sighting(topic, record.partition, record.offset, written, record.headers, record.value)
                if search.finds(seen):
                    found.append(seen)
                    if len(found) > MOST:
                        raise UsageError(f"more than {MOST} records; --from shortens it")
    return found


def _lines(shown: list[dict[str, Any]]) -> Iterator[str]:
    for event in shown:
        copies = f", {event['copies']} times" if event["copies"] > 1 else ""
        yield printable(f"{event['written']}  {event['topic']}{event['place']}{copies}")
        for name, value in event.items():
            if name == "removed":
                yield f"  removed: {len(value)}"
                for one in value:
                    text = f"{one['reason']}: {str(one['text'])[:QUOTED]}"
                    yield f"    {printable(text)}"
            elif name not in {"written", "topic", "place", "copies"} and value not in ({}, []):
                text = value if isinstance(value, str) else orjson.dumps(value).decode()
                yield f"  {printable(f'{name}: {text}')}"
