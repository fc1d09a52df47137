"""The gazetteer: spellings to places, and nationalities to countries. One file, mapped into memory, never read whole.

Layout of data/gazetteer.bin, written by scripts/build_gazetteer.py. All offsets are in bytes from its start, little-endian.
Comment lines (sources, licences); a line for each place; a line for each first word of a name; a line for each
nationality; the offsets of the places' lines; a hash table of the offsets of the names' lines, by CRC-32 of the
word with linear probing, 0 where empty; TRAILER.
"""

import math
import mmap
import struct
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import NamedTuple
from zlib import crc32

# Where the nationalities' lines begin, the places' offsets, their number, the hash table, its number of slots.
TRAILER = struct.Struct("<5I")
OFFSET = struct.Struct("<I")

_EARTH_KM = 12742.0
_LONGEST_REST = 6  # words of a name after its first


class Row(NamedTuple):
    """One place.

    geonames_id: 0 when it has none. kind: country, province, district, region, city, town, quarter, camp, water...
    latitude, longitude: WGS 84 degrees, absent for some countries. population: inhabitants, 0 when unknown.
    curated: whether it was listed by hand, so that its name is worth trusting.
    parent: the number of the row that holds this one (a province or a city), -1 when that is not known.
    """

    geonames_id: int
    name: str
    kind: str
    country: str
    latitude: float | None
    longitude: float | None
    population: int
    curated: bool
    parent: int


def slot(word: str, slots: int) -> int:
    """Where the search for a word begins in a hash table of that many slots, a power of two."""
    return crc32(word.encode()) & (slots - 1)


class Gazetteer:
    """The places in data laid out as the module says. Lines are taken apart when they are asked for."""

    def __init__(self, data: mmap.mmap | bytes) -> None:
        self._data = data
        end = len(data) - TRAILER.size
        self._count: int
        nationalities, self._places, self._count, self._table, self._slots = TRAILER.unpack_from(data, end)
        lines = data[nationalities : self._places].decode().splitlines()
        self.nationalities: dict[str, str] = dict(line.split("\t") for line in lines)
        # One article asks for the same few words again and again, most of which name nothing.
        self._rests = lru_cache(maxsize=16384)(self._parse)
        self.row = lru_cache(maxsize=8192)(self._row)

    def __len__(self) -> int:
        return self._count

    def _line(self, offset: int) -> list[str]:
        return self._data[offset : self._data.find(b"\n", offset)].decode().split("\t")

    def _parse(self, head: str) -> dict[tuple[str, ...], tuple[int, ...]] | None:
        """What may follow a first word, with the numbers of the rows so named; None when no name begins with it."""
        wanted = head.encode() + b"\t"
        at = slot(head, self._slots)
        while offset := OFFSET.unpack_from(self._data, self._table + at * OFFSET.size)[0]:
            if self._data[offset : offset + len(wanted)] == wanted:
                cells = (cell.rpartition("=") for cell in self._line(offset)[1:])
                return {tuple(rest.split()): tuple(map(int, numbers.split(","))) for rest, _, numbers in cells}
            at = (at + 1) & (self._slots - 1)
        return None

    def find(self, head: str, following: Sequence[str]) -> tuple[int, tuple[int, ...]] | None:
        """The longest name that head and the folded words after it begin with: number of words, numbers of rows."""
        rests = self._rests(head)
        if rests is None:
            return None
        if len(rests) == 1 and () in rests:
            return 1, rests[()]
        for length in range(min(len(following), _LONGEST_REST), -1, -1):
            numbers = rests.get(tuple(following[:length]))
            if numbers is not None:
                return length + 1, numbers
        return None

    def has(self, head: str) -> bool:
        """Whether a name begins with the word."""
        return self._rests(head) is not None

    def named(self, words: Sequence[str]) -> tuple[int, ...]:
        """The numbers of the rows that bear exactly this name, given as folded words."""
        rests = self._rests(words[0]) if words else None
        return () if rests is None else rests.get(tuple(words[1:]), ())

    def _row(self, number: int) -> Row:
        """The place of that number."""
        cells = self._line(OFFSET.unpack_from(self._data, self._places + number * OFFSET.size)[0])
        return Row(
            int(cells[0]),
            cells[1],
            cells[2],
            cells[3],
            float(cells[4]) if cells[4] else None,
            float(cells[5]) if cells[5] else None,
            int(cells[6]),
            cells[7] == "1",
            int(cells[8]),
        )

    def rows(self) -> Iterator[Row]:
        """All places, by number."""
        return map(self.row, range(len(self)))

    def nationality(self, word: str) -> str | None:
        """The country code of a folded adjective, with or without the Arabic article."""
        found = self.nationalities.get(word)
        if found is None and word.startswith("ال"):
            found = self.nationalities.get(word[2:])
        return found


def kilometres(one: Row, other: Row) -> float:
    """The distance by the haversine formula; infinite when one of them has no coordinates."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return math.inf
    a, b, c, d = map(math.radians, (one.latitude, one.longitude, other.latitude, other.longitude))
    return _EARTH_KM * math.asin(
        math.sqrt(math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2)
    )


@cache
def load() -> Gazetteer:
    """The packaged gazetteer; its pages are shared by all processes of a machine."""
    with as_file(files("streams.extraction").joinpath("data", "gazetteer.bin")) as path, path.open("rb") as file:
        return Gazetteer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
