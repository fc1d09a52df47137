"""What tells for or against a name's being a place: signs of its form, its neighbours, and the article."""

from functools import cache
from typing import NamedTuple

from streams.extraction import gazetteer, lexicon
from streams.extraction.evidence import Words
from streams.extraction.gazetteer import Row
from streams.extraction.setting import Setting
from streams.extraction.text import clitic

_LARGE = 500_000
_TELLING_CITY = 100_000
_SIZES = ((100_000, "large"), (20_000, "medium"), (5_000, "small"))
_BIG = frozenset({"country", "listed", "metropolis", "large"})
_ADJECTIVE = ("ي", "يه", "يين", "يون")
_SHORT = 3  # letters
_PAIR = 2  # words
_TOWNS_IN_PROVINCE = 5


class Name(NamedTuple):
    """A name of the gazetteer in the text.

    first, last: half-open, in words. offset: of the name in its first word, in code points. stem: the first word from
    there on, folded. text: all its words, folded.
    """

    first: int
    last: int
    offset: int
    stem: str
    text: str


@cache
def listed(purpose: str) -> frozenset[str]:
    """The words of place_words.tsv for a purpose."""
    return lexicon.words("place_words.tsv", purpose)


@cache
def homographs() -> dict[str, str]:
    """Names of places that are plain words or names of people as well, with what they need: a cue or a head noun."""
    return {lexicon.key(word)[0]: need for word, need in lexicon.rows("homographs.tsv")}


@cache
def common() -> frozenset[str]:
    """Words that are no part of a name unless a stronger sign says so."""
    return lexicon.words("words.tsv", "common")


@cache
def _latin_common() -> frozenset[str]:
    cells = (cells[1].split() for cells in lexicon.rows("words.tsv") if cells[0] == "latin_common")
    return frozenset(word for part in cells for word in part)


@cache
def _people() -> frozenset[str]:
    """Given names and titles: what stands before a person's name, not a place's."""
    return lexicon.person_names()["given"] | lexicon.words("words.tsv", "title")


def is_tagged(words: Words, index: int) -> bool:
    """Whether only the sign of a hashtag stands between a word and the one before."""
    return words.text[words.tokens[index - 1].end : words.tokens[index].start] in {" #", " ##"}


def of(words: Words, name: Name, rows: list[Row], told: Setting) -> list[str]:
    """The signs of a name that may mean one of the rows, as names of weights."""
    best = max(rows, key=lambda row: (row.kind == "country", told.names(row.country, name.text), _prominence(row)))
    size = _size(best)
    big = "big" if size in _BIG else "small"
    where = _where(best, name.text, told)
    before = _before(words, name.first, name.offset)
    form = _form(words, name)
    signs = ["always", f"size {size}", f"{big} {where}", f"{big} after {before}", f"{big} {form}"]
    signs += [f"size {size} {where}", f"{form} after {before}", f"{big} {where} after {before}"]
    signs.append(f"{big} before {_after(words, name.last, best)}")
    if told.allied(best, name.text):
        signs.append(f"{big} ally")
    if best.kind in {"city", "town"} and any(row.kind in {"province", "district"} for row in rows):
        signs.append("seat")
    if name.offset:
        signs.append(f"clitic {clitic(words.tokens[name.first], name.offset)}")
    if name.first and words.text[words.tokens[name.first].start - 1] == "#":
        signs.append("hashtag")
    if not words.clitics or not words.is_arabic(name.first):
        signs.append(f"{big} foreign")
    return signs


def _size(row: Row) -> str:
    """How large a place is, in steps, or what else tells how well it is known."""
    if row.kind in {"country", "quarter", "district"}:
        return row.kind
    if row.population >= _LARGE and row.kind != "province":
        return "metropolis"
    if row.curated:
        return "listed"
    if row.kind == "province":
        return "province" if row.population < _LARGE else "state"
    return next((name for least, name in _SIZES if row.population >= least), "tiny")


def _prominence(row: Row) -> float:
    """How well a place is known, in inhabitants of a city."""
    if row.kind in {"province", "district"} and not row.curated:
        return row.population / _TOWNS_IN_PROVINCE
    return max(row.population, _TELLING_CITY if row.curated else 0)


def _where(row: Row, name: str, told: Setting) -> str:
    """Whether other words of the article tell of the country that the place is in, or of another."""
    if told.names(row.country, name):
        return "home"
    return "away" if told.elsewhere(row.country, name) else "nowhere"


def _before(words: Words, index: int, offset: int) -> str:
    """What kind of word stands before a name."""
    if clitic(words.tokens[index], offset) == "ب":
        return "in"
    if index == 0:
        return "break"
    if words.gaps[index] != "near" and not is_tagged(words, index):
        return "break" if words.gaps[index] == "far" else words.gaps[index]
    word = words.folded[index - 1]
    stems = [stem for _, stem in words.readings(index - 1)]
    nouns = ("head", "locative", "whole", "road")
    noun = next((purpose for purpose in nouns if not listed(purpose).isdisjoint(stems)), None)
    if noun is not None:
        return noun
    without = [stem for _, stem in words.readings(index - 1, article=True)]
    kinds = (
        ("demonym", gazetteer.load().nationality(word) is not None),
        ("person", word in _people()),
        ("common", not common().isdisjoint(without)),
        ("place", any(gazetteer.load().find(stem, ()) for stem in without)),
    )
    return next((kind for kind, holds in kinds if holds), "other")


def _after(words: Words, last: int, row: Row) -> str:
    """What kind of word stands after a name."""
    if last >= len(words) or words.gaps[last] != "near":
        return "break"
    word = words.folded[last]
    code = gazetteer.load().nationality(word)
    if code is not None:
        return "own adjective" if code == row.country else "adjective"
    if word.startswith("ال") and word.endswith(_ADJECTIVE):
        return "definite"
    return "common" if word in common() or word.removeprefix("و") in common() else "other"


def _form(words: Words, name: Name) -> str:
    """What the name's own form tells."""
    length, stem = name.last - name.first, name.stem
    if length > 1:
        return "long" if length > _PAIR else "pair"
    people = lexicon.person_names()
    plain = stem in common() or (stem.startswith("ال") and stem[2:] in common())
    forms = (
        ("common", plain or words.tokens[name.first].text in _latin_common()),
        ("homograph", stem in homographs()),
        ("given", not people["given"].isdisjoint((stem, words.folded[name.first]))),
        ("short", len(stem) <= _SHORT),
        ("adjective", stem.startswith("ال") and stem.endswith(_ADJECTIVE)),
        ("family", stem in people["family"]),
        ("article", stem.startswith("ال")),
    )
    return next((form for form, holds in forms if holds), "bare")
