"""The setting of an article: which countries and provinces it speaks of, before any of its places is decided."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from streams.extraction import gazetteer
from streams.extraction.evidence import Words
from streams.extraction.gazetteer import Row

_TELLING = frozenset({"country", "province"})
_TELLING_CITY = 100_000  # inhabitants of a city whose name alone tells the country
_RIVAL_SHARE = 0.1  # of its inhabitants that a namesake abroad must have to leave the country open
_ALLY = 15_000  # inhabitants of a place whose name tells for others of its province


@dataclass
class Setting:
    """What an article says of where it plays.

    countries: how often it names each country, its people or a place that is surely there.
    sources: for each country, the words that told it. allies: for each province, the names of places in it.
    rows: the numbers of places that are surely named.
    """

    countries: Counter[str] = field(default_factory=Counter)
    sources: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    allies: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    rows: dict[int, None] = field(default_factory=dict)

    def names(self, country: str, but: str) -> bool:
        """Whether another word than this one tells of the country."""
        return not self.sources.get(country, set()) <= {but}

    def elsewhere(self, country: str, but: str) -> bool:
        """Whether other words than this one tell of another country, more than once."""
        told = (self.countries[code] for code, words in self.sources.items() if code != country and not words <= {but})
        return sum(told) > 1

    def share(self, country: str) -> float:
        """The part of the words for countries that tells of this one, 0..1."""
        return self.countries[country] / (sum(self.countries.values()) or 1)

    def allied(self, row: Row, but: str) -> bool:
        """Whether another name than this one is of a place in the same province, or of the place that holds it."""
        return row.parent >= 0 and not self.allies.get(row.parent, set()) <= {but}


def read(every: list[Words], plain: Collection[str]) -> Setting:
    """The setting of the fields of an article.

    plain: the names that are plain words as well, which tell nothing by themselves.
    """
    atlas = gazetteer.load()
    setting = Setting()
    for words in every:
        for index, word in enumerate(words.folded):
            code = atlas.nationality(word)
            if code is not None:
                setting.countries[code] += 1
                setting.sources[code].add(word)
                continue
            for name, numbers in _hits(words, index, plain):
                _note(setting, name, numbers)
    return setting


def _hits(words: Words, index: int, plain: Collection[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names that begin at a word and are no plain words."""
    if not words.is_arabic(index) and not words.is_capital(index):
        return
    following = words.following(index, 3)
    for _, stem in words.readings(index):
        hit = gazetteer.load().find(stem, following)
        if hit is not None and (hit[0] > 1 or stem not in plain):
            yield " ".join([stem, *following[: hit[0] - 1]]), hit[1]
            return


def _note(setting: Setting, name: str, numbers: tuple[int, ...]) -> None:
    atlas = gazetteer.load()
    rows = {number: atlas.row(number) for number in numbers}
    best = max(rows.values(), key=_weight)
    if best.country and (best.kind in _TELLING or best.population >= _TELLING_CITY):
        rivals = (row for row in rows.values() if row.country != best.country)
        sure = best.kind == "country" or best.curated or best.population >= _TELLING_CITY
        if sure and not any(_weight(row) > _RIVAL_SHARE * _weight(best) for row in rivals):
            setting.countries[best.country] += 1 + (best.kind == "country")
            setting.sources[best.country].add(name)
    for number, row in rows.items():
        if row.kind == "country":
            continue
        if row.population >= _ALLY or row.curated or row.kind == "province":
            setting.rows[number] = None
            setting.allies[number].add(name)
            if row.parent >= 0:
                setting.allies[row.parent].add(name)


def _weight(row: Row) -> float:
    """Inhabitants, of places that were listed by hand at least those of a large city."""
    return float(max(row.population, _TELLING_CITY if row.curated else 0))
