"""What the packaged word lists say of each word of a text: input of the encoder beside the pieces."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import numpy as np

from streams.extraction import gazetteer, lexicon
from streams.extraction.evidence import Words
from streams.extraction.text import Token, strip_clitics

NAMES = (
    *("given", "given-cut", "family", "family-cut"),
    *("person", "person-inside", "organisation", "organisation-inside"),
    *("place", "place-cut", "place-inside", "place-minor", "place-minor-cut", "place-large", "country"),
    *("role", "role-inside", "title", "say"),
    *("head", "definite", "institution", "nationality", "place-head", "common"),
)
"""The traits in the order of their columns."""

_COLUMN = {name: column for column, name in enumerate(NAMES)}
_LARGE = 100_000


def find(words: Words, most: int) -> Any:
    """The traits of the first words, at most that many: float32, a row for each word and a column for each of NAMES."""
    found = np.zeros((min(most, len(words)), len(NAMES)), dtype=np.float32)
    for index, name in _marks(words, len(found)):
        if index < len(found):
            found[index, _COLUMN[name]] = 1
    return found


def _marks(words: Words, most: int) -> Iterator[tuple[int, str]]:
    for index in range(most):
        alone, opens = _of_word(words.folded[index], words.clitics)
        for name in alone:
            yield index, name
        if opens and (words.is_arabic(index) or words.is_capital(index)):
            yield from _places(words, index)
            for kind, phrases in _phrases().items():
                yield from _phrase(words, index, kind, phrases)


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    """For each listed word the traits that it has."""
    lists: dict[str, frozenset[str]] = {
        **lexicon.person_names(),
        "title": lexicon.words("words.tsv", "title"),
        "say": lexicon.words("words.tsv", "say") | lexicon.words("words.tsv", "say_latin"),
        "common": lexicon.words("words.tsv", "common"),
        "head": lexicon.words("organisation_words.tsv", "head"),
        "definite": lexicon.words("organisation_words.tsv", "definite"),
        "institution": lexicon.words("organisation_words.tsv", "latin_head")
        | lexicon.words("organisation_words.tsv", "latin_tail"),
        "place-head": lexicon.words("place_words.tsv", "head") | lexicon.words("place_words.tsv", "whole"),
    }
    found: dict[str, tuple[str, ...]] = {}
    for name, listed in lists.items():
        for word in listed:
            found[word] = (*found.get(word, ()), name)
    return found


@lru_cache(maxsize=32768)
def _of_word(folded: str, clitics: bool) -> tuple[tuple[str, ...], bool]:  # noqa: FBT001 -- positional for the cache
    """The traits of a word whatever stands beside it, and whether it may begin a listed place or phrase."""
    listed = _by_word()
    atlas = gazetteer.load()
    token = Token(0, len(folded), folded, folded)
    readings = strip_clitics(token) if clitics else [(0, folded)]
    found = [
        f"{name}-cut" if offset and name in {"given", "family"} else name
        for offset, stem in readings
        for name in listed.get(stem, ())
    ]
    if atlas.nationality(folded) is not None:
        found.append("nationality")
    kinds = _phrases().values()
    opens = any(atlas.has(stem) or any(phrases.longest(stem) for phrases in kinds) for _, stem in readings)
    return tuple(found), opens


def _places(words: Words, index: int) -> Iterator[tuple[int, str]]:
    atlas = gazetteer.load()
    for offset, stem in words.readings(index):
        hit = atlas.find(stem, words.following(index, 5)) if atlas.has(stem) else None
        if hit is None:
            continue
        length, numbers = hit
        rows = [atlas.row(number) for number in numbers]
        # Most single words that name some village are common words or names of people as well.
        kind = "place" if length > 1 or any(row.curated for row in rows) else "place-minor"
        yield index, f"{kind}-cut" if offset else kind
        for inside in range(index + 1, index + length):
            yield inside, "place-inside"
        if any(row.population >= _LARGE for row in rows):
            yield index, "place-large"
        if any(row.kind == "country" for row in rows):
            yield index, "country"


@cache
def _phrases() -> dict[str, lexicon.Phrases[Any]]:
    return {
        "person": lexicon.known("people.tsv"),
        "organisation": lexicon.known("organisations.tsv"),
        "role": lexicon.phrases("words.tsv", "role"),
    }


def _phrase(words: Words, index: int, kind: str, phrases: lexicon.Phrases[Any]) -> Iterator[tuple[int, str]]:
    for _, stem in words.readings(index):
        hit = phrases.find(stem, words.following(index)) if phrases.longest(stem) else None
        if hit is not None:
            yield index, kind
            for inside in range(index + 1, index + hit[0]):
                yield inside, f"{kind}-inside"
            return
