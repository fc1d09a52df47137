"""Bytes that never grow past a bound: gunzipping, and cutting a stream into lines."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

GZIP_MAGIC = b"\x1f\x8b"


class TooLarge(ValueError):
    """More bytes than the bound allows."""


class Gunzip:
    """Gunzips chunk by chunk and stops a bomb at ``max_bytes`` of output, before it is in memory."""

    def __init__(self, max_bytes: int) -> None:
        self._left = max_bytes
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def feed(self, data: bytes) -> bytes:
        """What comes out of this chunk. Raises TooLarge, or zlib.error where it is no gzip."""
        out = bytearray()
        while data:
            out += self._member.decompress(data, self._left - len(out) + 1)
            if len(out) > self._left:
                raise TooLarge
            data = self._member.unconsumed_tail
            if self._member.eof and self._member.unused_data.startswith(GZIP_MAGIC):
                data = self._member.unused_data
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._left -= len(out)
        return bytes(out)

    @property
    def complete(self) -> bool:
        """Whether the gzip came to its own end."""
        return self._member.eof


@dataclass(frozen=True)
class Line:
    """A line without its end. number: counted from 1; content: None where it is longer than allowed; size: in bytes."""

    number: int
    content: bytes | None
    size: int


class Lines:
    """Cuts a stream into lines, holding at most ``max_bytes`` of one and counting the bytes of longer ones.

    Lines end with LF or CRLF, the last one maybe with nothing. A UTF-8 byte order mark at the start is dropped.
    """

    _MARK = b"\xef\xbb\xbf"

    def __init__(self, max_bytes: int) -> None:
        self._max = max_bytes
        self._number = 1
        self._held = bytearray()
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """The lines that end in this chunk."""
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            self._hold(chunk[start:end])
            yield self._line()
            start = end + 1
        self._hold(chunk[start:])

    def close(self) -> Iterator[Line]:
        """The last line, where no line end closed it."""
        if self._size:
            yield self._line()

    def _hold(self, part: bytes) -> None:
        self._size += len(part)
        # Room for a byte order mark and a CR, which are cut off only once the line is whole.
        room = self._max + len(self._MARK) + 1 - len(self._held)
        self._held += part[: max(room, 0)]

    def _line(self) -> Line:
        size, whole = self._size, self._size == len(self._held)
        content = bytes(self._held)
        if self._number == 1:
            content = content.removeprefix(self._MARK)
        if whole:
            content = content.removesuffix(b"\r")
            size = len(content)
        line = Line(self._number, content if whole and size <= self._max else None, size)
        self._number += 1
        self._held.clear()
        self._size = 0
        return line
