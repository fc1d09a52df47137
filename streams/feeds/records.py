"""What a source yields, and the check that every record passes before it is sent."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from schemas import RawArticle
from streams import wire
from streams.cleaning.urls import normalise
from streams.errors import KhabarError, RecordFault


class SourceFailed(KhabarError):
    """A source cannot be read, or not to its end. The message is one line for a person."""


@dataclass(frozen=True)
class Item:
    """A good record.

    value: UTF-8 JSON of a RawArticle.
    key: 32 hex digits, see `record_key`.
    origin: the file, ``-``, or the feed's address; line: of a JSON Lines source, counted from 1.
    source: the SOURCE it came from, as it was given.
    entry: the feed entry it was made of, for the state file.
    """

    value: bytes
    key: bytes
    origin: str
    line: int | None
    source: str
    entry: bytes | None = None


@dataclass(frozen=True)
class Rejected:
    """What is no record. code: one of streams.errors.RECORD_FAULTS; reason: one line for a person."""

    origin: str
    line: int | None
    reason: str
    code: str


def record_key(article: RawArticle) -> bytes:
    """The Kafka key, 32 hex digits: of the URL normalised without reading the page; without a URL, of the source."""
    identity = normalise(article.url) if article.url else article.source or ""
    return hashlib.sha256(identity.encode()).hexdigest()[:32].encode()


def check(
    value: bytes, max_bytes: int, *, origin: str, source: str, line: int | None = None, entry: bytes | None = None
) -> Item | Rejected:
    """Whether a value is a RawArticle of at most ``max_bytes``. The value itself is passed on, byte for byte."""
    try:
        article = wire.validate(RawArticle, wire.decode(value, "raw-article", max_bytes))
    except RecordFault as fault:
        # A line of a file has no lines in it, and "line 1" beside its number would mislead.
        reason = fault.message if line is None else fault.message.removeprefix("line 1 ")
        return Rejected(origin, line, reason, fault.code)
    return Item(value, record_key(article), origin, line, source, entry)


def to_json(fields: Mapping[str, str | Mapping[str, str] | None]) -> bytes:
    """The fields of a RawArticle as UTF-8 JSON, absent and empty ones left out. ``content_base64`` is text here."""
    return orjson.dumps({name: value for name, value in fields.items() if value})


def sendable(text: str) -> str:
    """The text without what JSON on the wire may not hold: U+0000 and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def page_bytes(max_record_bytes: int) -> int:
    """The longest page, in bytes, whose base64 still leaves a record room for its other fields."""
    return max_record_bytes * 3 // 4 - 16 * 1024
