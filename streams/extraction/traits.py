"""What the packaged word lists say of each word of a text: input of the encoder beside the pieces."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from streams.extraction import gazetteer, lexicon
from streams.extraction.evidence import Words

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
        yield from _single(words, index)
        if words.is_arabic(index) or words.is_capital(index):
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


def _single(words: Words, index: int) -> Iterator[tuple[int, str]]:
    listed = _by_word()
    for offset, stem in words.readings(index):
        for name in listed.get(stem, ()):
            if not offset or name not in {"given", "family"}:
                yield index, name
            else:
                yield index, f"{name}-cut"
    if gazetteer.load().nationality(words.folded[index]) is not None:
        yield index, "nationality"


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
