"""Dead letters as a person looks for them, and the record that each of them once was."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from aiokafka import ConsumerRecord

from streams.errors import KhabarError
from streams.outlets.dead_letters import Reason
from streams.settings import Settings
from streams.stage import Outgoing
from streams.topics import DEAD_LETTERS, SETTLED, TOPICS
from streams.wire import REDRIVES, Headers, header

ERROR = "khabar-error-"
"""How the headers begin that a dead letter has beside those of its record."""

LOOKED_AT = 256 * 1024
"""Bytes of a value that is no JSON in which its source is looked for."""

_ADDRESS = re.compile(rb'"(?:url|source)"\s*:\s*"([^"]{1,500})"')


class Unfit(KhabarError):
    """A dead letter that does not hold its record as it came, so that it cannot go back."""


@dataclass(frozen=True)
class Letter:
    """One dead letter. written: when it was put on its topic. source: of the article, as far as it can be read."""

    id: str
    written: datetime
    reason: Reason
    source: str | None
    key: bytes | None
    value: bytes | None
    headers: Headers

    @classmethod
    def from_kafka(cls, record: ConsumerRecord) -> "Letter | None":
        """Make it of a Kafka record; None where that has no id, so that nothing can be noted of it."""
        letter = header(record.headers, "ce_id")
        if letter is None:
            return None
        return cls(
            letter,
            datetime.fromtimestamp(record.timestamp / 1000, UTC),
            Reason.from_headers(record.headers),
            source_of(record.value),
            record.key,
            record.value,
            record.headers,
        )

    @property
    def redrives(self) -> int:
        """How often its record was sent back before it died again."""
        count = header(self.headers, REDRIVES) or ""
        return int(count) if count.isascii() and count.isdigit() and len(count) < 10 else 0  # noqa: PLR2004  # no bomb

    @property
    def place(self) -> str:
        """Where its record lay."""
        return f"{self.reason.topic}[{self.reason.partition}]@{self.reason.offset}"


@dataclass(frozen=True)
class Choice:
    """Which dead letters are meant: those to which all of this applies. Empty: whatever it is.

    ids: or their beginnings. stages: ``deliver`` means every destination of it. source: with the hosts below it.
    until: written before that.
    """

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    source: str | None = None
    until: datetime | None = None

    def takes(self, letter: Letter) -> bool:
        """Whether this letter is meant."""
        stage = letter.reason.stage or ""
        return (
            (not self.ids or letter.id.startswith(self.ids))
            and (not self.codes or letter.reason.code in self.codes)
            and (not self.stages or stage in self.stages or stage.partition("/")[0] in self.stages)
            and (self.source is None or _is_below(letter.source, self.source))
            and (self.until is None or letter.written < self.until)
        )


def source_of(value: bytes | None) -> str | None:
    """The host or the name of the source in a record's bytes, also where they are no JSON."""
    try:
        data: Any = orjson.loads(value or b"")
        if isinstance(data, dict) and isinstance(data.get("article"), dict):
            data = data["article"]  # an alert
        named = (data.get("source"), data.get("url")) if isinstance(data, dict) else ()
    except orjson.JSONDecodeError:
        named = tuple(found.decode(errors="replace") for found in _ADDRESS.findall((value or b"")[:LOOKED_AT])[:1])
    return next((_host(name) for name in named if isinstance(name, str) and name), None)


def original(letter: Letter, settings: Settings) -> Outgoing:
    """The record as it came, for the topic that it came from, with one redrive more in its headers. Raises Unfit."""
    topics = {topic.full_name(settings) for topic in TOPICS if topic not in {DEAD_LETTERS, SETTLED}}
    if letter.reason.topic not in topics:
        raise Unfit(f"{letter.reason.topic} is no topic that stages read")
    left_out = [part for part in ("headers", "key") if header(letter.headers, ERROR + part) is not None]
    if letter.reason.truncated:
        left_out.append("the end of the value")
    if left_out:
        raise Unfit(f"without {' and '.join(left_out)}, which were too large")
    if hashlib.sha256(letter.value or b"").hexdigest() != letter.reason.sha256:
        raise Unfit("the value is not the one whose hash was noted")
    headers = [
        (name, content or b"")
        for name, content in letter.headers
        if name not in {"ce_id", REDRIVES} and not name.startswith(ERROR)
    ]
    event = header(letter.headers, ERROR + "ce-id")
    if event is not None:
        headers.append(("ce_id", event.encode()))
    headers.append((REDRIVES, str(letter.redrives + 1).encode()))
    return Outgoing(letter.reason.topic, letter.key, letter.value, headers)


def _host(name: str) -> str:
    return (urlsplit(name).hostname or name) if "//" in name else name


def _is_below(source: str | None, wanted: str) -> bool:
    return source is not None and (source == wanted or source.endswith("." + wanted))
