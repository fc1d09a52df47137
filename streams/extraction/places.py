"""Candidates for places: names that the gazetteer has, weighed by what stands around them, and nouns such as حي."""

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from streams.extraction import gazetteer, lexicon, place_signs, setting
from streams.extraction.evidence import Candidate, Words
from streams.extraction.gazetteer import Row
from streams.extraction.locating import find, resolve
from streams.extraction.place_signs import common, homographs, is_tagged, listed
from streams.extraction.setting import Setting
from streams.extraction.text import clitic

__all__ = ["Setting", "candidates", "context", "find", "resolve"]

_SHORT = 3
_LONGEST_WHOLE = 3  # words of a name after its noun
_TELLING_CITY = 100_000
_LARGE = 500_000
LIKELY = -0.7  # log odds from which on a name is taken for a place: as good an F1 as from 0 on, and more are found
_SURE, _SPREAD, _STEEP = 0.62, 0.28, 3.0  # the score of such a name, and how much it grows from there
_MARKS = frozenset("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652")
_INDEFINITE = ("\u064bا", "ا\u064b")  # the ending of an indefinite accusative, which no name has
_ADJECTIVE = ("ي", "يه", "يين", "يون")


def context(every: list[Words]) -> Setting:
    """Which countries and provinces the article speaks of: what ambiguous names are read by."""
    return setting.read(every, homographs().keys() | common())


@cache
def _weights() -> dict[str, float]:
    """What each sign tells for a name's being a place, in log odds; trained by scripts/train_places.py."""
    return {sign: float(weight) for sign, weight in lexicon.rows("place_weights.tsv")}


class Spot(NamedTuple):
    """A name of the gazetteer in the text that may be meant as a place.

    span: half-open, in words. offset: of the name in its first word, in code points. signs: what tells for or
    against a place. rows: the gazetteer's readings that the text allows.
    """

    span: tuple[int, int]
    offset: int
    signs: list[str]
    rows: tuple[int, ...]


def odds(signs: list[str]) -> float:
    """The log odds that a name with these signs is a place."""
    weights = _weights()
    return math.fsum(weights.get(sign, 0.0) for sign in signs)  # sum() of floats differs between Pythons


def candidates(words: Words, told: Setting) -> Iterator[Candidate]:
    """Every span of the field that may name a place."""
    index = 0
    while index < len(words):
        found = _whole(words, index) or _headed(words, index, told) or _listed(words, index, told)
        if found is not None:
            yield found
            # A name inside a longer one (مخيم جنين) is not a mention of its own.
            index = found.last if found.method != "place-noun" else index + 1
        else:
            index += 1


def _listed(words: Words, index: int, told: Setting) -> Candidate | None:
    """The best reading of the words from index on as a name of the gazetteer, if that is likely enough."""
    best, most = None, LIKELY
    for spot in spots(words, index, told):
        found = odds(spot.signs)
        if found > most:
            best, most = spot, found
    if best is None:
        return None
    score = _SURE + _SPREAD * math.sqrt(math.tanh((most - LIKELY) / _STEEP))
    return words.candidate(best.span, "place", score, "gazetteer", offset=best.offset, rows=best.rows)


def spots(words: Words, index: int, told: Setting) -> Iterator[Spot]:
    """Every reading of the words from index on as a name of the gazetteer that is no plain word."""
    if not words.is_arabic(index) and not words.is_capital(index):
        return
    atlas, following = gazetteer.load(), words.following(index)
    for offset, stem in words.readings(index):
        hit = None if _is_torn(words, index, offset) else atlas.find(stem, following)
        if hit is None:
            continue
        length, numbers = hit
        span = (index, index + length)
        if length > 1 and stem in listed("head"):
            # The noun stays outside the name; the city of that name, if there is one, is found by the next word.
            if atlas.find(words.folded[index + 1], words.following(index + 1)) is not None:
                continue
            span = (index + 1, index + length)
        elif _is_plain(words, index, offset, length):
            continue
        name = " ".join([stem, *following[: length - 1]])
        numbers = _meant(words, index, numbers, told, name)
        if not numbers:
            continue
        rows = [atlas.row(number) for number in numbers]
        if length == 1 and not _is_meant(words, index, (offset, stem), rows, told):
            continue
        signs = place_signs.of(words, place_signs.Name(*span, offset, stem, name), rows, told)
        yield Spot(span, offset if span[0] == index else 0, signs, numbers)


def _as_marked(text: str, rows: list[Row]) -> list[Row]:
    """The rows that the vowel marks of the text allow: عمّان is no عُمان, and آب no إب. All of them where it has none."""
    rows = [row for row in rows if text[:1] != "آ" or len(row.name) != len(text) or row.name.startswith("آ")]
    marks = [mark for mark in text if mark in _MARKS]
    agreeing = [row for row in rows if [mark for mark in row.name if mark in _MARKS] == marks]
    return agreeing if marks and agreeing else rows


def _meant(words: Words, index: int, numbers: tuple[int, ...], told: Setting, name: str) -> tuple[int, ...]:
    """The readings of a name that its vowel marks and the noun before it allow; none for a place no gazetteer has.

    ناحية الرياض is no capital, and بلدة صيدا in a text about Syria no city in Lebanon.
    """
    atlas = gazetteer.load()
    rows = {number: atlas.row(number) for number in numbers}
    if _is_headed(words, index, "small"):
        rows = {number: row for number, row in rows.items() if _is_small(row, named=told.names(row.country, name))}
    for noun, kinds in _KINDS_MEANT:
        fitting = {number: row for number, row in rows.items() if row.kind in kinds}
        if fitting and len(fitting) < len(rows) and _is_headed(words, index, noun):
            rows = fitting
    agreeing = _as_marked(words.tokens[index].text, list(rows.values()))
    return tuple(number for number, row in rows.items() if row in agreeing)


def _is_small(row: Row, *, named: bool) -> bool:
    """Whether a place may be meant by ناحية and the like; named: whether the article tells of its country elsewhere."""
    if not named and row.kind in {"province", "district"}:
        return False
    return row.population < (_LARGE if named else _TELLING_CITY)


_KINDS_MEANT = (
    ("province", frozenset({"province", "region"})),
    ("district", frozenset({"district"})),
    ("city", frozenset({"city", "town"})),
)


def _is_headed(words: Words, index: int, purpose: str = "head") -> bool:
    """Whether a noun of that purpose, in construct, stands right before the name; a hashtag's sign may come between."""
    if index == 0 or not any(stem in listed(purpose) for _, stem in words.readings(index - 1)):
        return False
    return words.gaps[index] == "near" or is_tagged(words, index)


def _is_meant(words: Words, index: int, reading: tuple[int, str], rows: list[Row], told: Setting) -> bool:
    """Whether a single word may name a place here, though it or its form is a plain word's as well."""
    offset, stem = reading
    text = words.tokens[index].text
    if text.endswith(_INDEFINITE):
        return False
    headed = _is_headed(words, index)
    if offset and (words.folded[index] in listed("uncut") or (headed and words.folded[index][:1] in "بك")):
        return False  # بلدة ببنين: a name that begins with the letter
    need = homographs().get(stem)
    if need is None or headed or _is_headed(words, index, "whole"):
        return True
    if need == "head" or not any(not row.country or told.countries[row.country] for row in rows):
        return False
    following = words.following(index, 1)
    adjective = gazetteer.load().nationality(following[0]) if following else None
    if need == "context" or (adjective and any(row.country == adjective for row in rows)):
        return True
    before = _is_headed(words, index, "locative")
    end = words.tokens[index].end
    return before or words.text[end : end + 1] in {"'", "’"} or clitic(words.tokens[index], offset) == "ب"


def _is_plain(words: Words, index: int, offset: int, length: int) -> bool:
    """Whether the span is made of plain words, or cuts a plain word in two (بيان is not ب + يان)."""
    span = words.folded[index : index + length]
    if offset and length == 1 and (span[0] in common() or span[0].removeprefix("و") in common()):
        return True
    if length == 1:
        return span[0] in listed("head") or span[0].removeprefix("ال") in listed("head") - {"شبه"}
    return all(word in common() for word in span)


def _headed(words: Words, index: int, told: Setting) -> Candidate | None:
    """A name that no gazetteer has after a noun such as قرية, or one of a list after بلدات."""
    if not words.clitics or not words.is_arabic(index) or not _is_headed(words, index, "village"):
        return None
    if any(True for _ in spots(words, index, told)):
        return None
    length = _stranger(words, index)
    return words.candidate((index, index + length), "place", 0.8, "place-noun") if length else None


def _stranger(words: Words, index: int) -> int:
    """How many words from index on are the name of a village that nobody lists; 0 when they are none."""
    word, limit = words.folded[index], words.runs[index]
    if word in common() or word.removeprefix("ال") in common() or not word.isalpha() or len(word) < _SHORT:
        return 0
    if gazetteer.load().nationality(word) is not None or any(word in listed(noun) for noun in ("head", "whole")):
        return 0
    if not word.startswith("ال") and word.endswith("ه") and _is_headed(words, index, "several"):
        return 0  # قرى معزولة
    if word.endswith(_ADJECTIVE) or (word.endswith(("ات", "ون", "ين")) and word.startswith("ال")):
        return 0
    end = index + 1
    if word in listed("part") and end < limit:
        end += 1
    if end < limit and words.folded[end] in listed("direction"):
        end += 1
    return end - index


def _whole(words: Words, index: int) -> Candidate | None:
    """A noun such as حي with the name that follows it, whether or not a gazetteer has it."""
    if not words.clitics or not words.is_arabic(index):
        return None
    for offset, stem in words.readings(index):
        if stem not in listed("whole") or _is_torn(words, index, offset):
            continue
        hit = gazetteer.load().find(stem, words.following(index))
        last = index + hit[0] if hit is not None else index
        if hit is not None and hit[0] > 1 and not (last < words.runs[index] and _may_close(words.folded[last])):
            span = (index, last)
            return words.candidate(span, "place", 0.85, "gazetteer", offset=offset, rows=hit[1])
        end = _extent(words, index + 1, stem)
        return words.candidate((index, end), "place", 0.95, "place-noun", offset=offset) if end > index + 1 else None
    return None


def _is_torn(words: Words, index: int, offset: int) -> bool:
    """Whether a reading cuts off a letter that stands before verbs or is too rarely a preposition: ك and س."""
    return clitic(words.tokens[index], offset) in {"ك", "س"}


def _extent(words: Words, first: int, noun: str) -> int:
    """Where the name that begins at first, after a noun such as حي, ends; first itself where there is none."""
    limit = min(words.runs[first - 1], first + _LONGEST_WHOLE)
    if first >= limit:
        return first
    word = words.folded[first]
    known = gazetteer.load().find(word, words.following(first))
    if known is not None and noun in listed("site"):
        return first
    if known is not None and known[0] > 1:
        end = first + known[0]
    elif word in listed("honoured") and first + 1 < limit:
        end = first + 2
    elif word.startswith("ال") and not _is_ordinary(word):
        end = first + 1
    else:
        end = first + _named(words, first, noun)
    if end > first and {word, words.folded[end - 1]} & lexicon.person_names()["given"]:
        end = _person_end(words, end, limit)
    if first < end < min(words.runs[first], end + 1) and _may_close(words.folded[end]):
        end += 1
    return end


def _is_ordinary(word: str) -> bool:
    """Whether a word with its article is a plain noun rather than a name: محطة الحافلات, ساحة الجامعة."""
    return word in common() or word[2:] in listed("head") | listed("facility") or word.endswith(("ات", "ون"))


def _person_end(words: Words, end: int, limit: int) -> int:
    """Where the name of a person ends that a street or hall is called after."""
    names = lexicon.person_names()
    while end < limit and (words.folded[end] in names["given"] or words.folded[end] in names["family"]):
        end += 1
    if end + 1 < words.runs[end - 1] and words.folded[end] in {"بن", "ابن"}:
        end += 2
    return end


def _may_close(word: str) -> bool:
    """Whether an adjective may close a name: حي الزهور الشرقي."""
    if word in listed("direction"):
        return True
    return word.startswith("ال") and word.endswith(("ي", "يه")) and word not in common()


def _named(words: Words, index: int, noun: str) -> int:
    """How many words from index on are the name after a noun such as حي; 0 when they are none."""
    word = words.folded[index]
    if word in listed("part") and index + 1 < words.runs[index]:
        return 2
    hit = gazetteer.load().find(word, words.following(index))
    if hit is not None:
        return hit[0]
    plain = word in common() or len(word) <= _SHORT or word.endswith(("ي", "يه", "ين", "ات")) or not word.isalpha()
    return int(noun in listed("open") and not plain)
