"""What an article is about, as IPTC Media Topics of the two upper levels, by the words that it uses."""

import math
from collections import Counter, defaultdict
from functools import cache, lru_cache
from typing import NamedTuple

from schemas import Topic
from streams.extraction import lexicon
from streams.extraction.text import Field, bare, strip_clitics, tokens

_HEADLINE_WEIGHT = 3
_MOST_OF_A_WORD = 6
_FEWEST_WORDS = 2
_GENERAL = 0.7  # weight of the words of an upper level, beside those of its parts
_HALF_OF_SHORT, _HALF_OF_LONG, _LETTERS_PER_HALF = 2.0, 5.0, 600
"""The weight at which a score is a half grows with the text, from the one to the other."""
_OF_BEST = 0.5  # an upper level is told when it weighs so much of the weightiest one
_OF_WHOLE = 0.25  # a part is told when it weighs so much of its upper level
_LIGHTEST = 0.45  # weight of a word that counts as one
_MOST_TOPICS = 5
_SHORTEST_PREFIX, _LONGEST_PREFIX = 2, 14
_LONGEST_TEXT = 200_000  # words beyond this many code points tell nothing new


class _Subject(NamedTuple):
    code: str
    broader: str
    arabic: str
    english: str


class _Table(NamedTuple):
    """The words that speak for each subject: whole words and phrases, and beginnings of words."""

    subjects: dict[str, _Subject]
    words: dict[str, list[str]]
    prefixes: dict[str, list[str]]
    phrases: lexicon.Phrases[list[str]]


@cache
def _table() -> _Table:
    table = _Table({}, defaultdict(list), defaultdict(list), lexicon.Phrases())
    phrases: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for code, broader, arabic, english, entries in lexicon.rows("topics.tsv"):
        table.subjects[code] = _Subject(code, broader, arabic, english)
        for entry in entries.split():
            if "|" in entry:
                phrases[lexicon.key(entry.replace("|", " "))].append(code)
            elif entry.endswith("*"):
                table.prefixes[bare(entry[:-1])].append(code)
            else:
                table.words[bare(entry)].append(code)
    for words, codes in phrases.items():
        table.phrases.add(words, codes)
    return table


def find(fields: list[Field]) -> list[Topic]:
    """The topics that the article's words speak for, the surest first; none when too little speaks for any.

    An upper level weighs what its own words and those of its parts weigh, so the first topic lies under the
    weightiest upper level.
    """
    table = _table()
    hits: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for field in fields:
        times = 1 if field.name is None else _HEADLINE_WEIGHT
        for word, codes in _spoken(field.text[:_LONGEST_TEXT]):
            for code in codes:
                hits[code][word] += times
    length = sum(len(field.text) for field in fields)
    half = min(_HALF_OF_LONG, _HALF_OF_SHORT + length / _LETTERS_PER_HALF)
    weights, words = _weigh(hits)
    uppers = [code for code, subject in table.subjects.items() if not subject.broader]
    best = max((weights[code] for code in uppers), default=0.0)
    told = {
        code
        for code in uppers
        if len(words[code]) >= _FEWEST_WORDS and weights[code] >= max(best * _OF_BEST, _FEWEST_WORDS * _LIGHTEST)
    }
    parts = {
        code
        for code, subject in table.subjects.items()
        if subject.broader in told and weights[code] >= weights[subject.broader] * _OF_WHOLE and len(words[code]) > 1
    }
    scores = {code: weights[code] / (weights[code] + half) for code in told | parts}
    chosen = sorted((-score, code) for code, score in scores.items())[:_MOST_TOPICS]
    return [_topic(table.subjects[code], -score) for score, code in chosen]


def _weigh(hits: dict[str, Counter[str]]) -> tuple[defaultdict[str, float], defaultdict[str, set[str]]]:
    """(weight, words) of each subject, those of the parts counted for their upper level as well."""
    subjects = _table().subjects
    weights: defaultdict[str, float] = defaultdict(float)
    words: defaultdict[str, set[str]] = defaultdict(set)
    for code, counts in hits.items():
        # fsum: sum() of floats differs between Pythons.
        weight = math.fsum(math.log1p(min(count, _MOST_OF_A_WORD)) for count in counts.values())
        broader = subjects[code].broader
        weights[code] += weight if broader else weight * _GENERAL
        words[code].update(counts)
        if broader:
            weights[broader] += weight
            words[broader].update(counts)
    return weights, words


def _topic(subject: _Subject, score: float) -> Topic:
    return Topic.model_validate(
        {"code": subject.code, "name": {"ar": subject.arabic, "en": subject.english}, "score": round(score, 2)}
    )


def _spoken(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words and phrases of the text that speak for subjects, with the codes of these."""
    table = _table()
    parts = tokens(text)
    folded = [token.folded for token in parts]
    found = []
    for index, token in enumerate(parts):
        for _, stem in strip_clitics(token, article=True):
            codes = _codes(stem)
            phrase = table.phrases.find(stem, folded[index + 1 : index + table.phrases.longest(stem)])
            if phrase is not None:
                codes = (*codes, *phrase[1])
            if codes:
                found.append((stem, codes))
                break
    return found


@lru_cache(maxsize=32768)
def _codes(stem: str) -> tuple[str, ...]:
    table = _table()
    found = list(table.words.get(stem, ()))
    for length in range(_SHORTEST_PREFIX, min(len(stem), _LONGEST_PREFIX) + 1):
        found += table.prefixes.get(stem[:length], ())
    return tuple(found)
