"""What an article is about, as IPTC Media Topics of the two upper levels, by the words that it uses."""

from collections import Counter, defaultdict
from functools import cache
from typing import NamedTuple

from schemas import Topic
from streams.extraction import lexicon
from streams.extraction.text import Field, bare, strip_clitics, tokens

_HEADLINE_WEIGHT = 3
_MOST_OF_A_WORD = 3
_FEWEST_WORDS = 2
_SURE = 0.35
# The weight at which a score is a half grows with the text, from the one to the other.
_HALF_OF_SHORT, _HALF_OF_LONG, _LETTERS_PER_HALF = 4.0, 9.0, 300
_SHARE_OF_PART = 0.5
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
    """The topics that the article's words speak for, the surest first; none when too little speaks for any."""
    table = _table()
    hits: defaultdict[str, Counter[str]] = defaultdict(Counter)
    length = 0
    for field in fields:
        length += len(field.text)
        times = 1 if field.name is None else _HEADLINE_WEIGHT
        for word, codes in _spoken(field.text[:_LONGEST_TEXT]):
            for code in codes:
                hits[code][word] += times
    weights = {
        code: float(sum(min(count, _MOST_OF_A_WORD) for count in words.values()))
        for code, words in hits.items()
        if len(words) >= _FEWEST_WORDS
    }
    half = min(_HALF_OF_LONG, _HALF_OF_SHORT + length / _LETTERS_PER_HALF)
    scores = {}
    for code, subject in table.subjects.items():
        weight = weights.get(code, 0.0)
        if not subject.broader:
            parts = [weights.get(part.code, 0.0) for part in table.subjects.values() if part.broader == code]
            weight = weight * _SHARE_OF_PART + _SHARE_OF_PART * sum(parts)
        scores[code] = weight / (weight + half)
    chosen = sorted((-score, code) for code, score in scores.items() if score >= _SURE)[:_MOST_TOPICS]
    return [_topic(table.subjects[code], -score) for score, code in chosen]


def _topic(subject: _Subject, score: float) -> Topic:
    return Topic.model_validate(
        {"code": subject.code, "name": {"ar": subject.arabic, "en": subject.english}, "score": round(score, 2)}
    )


def _spoken(text: str) -> list[tuple[str, list[str]]]:
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
                codes = [*codes, *phrase[1]]
            if codes:
                found.append((stem, codes))
                break
    return found


def _codes(stem: str) -> list[str]:
    table = _table()
    found = list(table.words.get(stem, ()))
    for length in range(_SHORTEST_PREFIX, min(len(stem), _LONGEST_PREFIX) + 1):
        found += table.prefixes.get(stem[:length], ())
    return found
