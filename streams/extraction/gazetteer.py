"""The gazetteer: spellings to places, and nationalities to countries. Read once; about 2 MB of text."""

import math
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

_EARTH_KM = 12742.0


class Row(NamedTuple):
    """One place.

    geonames_id: 0 when it has none. kind: country, province, region, city, town, quarter, camp, water...
    latitude, longitude: WGS 84 degrees, absent for some countries. population: inhabitants, 0 when unknown.
    curated: whether it was listed by hand, so that its name is worth trusting.
    """

    geonames_id: int
    name: str
    kind: str
    country: str
    latitude: float | None
    longitude: float | None
    population: int
    curated: bool


class Gazetteer:
    """The places of data/gazetteer.tsv. Lines are taken apart when they are asked for, which keeps loading short."""

    def __init__(self, text: str) -> None:
        _, _, rest = text.partition("# places\n")
        places, _, rest = rest.partition("# names\n")
        names, _, nationalities = rest.partition("# nationalities\n")
        self._places = places.splitlines()
        self._names = {}
        for line in names.splitlines():
            head, _, cells = line.partition("\t")
            self._names[head] = cells
        self.nationalities = dict(line.split("\t") for line in nationalities.splitlines())
        self._rests = lru_cache(maxsize=4096)(self._parse)

    def _parse(self, head: str) -> dict[tuple[str, ...], tuple[int, ...]]:
        found = {}
        for cell in self._names[head].split("\t"):
            rest, _, numbers = cell.rpartition("=")
            found[tuple(rest.split())] = tuple(map(int, numbers.split(",")))
        return found

    def find(self, head: str, following: Sequence[str]) -> tuple[int, tuple[int, ...]] | None:
        """The longest name that head and the folded words after it begin with: number of words, numbers of rows."""
        if head not in self._names:
            return None
        rests = self._rests(head)
        if len(rests) == 1 and () in rests:
            return 1, rests[()]
        for length in range(min(len(following), 6), -1, -1):
            numbers = rests.get(tuple(following[:length]))
            if numbers is not None:
                return length + 1, numbers
        return None

    def has(self, head: str) -> bool:
        """Whether a name begins with the word."""
        return head in self._names

    def row(self, number: int) -> Row:
        """The place of that number."""
        cells = self._places[number].split("\t")
        return Row(
            int(cells[0]),
            cells[1],
            cells[2],
            cells[3],
            float(cells[4]) if cells[4] else None,
            float(cells[5]) if cells[5] else None,
            int(cells[6]),
            cells[7] == "1",
        )

    def rows(self) -> Iterator[Row]:
        """All places, by number."""
        return map(self.row, range(len(self._places)))

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
    """The packaged gazetteer."""
    return Gazetteer(files("streams.extraction").joinpath("data", "gazetteer.tsv").read_text("utf-8"))
