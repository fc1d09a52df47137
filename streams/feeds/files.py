"""Files, folders and standard input as sources."""

import asyncio
import base64
import gzip
import os
import select
import zlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import orjson
from lxml import etree  # type: ignore[import-untyped]

from streams.feeds.bounded import Lines
from streams.feeds.records import Item, Rejected, SourceFailed, check, page_bytes, to_json

LINE_SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
PAGE_SUFFIXES = (".html", ".htm", ".txt")
LIST_SUFFIXES = (".json", ".opml")

_CHUNK_BYTES = 64 * 1024
_POLL_SECONDS = 0.5
_LIST_BYTES = 16 * 1024 * 1024


def feed_list(path: Path) -> list[str]:
    """The addresses in an OPML file, or in a JSON file that holds ``[{"url": …}]`` or that under ``feeds``.

    Raises SourceFailed.
    """
    content = _read(path, _LIST_BYTES)
    if content is None:
        raise SourceFailed(f"{_shown(path)}: a list of feeds of more than {_LIST_BYTES} bytes")
    if path.name.lower().endswith(".opml"):
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise SourceFailed(f"{_shown(path)}: no OPML: {error}") from None
        addresses = [outline.get("xmlUrl") for outline in root.iter("outline")]
        found = [str(address) for address in addresses if address]
    else:
        try:
            data = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise SourceFailed(f"{_shown(path)}: no JSON: {error}") from None
        feeds = data.get("feeds") if isinstance(data, dict) else data
        found = [
            feed["url"]
            for feed in (feeds if isinstance(feeds, list) else [])
            if isinstance(feed, dict) and isinstance(feed.get("url"), str)
        ]
    if not found:
        raise SourceFailed(f"{_shown(path)}: names no feeds; articles go into JSON Lines, one a line, in a .jsonl file")
    return found


async def standard_input(descriptor: int, max_record_bytes: int) -> AsyncIterator[Item | Rejected]:
    """The records of JSON Lines on a file descriptor, until its end.

    Waiting never takes longer than half a second at a time, so that a reader that is cancelled ends soon.
    """

    def chunk() -> bytes | None:
        ready, _, _ = select.select([descriptor], [], [], _POLL_SECONDS)
        return os.read(descriptor, _CHUNK_BYTES) if ready else None

    lines = Lines(max_record_bytes)
    while (data := await asyncio.to_thread(chunk)) != b"":
        for found in _records(lines, data or b"", max_record_bytes, origin="-", source="-"):
            yield found
    for found in _records(lines, None, max_record_bytes, origin="-", source="-"):
        yield found


async def path_records(given: str, max_record_bytes: int, publisher: str | None) -> AsyncIterator[Item | Rejected]:
    """The records of a file, or of every file in a folder and below, in the order of their paths.

    publisher: ``source`` of records made from .html and .txt files; None takes the folder's name.
    Raises SourceFailed, after the records that could be read.
    """
    files, folder = await asyncio.to_thread(_found, Path(given))
    publisher = publisher or folder
    for file in files:
        if file.name.lower().endswith(LINE_SUFFIXES):
            async for found in _line_records(file, given, max_record_bytes):
                yield found
        else:
            yield await asyncio.to_thread(_page_record, file, given, max_record_bytes, publisher)


def _found(path: Path) -> tuple[list[Path], str]:
    """The files to read and the folder's name."""
    if path.is_dir():
        files, folder = sorted(_inside(path), key=os.fsencode), path
    elif path.name.lower().endswith((*LINE_SUFFIXES, *PAGE_SUFFIXES)):
        files, folder = [path], path.parent
    elif path.exists():
        known = " ".join((*LINE_SUFFIXES, *PAGE_SUFFIXES, *LIST_SUFFIXES))
        raise SourceFailed(f"{_shown(path)}: not a kind of file that is read: {known}")
    else:
        raise SourceFailed(f"{_shown(path)}: no such file or folder")
    return files, _shown(Path(folder.resolve().name or "files"))


def _inside(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise SourceFailed(f"{_shown(folder)}: {error.strerror}") from None

    for parent, _, names in os.walk(folder, onerror=refuse):
        for name in names:
            if not name.startswith(".") and name.lower().endswith((*LINE_SUFFIXES, *PAGE_SUFFIXES)):
                yield Path(parent, name)


async def _line_records(path: Path, source: str, max_record_bytes: int) -> AsyncIterator[Item | Rejected]:
    origin = _shown(path)
    lines = Lines(max_record_bytes)
    try:
        with await asyncio.to_thread(_open, path) as stream:
            while data := await asyncio.to_thread(stream.read, _CHUNK_BYTES):
                for found in _records(lines, data, max_record_bytes, origin=origin, source=source):
                    yield found
    except (OSError, EOFError, zlib.error) as error:
        raise SourceFailed(f"{origin}: {getattr(error, 'strerror', None) or error}") from None
    for found in _records(lines, None, max_record_bytes, origin=origin, source=source):
        yield found


def _records(
    lines: Lines, data: bytes | None, max_record_bytes: int, *, origin: str, source: str
) -> Iterator[Item | Rejected]:
    """The records that end in this chunk; None closes the stream. Blank lines are no records."""
    for line in lines.close() if data is None else lines.feed(data):
        if line.content is None:
            reason = f"{line.size} bytes, {max_record_bytes} are allowed"
            yield Rejected(origin, line.number, reason, "record_too_large")
        elif line.content.strip():
            yield check(line.content, max_record_bytes, origin=origin, source=source, line=line.number)


def _page_record(path: Path, source: str, max_record_bytes: int, publisher: str) -> Item | Rejected:
    origin = _shown(path)
    limit = page_bytes(max_record_bytes)
    content = _read(path, limit)
    if content is None:
        return Rejected(origin, None, f"more than {limit} bytes", "record_too_large")
    if not content.strip():
        return Rejected(origin, None, "the file is empty", "empty_text")
    fields: dict[str, str | None] = {
        "source": publisher,
        "fetched_at": datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds"),
    }
    text = None
    if path.name.lower().endswith(".txt"):
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            fields["content_type"] = "text/plain"
    else:
        fields["content_type"] = "text/html"
    fields["text"] = text
    if text is None:
        # The raw bytes, so that the clean stage finds the encoding that the page declares.
        fields["content_base64"] = base64.b64encode(content).decode()
    return check(to_json(fields), max_record_bytes, origin=origin, source=source)


def _open(path: Path) -> BinaryIO:
    if path.name.lower().endswith(".gz"):
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")


def _read(path: Path, limit: int) -> bytes | None:
    """The file's content, None where it is longer than ``limit``. Raises SourceFailed."""
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise SourceFailed(f"{_shown(path)}: {error.strerror}") from None
    return content if len(content) <= limit else None


def _shown(path: Path) -> str:
    """The path as text that can be printed and sent, whatever bytes the file system holds."""
    return os.fsencode(path).decode("utf-8", "replace")
