"""The independent reader: what lies on a topic, with aiokafka's consumer alone and nothing of the pipeline."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests import topicreader
from tests.soak.articles import number_in

FETCH_BYTES = 8 * 1024 * 1024

CHANGING = "khabar-timing"
"""The one header that tells durations, so differs from one replay to the next."""


@dataclass(frozen=True)
class Seen:
    """One record on a topic.

    number: of the article that it was made of, as it carries it; None where it carries none. event: its ``ce_id``.
    digest: of key, value and headers. stage: of a dead letter, the one that wrote it.
    """

    number: int | None
    key: bytes
    event: str
    digest: str
    partition: int
    offset: int
    stage: str | None = None


async def read(way: dict[str, Any], topic: str) -> list[Seen]:
    """All committed records up to the present end, by partition and offset. way: a client's options to the brokers."""
    return [_seen(record) for record in await topicreader.read(way, topic, FETCH_BYTES)]


def _seen(record: Any) -> Seen:
    headers = dict(record.headers)
    value, key = record.value or b"", record.key or b""
    stage = headers.get("khabar-error-stage")
    return Seen(
        number=number_in(value),
        key=key,
        event=headers.get("ce_id", b"").decode(),
        digest=digest(key, value, record.headers),
        partition=record.partition,
        offset=record.offset,
        stage=None if stage is None else stage.decode(),
    )


def digest(key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]]) -> str:
    """Of key, value and headers, these in any order and without the one that changes."""
    lasting = sorted((name, content) for name, content in headers if name != CHANGING)
    return hashlib.sha256(repr((key, value, lasting)).encode()).hexdigest()
