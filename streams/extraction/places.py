"""Places: candidates from the gazetteer and from nouns such as حي, and their resolution to one place on the map."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice

from schemas import CleanArticle, Entity, Mention, Place
from streams.extraction import gazetteer, lexicon
from streams.extraction.evidence import Candidate, Words
from streams.extraction.gazetteer import Row
from streams.extraction.text import Field, sentences, tokens

_WORDS = "place_words.tsv"
_SURE = 0.62
_CLOSE_KM = 300.0
_MOST_ANCHORS = 30
_SHORT = 3
_KIND_WEIGHT = {"country": 0.6, "province": 0.25, "region": 0.3, "water": 0.2}
_COARSE = frozenset({"country", "province", "region", "water", "island", "mountain"})
_LONGEST_WHOLE = 3
_SMALL_TOWN = 20_000
_LARGE_CITY = 200_000
_DATELINE_REACH = 40
_CUE_REACH = 40
_TELLING = frozenset({"country", "province"})
_TELLING_CITY = 100_000
_MOST_SHARE = 0.5  # of the article's words for countries that speaks for a place there
_MARKS = frozenset("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652")
_INDEFINITE = ("\u064bا", "ا\u064b")  # the ending of an indefinite accusative, which no name has
_LARGE = 500_000
_METROPOLIS = 1_000_000
_OBSCURE = 0.3


def context(every: list[Words]) -> Counter[str]:
    """How often the article names each country or its people: what ambiguous names are read by."""
    atlas = gazetteer.load()
    found: Counter[str] = Counter()
    for words in every:
        for index, word in enumerate(words.folded):
            code = atlas.nationality(word)
            if code is not None:
                found[code] += 1
                continue
            hit = atlas.find(word, words.following(index, 3))
            if hit is None or (hit[0] == 1 and (word in _homographs() or _is_small(words, index))):
                continue
            best = _plain_reading(_as_marked(words.tokens[index].text, [atlas.row(number) for number in hit[1]]))
            if best is not None:
                found[best.country] += 1 + (best.kind == "country")
    return found


def _plain_reading(rows: list[Row]) -> Row | None:
    """The place that tells the country of the text: a country, province or large city without a namesake abroad."""
    best = max(rows, key=_fame)
    if not best.country or (best.kind not in _TELLING and best.population < _TELLING_CITY):
        return None
    rivals = (row for row in rows if row.country != best.country)
    return None if any(row.population >= _TELLING_CITY or row.curated for row in rivals) else best


def _as_marked(text: str, rows: list[Row]) -> list[Row]:
    """The rows that the vowel marks of the text allow: عمّان is no عُمان. All of them where it has none."""
    marks = [mark for mark in text if mark in _MARKS]
    agreeing = [row for row in rows if [mark for mark in row.name if mark in _MARKS] == marks]
    return agreeing if marks and agreeing else rows


def _fame(row: Row) -> float:
    """How likely a place is meant when nothing else is known, 0..1."""
    if row.kind == "country":
        return 1.0
    size = math.log10(row.population + 1) / 8 if row.population else 0.55
    return min(1.0, size + _KIND_WEIGHT.get(row.kind, 0.0))


def _prior(row: Row) -> float:
    """How sure a bare name is to be this place rather than another word, 0..1."""
    if row.kind == "country":
        return 0.95
    if row.curated or not row.population:
        return 0.72
    if row.population < _SMALL_TOWN:
        return 0.3
    return min(0.85, 0.15 * math.log10(row.population) - 0.05)


def _support(row: Row, countries: Counter[str]) -> float:
    """What the countries of the article tell for or against the place."""
    if row.country and countries[row.country]:
        return 0.15
    return 0.0 if row.curated or row.population >= _LARGE_CITY else -0.15


@cache
def _list(purpose: str) -> frozenset[str]:
    return lexicon.words(_WORDS, purpose)


def _cue(words: Words, index: int) -> float:
    """What the words before a name tell for its being a place."""
    if index == 0 or words.gaps[index] in {"far", "quote"}:
        return 0.0
    before = [stem for _, stem in words.readings(index - 1, article=True)]
    if any(stem in _list("head") for stem in before):
        return 0.4
    if any(stem in _list("locative") for stem in before):
        return 0.15
    return 0.0


def candidates(words: Words, countries: Counter[str]) -> Iterator[Candidate]:
    """Every span of the field that may name a place."""
    index = 0
    while index < len(words):
        found = _whole(words, index) or _listed(words, index, countries)
        if found is not None:
            yield found
            # A name inside a longer one (مخيم جنين) is not a mention of its own.
            index = found.last if found.method != "place-noun" else index + 1
        else:
            index += 1


def _listed(words: Words, index: int, countries: Counter[str]) -> Candidate | None:
    atlas = gazetteer.load()
    arabic = words.is_arabic(index)
    if not arabic and not words.is_capital(index):
        return None
    following = words.following(index)
    best: Candidate | None = None
    for offset, stem in words.readings(index):
        hit = atlas.find(stem, following)
        if hit is None:
            continue
        length, numbers = hit
        if length > 1 and stem in _list("head"):
            # The noun stays outside the name; the city of that name, if there is one, is found by the next word.
            if atlas.find(words.folded[index + 1], words.following(index + 1)) is None:
                return words.candidate((index + 1, index + length), "place", 0.9, "gazetteer", rows=numbers)
            continue
        if _is_plain(words, index, offset, length):
            continue
        numbers = _meant(words, index, numbers, countries)
        if not numbers:
            return words.candidate((index, index + length), "place", 0.8, "place-noun", offset=offset)
        rows = [atlas.row(number) for number in numbers]
        if length == 1 and not _is_meant(words, index, (offset, stem), rows, countries):
            continue
        score = max(_prior(row) + _support(row, countries) for row in rows)
        score += _cue(words, index) + _shape(words, index, (offset, stem), length)
        if score >= _SURE and (best is None or score > best.score + 0.1):
            best = words.candidate((index, index + length), "place", score, "gazetteer", offset=offset, rows=numbers)
    return best


@cache
def _homographs() -> dict[str, str]:
    """Names of places that are plain words or names of people as well, with what they need: a cue or a head noun."""
    return {lexicon.key(word)[0]: need for word, need in lexicon.rows("homographs.tsv")}


def _meant(words: Words, index: int, numbers: tuple[int, ...], countries: Counter[str]) -> tuple[int, ...]:
    """The readings of a name that its vowel marks and the noun before it allow; none for a place no gazetteer has.

    ناحية الرياض is no capital, and بلدة صيدا in a text about Syria no city in Lebanon.
    """
    atlas = gazetteer.load()
    rows = {number: atlas.row(number) for number in numbers}
    if _is_small(words, index):
        rows = {
            number: row
            for number, row in rows.items()
            if row.population < (_LARGE if countries[row.country] else _TELLING_CITY)
        }
    agreeing = _as_marked(words.tokens[index].text, list(rows.values()))
    return tuple(number for number, row in rows.items() if row in agreeing)


def _is_small(words: Words, index: int) -> bool:
    """Whether the noun before the name tells that it is no large city."""
    return index > 0 and words.gaps[index] == "near" and _has(words, index - 1, "small")


def _has(words: Words, index: int, purpose: str) -> bool:
    return any(stem in _list(purpose) for _, stem in words.readings(index, article=True))


def _is_meant(words: Words, index: int, reading: tuple[int, str], rows: list[Row], countries: Counter[str]) -> bool:
    """Whether a single word may name a place here, though it or its form is a plain word's as well."""
    offset, stem = reading
    text = words.tokens[index].text
    if text.endswith(_INDEFINITE):
        return False
    headed = index > 0 and words.gaps[index] == "near" and _has(words, index - 1, "head")
    if offset and (words.folded[index] in _list("uncut") or (headed and words.folded[index][:1] in "بك")):
        return False  # بلدة ببنين: a name that begins with the letter
    need = _homographs().get(stem)
    if need is None or headed or (index > 0 and words.gaps[index] == "near" and _has(words, index - 1, "whole")):
        return True
    if need == "head" or not any(not row.country or countries[row.country] for row in rows):
        return False
    following = words.following(index, 1)
    adjective = gazetteer.load().nationality(following[0]) if following else None
    if need == "context" or (adjective and any(row.country == adjective for row in rows)):
        return True
    before = index > 0 and words.gaps[index] == "near" and _has(words, index - 1, "locative")
    end = words.tokens[index].end
    return before or words.text[end : end + 1] in {"'", "’"} or words.folded[index][:offset].endswith("ب")


def _is_plain(words: Words, index: int, offset: int, length: int) -> bool:
    """Whether the span is made of plain words, or cuts a plain word in two (بيان is not ب + يان)."""
    span = words.folded[index : index + length]
    if offset and length == 1 and (span[0] in _common() or span[0].removeprefix("و") in _common()):
        return True
    if length == 1:
        return span[0] in _list("head") or span[0].removeprefix("ال") in _list("head") - {"شبه"}
    return all(word in _common() for word in span)


def _shape(words: Words, index: int, reading: tuple[int, str], length: int) -> float:
    """What the name's own form tells for or against a place."""
    offset, stem = reading
    score = 0.0
    if length > 1:
        score += 0.3
    elif (
        stem in _common()
        or (stem.startswith("ال") and stem[2:] in _common())
        or words.tokens[index].text in _latin_common()
    ):
        score -= 0.6
    elif lexicon.person_names()["given"] & {stem, words.folded[index]}:
        score -= 0.35
    if len(stem) <= _SHORT and length == 1 and not words.is_arabic(index):
        score -= 0.2
    if offset:
        letter = words.folded[index][offset - 1]
        score += 0.1 if letter == "ب" and len(stem) > _SHORT else -0.05 if letter in "ول" else -0.2
        if len(stem) <= _SHORT:
            score -= 0.2
    end = index + length
    if words.gaps[index] == "quote" and (end == len(words) or words.gaps[end] == "quote" or end == words.runs[index]):
        score -= 0.3
    if index and words.gaps[index] == "near" and words.folded[index - 1] in lexicon.person_names()["given"]:
        score -= 0.3
    return score


@cache
def _common() -> frozenset[str]:
    return lexicon.words("words.tsv", "common")


@cache
def _latin_common() -> frozenset[str]:
    listed = (cells[1].split() for cells in lexicon.rows("words.tsv") if cells[0] == "latin_common")
    return frozenset(word for part in listed for word in part)


def _whole(words: Words, index: int) -> Candidate | None:
    """A noun such as حي with the name that follows it, whether or not a gazetteer has it."""
    if not words.clitics or not words.is_arabic(index):
        return None
    for offset, stem in words.readings(index):
        if stem not in _list("whole"):
            continue
        hit = gazetteer.load().find(stem, words.following(index))
        if hit is not None and hit[0] > 1:
            span = (index, index + hit[0])
            return words.candidate(span, "place", 0.85, "gazetteer", offset=offset, rows=hit[1])
        end = index + 1
        limit = min(words.runs[index], index + 1 + _LONGEST_WHOLE)
        longer = gazetteer.load().find(words.folded[end], words.following(end)) if end < limit else None
        if longer is not None and longer[0] > 1:
            return words.candidate((index, end + longer[0]), "place", 0.95, "place-noun", offset=offset)
        if end < limit and words.folded[end].startswith("ال") and words.folded[end] not in _common():
            end += 1
        elif end < limit:
            end += _named(words, end, stem)
        if end == index + 1:
            return None
        if end < limit and words.folded[end].startswith("ال") and words.folded[end].endswith(("ي", "يه")):
            end += words.folded[end] not in _common()
        return words.candidate((index, end), "place", 0.95, "place-noun", offset=offset)
    return None


def _named(words: Words, index: int, noun: str) -> int:
    """How many words from index on are the name after a noun such as حي; 0 when they are none."""
    word = words.folded[index]
    if word in _list("part") and index + 1 < words.runs[index]:
        return 2
    hit = gazetteer.load().find(word, words.following(index))
    if hit is not None:
        return hit[0]
    plain = word in _common() or len(word) <= _SHORT or word.endswith(("ي", "يه", "ين", "ات")) or not word.isalpha()
    return int(noun in _list("open") and not plain)


def resolve(entities: list[Candidate], countries: Counter[str]) -> list[Row | None]:
    """The place on the map for each place candidate, all of them weighed together; None when no gazetteer has it."""
    atlas = gazetteer.load()
    alone = dict.fromkeys(candidate.rows[0] for candidate in entities if len(candidate.rows) == 1)
    anchors = [row for row in map(atlas.row, islice(alone, _MOST_ANCHORS)) if row.kind != "country"]
    total = sum(countries.values()) or 1

    def weight(row: Row) -> float:
        share = countries[row.country] / total if row.country else 0.0
        near = any(gazetteer.kilometres(row, anchor) < _CLOSE_KM for anchor in anchors)
        return _fame(row) + 0.6 * min(share, _MOST_SHARE) + 0.2 * bool(share) + 0.2 * near

    def choose(rows: list[Row]) -> Row:
        metropolis = any(row.population >= _METROPOLIS and countries[row.country] for row in rows)
        # Where the country of a metropolis is named as well, its small namesake needs more to be meant.
        return max(rows, key=lambda row: weight(row) - _OBSCURE * (metropolis and row.population < _TELLING_CITY))

    best: dict[tuple[int, ...], Row | None] = {(): None}
    for candidate in entities:
        if candidate.rows not in best:
            best[candidate.rows] = choose([atlas.row(number) for number in candidate.rows])
    return [best[candidate.rows] for candidate in entities]


def find(
    article: CleanArticle,
    fields: list[Field],
    entities: list[Entity],
    rows: dict[str, Row | None],
) -> list[Place]:
    """One Place for every mention of a place, in reading order.

    rows: for the ids of place entities, where they are; None when that is not known.
    """
    stretches = {field.name: _Sentences(field.text) for field in fields}
    order = {field.name: number for number, field in enumerate(fields)}
    found = []
    for entity in entities:
        if entity.type != "place":
            continue
        row = rows.get(entity.id)
        for mention in entity.mentions:
            sense = stretches[mention.field].sense(mention, article)
            found.append(_place(entity, mention, row, sense))
    return sorted(found, key=lambda place: (order[place.field], place.start))


def _place(entity: Entity, mention: Mention, row: Row | None, sense: str) -> Place:
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
        values |= {
            "kind": row.kind,
            "geonames_id": row.geonames_id or None,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "country": row.country,
            "geo_precision": None if row.latitude is None else 3 if row.kind in _COARSE else 1,
        }
    return Place.model_validate(values)


@cache
def _kinds() -> dict[str, str]:
    pairs = [entry.split("=") for cells in lexicon.rows(_WORDS) if cells[0] == "kind" for entry in cells[1].split()]
    return {lexicon.key(noun)[0]: kind for noun, kind in pairs}


def _kind(name: str) -> str | None:
    first = lexicon.key(name)[:1]
    return _kinds().get(first[0]) if first else None


class _Sentences:
    """Which sense a mention has, by the sentence that it stands in."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = sentences(text)
        self._starts = [start for start, _ in self._spans]
        self._events: dict[int, bool] = {}

    def sense(self, mention: Mention, article: CleanArticle) -> str:
        """Dateline, event or mentioned."""
        dateline = article.dateline.place if article.dateline else None
        number = bisect_right(self._starts, mention.start) - 1
        if mention.field is None and number == 0 and self._is_dateline(mention, dateline):
            return "dateline"
        if number >= 0 and self._tells_event(number) and self._is_locative(mention):
            return "event"
        return "mentioned"

    def _is_dateline(self, mention: Mention, dateline: str | None) -> bool:
        if mention.start > _DATELINE_REACH:
            return False
        after = self._text[mention.end : mention.end + 3].lstrip()
        if dateline is not None and mention.text in dateline:
            return after[:1] in {"-", "–", "—", ":", "(", "/", "،", ","}
        return mention.start == 0 and after[:1] in {"-", "–", "—", ":", "("}

    def _tells_event(self, number: int) -> bool:
        if number not in self._events:
            start, end = self._spans[number]
            words = {token.folded.removeprefix("و").removeprefix("ال") for token in tokens(self._text[start:end])}
            whole = {token.folded for token in tokens(self._text[start:end])}
            self._events[number] = bool((words | whole) & _list("event"))
        return self._events[number]

    def _is_locative(self, mention: Mention) -> bool:
        before = tokens(self._text[max(0, mention.start - _CUE_REACH) : mention.start])
        if before and before[-1].folded in {"ب", "وب", "فب"}:
            return True
        nearest = [word for token in before[-3:] for word in (token.folded, token.folded[1:], token.folded[2:])]
        return any(word in _list("locative") or word in _list("head") for word in nearest)
