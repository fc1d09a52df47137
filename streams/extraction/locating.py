"""Where named places are: one place on the map for each name, and the place that holds it where no gazetteer has it."""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from functools import cache
from itertools import islice
from typing import NamedTuple

from schemas import CleanArticle, Entity, Mention, Place
from streams.extraction import gazetteer, lexicon, senses
from streams.extraction.evidence import Candidate
from streams.extraction.gazetteer import Row
from streams.extraction.place_signs import listed
from streams.extraction.setting import Setting
from streams.extraction.text import Field

_WORDS = "place_words.tsv"
_CLOSE_KM = 300.0
_MOST_ANCHORS = 30
_TELLING_CITY = 100_000
_METROPOLIS = 1_000_000
_LEAST_SEAT, _SEAT_KM = 20_000, 150.0  # inhabitants, from the middle of the province
_OBSCURE = 0.3
_MOST_SHARE = 0.5  # of the article's words for countries that speaks for a place there
_UNKNOWN_SIZE = 0.55
_KIND_WEIGHT = {"country": 0.6, "province": -0.05, "district": -0.2, "region": 0.3, "water": 0.2, "quarter": -0.2}
_COARSE = frozenset({"country", "province", "region", "water", "island", "mountain"})
_WIDE = frozenset({"country", "water"})  # too wide to stand for a village in it
_NEAR_MENTION = 40  # code points between a name and the place that the text says holds it
_LESS_SURE = 0.7  # of an entity's confidence, for a place known by the one that holds it only


def _fame(row: Row) -> float:
    """How likely a place is meant when nothing else is known, 0..1."""
    if row.kind == "country":
        return 1.0
    size = math.log10(row.population + 1) / 8 if row.population else _UNKNOWN_SIZE
    return min(1.0, size + _KIND_WEIGHT.get(row.kind, 0.0) + 0.05 * row.curated)


def _is_seat(city: Row, row: Row) -> bool:
    """Whether a city and the province around it have one name: without a noun such as محافظة the city is meant."""
    if row.kind != "province" or city.kind not in {"city", "town"} or city.country != row.country:
        return False
    return city.population >= _LEAST_SEAT and (city.curated or gazetteer.kilometres(city, row) < _SEAT_KM)


def readings(candidate: Candidate) -> tuple[int, ...]:
    """The gazetteer's readings of a candidate, looked up by its name where the finder gave none.

    The noun before the name may be part of it (مدينة حلب), but a quarter (حي حلب) is not the city of its name.
    """
    if candidate.rows or candidate.method == "place-noun":
        return candidate.rows
    atlas, words = gazetteer.load(), lexicon.key(candidate.name)
    found = atlas.named(words)
    if not found and len(words) > 1 and words[0] in listed("head"):
        found = atlas.named(words[1:])
    return found


def resolve(entities: list[Candidate], told: Setting) -> list[Row | None]:
    """The place on the map for each place candidate, all of them weighed together; None when no gazetteer has it."""
    atlas = gazetteer.load()
    every = [readings(candidate) for candidate in entities]
    alone = dict.fromkeys(rows[0] for rows in every if len(rows) == 1)
    anchors = [row for row in map(atlas.row, islice(alone, _MOST_ANCHORS)) if row.kind not in _WIDE]

    def weight(row: Row, name: str) -> float:
        share = told.share(row.country) if row.country else 0.0
        near = any(gazetteer.kilometres(row, anchor) < _CLOSE_KM for anchor in anchors)
        return (
            _fame(row) + 0.6 * min(share, _MOST_SHARE) + 0.2 * bool(share) + 0.2 * near + 0.2 * told.allied(row, name)
        )

    def choose(rows: list[Row], name: str) -> Row:
        rows = [row for row in rows if not any(_is_seat(other, row) for other in rows)]
        known = any(
            (row.population >= _METROPOLIS and told.countries[row.country]) or (row.curated and row.kind == "city")
            for row in rows
        )
        # A small namesake of a well known city, or of a metropolis whose country is named as well, needs more to be meant.
        return max(rows, key=lambda row: weight(row, name) - _OBSCURE * (known and row.population < _TELLING_CITY))

    best: dict[tuple[int, ...], Row | None] = {(): None}
    for candidate, rows in zip(entities, every, strict=True):
        if rows not in best:
            best[rows] = choose([atlas.row(number) for number in rows], " ".join(lexicon.key(candidate.name)))
    return [best[rows] for rows in every]


class _Spot(NamedTuple):
    """A mention of a place that is on the map."""

    start: int
    end: int
    row: Row


class _Map:
    """The places of an article that are on the map, by where they stand."""

    def __init__(self, fields: list[Field], entities: list[Entity], rows: dict[str, Row | None]) -> None:
        self._texts = {field.name: field.text for field in fields}
        self._spots: defaultdict[str | None, list[_Spot]] = defaultdict(list)
        count: Counter[Row] = Counter()
        for entity in entities:
            row = rows.get(entity.id)
            if entity.type == "place" and row is not None and row.latitude is not None:
                count[row] += len(entity.mentions)
                for mention in entity.mentions:
                    self._spots[mention.field].append(_Spot(mention.start, mention.end, row))
        self._known = frozenset(count)
        for spots in self._spots.values():
            spots.sort()
        self._main = next((row for row, _ in count.most_common() if row.kind not in _WIDE), None)
        countries = [row for row, _ in count.most_common() if row.kind == "country"]
        if self._main is None and countries:
            self._main = countries[0]

    def holder(self, entity: Entity) -> Row | None:
        """The place that holds one that no gazetteer has: by the text, by its own name, else the article's main place."""
        found = (self._stated(mention) for mention in entity.mentions)
        stated = next((row for row in found if row is not None), None)
        return stated or self._within_name(entity) or self._beside(entity.mentions[0]) or self._main

    def _stated(self, mention: Mention) -> Row | None:
        """The place that the text names right after: حي الزهور بمدينة حمص."""
        spots, text = self._spots[mention.field], self._texts[mention.field]
        at = bisect_left(spots, mention.end, key=lambda spot: spot.start)
        for spot in islice(spots, at, at + 1):
            between = text[mention.end : spot.start]
            if len(between) > _NEAR_MENTION or spot.row.kind in _WIDE or any(mark in between for mark in ".\n؛!?؟"):
                return None
            words = lexicon.key(between)
            joined = text[spot.start - 1] == "ب" or any(word in listed("inside") for word in words)
            return spot.row if joined or not words else None
        return None

    def _within_name(self, entity: Entity) -> Row | None:
        """The place whose name is a part of the entity's: مستشفى حمص."""
        atlas, words = gazetteer.load(), lexicon.key(entity.name)
        for index in range(1, len(words)):
            hit = atlas.find(words[index], words[index + 1 :])
            if hit is not None:
                rows = [atlas.row(number) for number in hit[1]]
                named = next((row for row in rows if row in self._known and row.kind != "country"), None)
                best = named or max(rows, key=_fame)
                telling = best.population >= _TELLING_CITY and best.kind in {"city", "province"}
                # Streets and quarters are called after cities far away.
                if named or (telling and words[0] in listed("facility")):
                    return best
        return None

    def _beside(self, mention: Mention) -> Row | None:
        """The last place named before, in the same field."""
        spots = self._spots[mention.field]
        at = bisect_left(spots, mention.start, key=lambda spot: spot.start)
        return next((spot.row for spot in reversed(spots[:at]) if spot.row.kind not in _WIDE), None)


def find(
    article: CleanArticle,
    fields: list[Field],
    entities: list[Entity],
    rows: dict[str, Row | None],
) -> list[Place]:
    """One Place for every mention of a place or of an organisation that stands on one spot, in reading order.

    rows: for the ids of place entities, where they are; None when that is not known.
    """
    order = {field.name: number for number, field in enumerate(fields)}
    where = _Map(fields, entities, rows)
    sense = senses.Reader(article, fields, entities, rows)
    found = []
    for entity in entities:
        row = rows.get(entity.id)
        held = None
        if entity.type == "organisation":
            if not _stands(entity):
                continue
            held = where.holder(entity)
            if held is None:
                continue
        elif entity.type != "place":
            continue
        elif row is None:
            held = where.holder(entity)
        for mention in entity.mentions:
            told = sense.of(entity, mention) if entity.type == "place" else "mentioned"
            found.append(_place(entity, mention, row, held, told))
    return sorted(found, key=lambda place: (order[place.field], place.start))


def _stands(entity: Entity) -> bool:
    """Whether an organisation is a building or the like: a hospital, a school, an embassy."""
    words = lexicon.key(entity.name)
    return bool(words) and (words[0] in listed("facility") or words[-1] in listed("facility"))


def _place(entity: Entity, mention: Mention, row: Row | None, held: Row | None, sense: str) -> Place:
    values: dict[str, object] = {
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "entity": entity.id,
        "name": entity.name,
        "sense": sense,
        "confidence": entity.confidence,
        "method": entity.method,
        "kind": _kind(entity.name),
    }
    if row is not None:
        values |= _point(row) | {"kind": row.kind, "geonames_id": row.geonames_id or None}
        values["geo_precision"] = _precision(row)
    elif held is not None:
        values |= _point(held)
        values |= {"confidence": round(entity.confidence * _LESS_SURE, 2), "method": "container"}
        values["geo_precision"] = None if held.latitude is None else 3 if held.kind in _COARSE else 2
    return Place.model_validate(values)


def _point(row: Row) -> dict[str, object]:
    return {"latitude": row.latitude, "longitude": row.longitude, "country": row.country or None}


def _precision(row: Row) -> int | None:
    """ACLED's: 1 the place itself, 2 a part of a place that stands for it, 3 a region."""
    if row.latitude is None:
        return None
    if row.kind in _COARSE:
        return 3
    return 2 if row.kind in {"quarter", "district"} else 1


@cache
def _kinds() -> dict[str, str]:
    pairs = [entry.split("=") for cells in lexicon.rows(_WORDS) if cells[0] == "kind" for entry in cells[1].split()]
    return {lexicon.key(noun)[0]: kind for noun, kind in pairs}


def _kind(name: str) -> str | None:
    first = lexicon.key(name)[:1]
    return _kinds().get(first[0]) if first else None
