"""An article's passport: every event of it, and where it is now. No Kafka and no terminal here."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from streams import identity
from streams.cleaning.urls import canonical
from streams.outlets.dead_letters import Reason
from streams.topics import ALERTS, CLEAN, DEAD_LETTERS, ENRICHED, RAW, Topic
from streams.wire import REDRIVES, Headers, header

SHORTEST = 8
"""Characters by which an id may be named."""

READERS = {RAW: "clean", CLEAN: "extract", ENRICHED: "alert", ALERTS: "deliver"}
"""Topic → who reads it."""

COUNTED = ("entities", "places", "quotes", "cited_sources", "dates", "figures", "events", "topics", "keywords")
"""The lists of an enriched record that are told by their length."""


@dataclass(frozen=True)
class Sighting:
    """One record on a topic. event: its id. article: the article's, where it is known without looking into it.

    trace: by which the records that came of one another know each other.
    """

    topic: Topic
    partition: int
    offset: int
    written: datetime
    event: str
    article: str | None
    trace: str
    headers: Headers
    value: bytes | None

    @property
    def data(self) -> dict[str, Any]:
        """The value; empty where it is no JSON object."""
        try:
            data = orjson.loads(self.value or b"")
        except orjson.JSONDecodeError:
            return {}
        return data if isinstance(data, dict) else {}

    @property
    def reason(self) -> Reason:
        """Of a dead letter: what happened."""
        return Reason.from_headers(self.headers)


def sighting(  # noqa: PLR0917  # as many as a record has parts
    topic: Topic, partition: int, offset: int, written: datetime, headers: Headers, value: bytes | None
) -> Sighting:
    """Make one of a Kafka record."""
    own = header(headers, "ce_id")
    if topic is DEAD_LETTERS:
        # What its record was known by: its own id, else the hash of its bytes.
        came_as = header(headers, "khabar-error-ce-id") or header(headers, "khabar-error-sha256") or ""
    else:
        came_as = own or hashlib.sha256(value or b"").hexdigest()
    trace = identity.traceparent(header(headers, "traceparent"), came_as, "")[3:35]
    article = header(headers, "ce_subject")
    if topic is DEAD_LETTERS and article is None:
        article = _article(value)
    return Sighting(topic, partition, offset, written, own or came_as, article, trace, headers, value)


@dataclass
class Search:
    """What is looked for: an id of an article, an event, a dead letter or a trace, or an address.

    What is found leads to more: records of the same trace, traces of the same article.
    """

    text: str
    articles: set[str] = field(default_factory=set)
    traces: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._address = self.text.encode() if "//" in self.text else None
        if self._address is not None:
            self.articles.add(identity.article_id(canonical(self.text, None), None, ""))

    def finds(self, seen: Sighting) -> bool:
        """Whether this record is one of them."""
        found = (
            seen.trace in self.traces
            or seen.article in self.articles
            or any(known is not None and self._named(known) for known in (seen.article, seen.event, seen.trace))
            or (self._address is not None and seen.article is None and self._address in (seen.value or b""))
        )
        if found:
            self.traces.add(seen.trace)
            if seen.article is not None:
                self.articles.add(seen.article)
        return found

    @property
    def size(self) -> int:
        """How much is known; grows while there is more to find."""
        return len(self.articles) + len(self.traces)

    def _named(self, known: str) -> bool:
        return self._address is None and len(self.text) >= SHORTEST and known.startswith(self.text)


def events(sightings: Iterable[Sighting], settled: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every event in the order of writing, what was written twice once. settled: dead letter → what became of it."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for seen in sorted(sightings, key=lambda seen: (seen.written, seen.topic.name, seen.offset)):
        redrives = header(seen.headers, REDRIVES) or "0"
        key = (seen.topic.name, seen.event, "" if seen.topic is DEAD_LETTERS else redrives)
        if key in found:
            found[key]["copies"] += 1
            continue
        about = {
            "topic": seen.topic.name,
            "place": f"[{seen.partition}]@{seen.offset}",
            "written": seen.written.isoformat(timespec="milliseconds"),
            "event": seen.event,
            "article": seen.article,
            "trace": seen.trace,
            "copies": 1,
            "lane": header(seen.headers, "khabar-lane"),
            "redrives": redrives if redrives != "0" else None,
            "timing": header(seen.headers, "khabar-timing"),
            **_told(seen, settled),
        }
        found[key] = {name: value for name, value in about.items() if value is not None}
    return list(found.values())


def whereabouts(
    sightings: Sequence[Sighting], settled: Mapping[str, str], committed: Mapping[tuple[str, int], int]
) -> list[str]:
    """Where each trace of the article is now, one line each, in the order of their first records.

    settled: dead letter → what became of it. committed: by topic and partition, up to where its reader has done all.
    """
    traces: dict[str, list[Sighting]] = {}
    for seen in sorted(sightings, key=lambda seen: seen.written):
        traces.setdefault(seen.trace, []).append(seen)
    return [f"{trace[:12]}: {_now(records, settled, committed)}" for trace, records in traces.items()]


def _now(records: Sequence[Sighting], settled: Mapping[str, str], committed: Mapping[tuple[str, int], int]) -> str:
    waiting = [
        seen
        for seen in records
        if seen.topic in READERS and seen.offset >= committed.get((seen.topic.name, seen.partition), 0)
    ]
    if waiting:
        last = waiting[-1]
        before = last.offset - committed.get((last.topic.name, last.partition), 0)
        return (
            f"waits for {READERS[last.topic]} on {last.topic.name}[{last.partition}]@{last.offset}, {before} before it"
        )
    by_topic = {seen.topic: seen for seen in records}
    letters = [seen for seen in records if seen.topic is DEAD_LETTERS]
    open_ones = [seen for seen in letters if seen.event not in settled]
    if open_ones:
        return (
            f"dead letter {open_ones[-1].event[:12]} of {open_ones[-1].reason.stage}: {open_ones[-1].reason.code}, open"
        )
    if ENRICHED in by_topic:
        alerts = sum(seen.topic is ALERTS for seen in records)
        return f"enriched; alerts: {alerts}"
    if letters:
        return f"dead letter {letters[-1].event[:12]} of {letters[-1].reason.stage}, {settled[letters[-1].event]}"
    last = records[-1]
    return f"read by {READERS.get(last.topic, 'nobody')}; what came of it is not retained"


def _told(seen: Sighting, settled: Mapping[str, str]) -> dict[str, Any]:
    """What the record says of its article and of how it came about."""
    if seen.topic is DEAD_LETTERS:
        state = settled.get(seen.event, "open")
        return {"error": seen.reason.model_dump(exclude_none=True, exclude={"sha256"}), "state": state}
    data = seen.data
    told: dict[str, Any] = {name: data.get(name) for name in ("revision", "url", "source", "fetched_at", "status")}
    if seen.topic is RAW:
        return told | {"bytes": len(seen.value or b"")}
    told |= {name: data.get(name) for name in ("pipeline", "language", "page_type", "headline", "published_at")}
    if seen.topic is CLEAN:
        repairs = Counter(str(repair.get("kind")) for repair in _objects(data, "repairs"))
        told["paragraphs"] = len(_objects(data, "paragraphs"))
        told["repairs"] = dict(repairs)
        told["removed"] = [
            {"reason": removed.get("reason"), "text": removed.get("text")} for removed in _objects(data, "removed")
        ]
    elif seen.topic is ENRICHED:
        told["found"] = {name: len(data[name]) for name in COUNTED if isinstance(data.get(name), list)}
    else:
        told |= {name: data.get(name) for name in ("rule", "level", "timeliness", "groups", "count", "deliver")}
    return told


def _objects(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    items = data.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _article(value: bytes | None) -> str | None:
    """The article's id in a record that no stage has looked at, where its address tells it."""
    try:
        data = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    url = data.get("url") if isinstance(data, dict) else None
    return identity.article_id(canonical(url, None), None, "") if isinstance(url, str) and url else None
