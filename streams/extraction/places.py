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
            if hit is not None:
                best = max((atlas.row(number) for number in hit[1]), key=_fame)
                if best.country and (best.kind == "country" or best.population >= 100_000):  # noqa: PLR2004
                    found[best.country] += 1 + (best.kind == "country")
    return found


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
        rows = [atlas.row(number) for number in numbers]
        score = max(_prior(row) + _support(row, countries) for row in rows)
        score += _cue(words, index) + _shape(words, index, (offset, stem), length)
        if score >= _SURE and (best is None or score > best.score + 0.1):
            best = words.candidate((index, index + length), "place", score, "gazetteer", offset=offset, rows=numbers)
    return best


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
        return _fame(row) + 0.6 * share + 0.2 * bool(share) + 0.2 * near

    best: dict[tuple[int, ...], Row | None] = {(): None}
    for candidate in entities:
        if candidate.rows not in best:
            best[candidate.rows] = max(map(atlas.row, candidate.rows), key=weight)
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
