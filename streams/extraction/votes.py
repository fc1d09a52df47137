"""What rules and the encoder say of the same words, weighed: one list of candidates."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple, cast

from streams.extraction import gazetteer, lexicon, places
from streams.extraction import roles as stated
from streams.extraction.encoder import Tagged
from streams.extraction.evidence import Candidate, EntityType, Words, known_as
from streams.extraction.place_signs import listed

_AGREED = 0.15  # what a rule gains where the encoder agrees
_ALONE = {"person": 0.3, "organisation": 0.2, "place": 0.2}  # what it loses where the encoder sees no name at all
_AGAINST = 0.8  # and where it sees another one
_SURELY = frozenset({"quoted-name"})  # rules that then lose nothing: marks show a name
# The probability below which a tagged span counts for nothing by itself.
_LEAST = {"person": 0.65, "organisation": 0.7, "place": 0.5}
# The same for a person of one word, and for a place of one word that no gazetteer has.
_LEAST_OF_ONE = {"person": 0.9, "place": 0.8}
_LONGEST_PERSON = 6  # words
_FAINT = 0.15  # probability below which a span does not even confirm a rule
_SEEN = 0.5  # probability below which a span only confirms a rule
_SURE = 0.8  # and from which on it knows where a name ends
_NOUNS = frozenset({"place-noun", "head-noun"})  # rules that know a name by the noun before it
_LEAST_ROLE = 0.3
_ADVERBIAL = ("ًا", "اً")
_POSSESSED = ("ته", "تها", "تهم", "تهما")  # his villa
_SMALL = frozenset({"في", "من", "الي", "عن", "مع", "ان", "التي", "الذي", "التابع", "التابعه"})
_MOST_CERTAIN = 0.99
_BASE = 0.45
_SHARE = 0.5


class _Span(NamedTuple):
    """A tagged span in words: first, last (exclusive)."""

    first: int
    last: int
    tagged: Tagged


def weigh(
    words: Words, rules: Iterable[Candidate], tagged: Iterable[Tagged], told: places.Setting
) -> Iterator[Candidate]:
    """The candidates of the rules, more or less sure than they were, and those that the encoder alone sees.

    told: which countries and provinces the article speaks of.
    """
    found, rules = list(tagged), list(rules)
    roles = [one for one in found if one.label == "role" and one.probability >= _LEAST_ROLE]
    spans = _spans(words, found, rules)
    owners = {word: span for span in spans for word in range(span.first, span.last)}
    held: set[int] = set()
    agreed: dict[tuple[int, int], Candidate] = {}
    for rule in rules:
        seen = {id(owners[word]): owners[word] for word in range(rule.first, rule.last) if word in owners}
        near = list(seen.values())
        same = next((span for span in near if _is_same(rule, span)), None)
        if same is not None:
            if rule.score > (agreed[same.first, same.last].score if (same.first, same.last) in agreed else 0):
                agreed[same.first, same.last] = rule
        elif known := _held(words, rule, near):
            held |= {id(span) for span in known}
            yield rule
        else:
            yield rule._replace(score=rule.score - _loss(words, rule, near))
    for span in spans:
        if id(span) in held:
            continue
        candidate = _confirmed(words, span, agreed.get((span.first, span.last)), told)
        if candidate is None:
            continue
        if candidate.type == "person":
            candidate = candidate._replace(role=stated.beside(words, candidate, roles) or candidate.role)
        yield candidate


def _confirmed(words: Words, span: _Span, rule: Candidate | None, told: places.Setting) -> Candidate | None:
    """The name of a span, surer where a rule sees the same; None where nothing but a doubtful span speaks for it."""
    score = _BASE + _SHARE * span.tagged.probability
    if rule is not None:
        return rule._replace(score=min(1.0, max(score, rule.score) + _AGREED))
    if span.tagged.probability < _least(span) or _is_bare(words, span):
        return None
    return _place(words, span, score, told) if span.tagged.label == "place" else _seen(words, span, score)


def _spans(words: Words, tagged: list[Tagged], rules: list[Candidate]) -> list[_Span]:
    """The names that the encoder sees, but no people where a rule knows a place by the adjective of its country."""
    named = [one for one in tagged if one.label != "role" and one.probability >= _FAINT]
    spans = [span for one in named if (span := _located(words, one)) is not None]
    told_apart = {rule.first for rule in rules if _is_told(words, rule)}
    return [span for span in spans if span.tagged.label != "person" or span.first not in told_apart]


def _is_told(words: Words, rule: Candidate) -> bool:
    """Whether the adjective of its country follows a place, which is no family name then: جيهان التركي."""
    if rule.type != "place" or rule.last >= words.runs[rule.first]:
        return False
    country = gazetteer.load().nationality(words.folded[rule.last])
    return country is not None and any(gazetteer.load().row(number).country == country for number in rule.rows)


def _held(words: Words, rule: Candidate, near: list[_Span]) -> list[_Span]:
    """The spans that are parts of the longer name that a rule knows; near: what the encoder sees in the rule's words.

    The rule has the noun before the name (مخيم السويداء, إذاعة موزاييك), or joins what the encoder cut in two (سلطنة، عمان);
    of the words of hashtags, which stand in no sentence, it knows more in any case.
    """
    if rule.type == "place" and _is_in_hashtag(words, rule.first):
        return near
    if not near or any(
        span.tagged.label != rule.type or span.first < rule.first or rule.last < span.last for span in near
    ):
        return []
    if len(near) > 1:
        return near
    span = near[0]
    return near if rule.method in _NOUNS and rule.first < span.first and rule.last == span.last else []


def _loss(words: Words, rule: Candidate, near: list[_Span]) -> float:
    """How much less sure a rule is that the encoder does not agree with; near: what it sees in the rule's words.

    Nothing where it sees a part of the same kind of name, and is not sure of it, or a noun says what the whole is.
    """
    seen = [span for span in near if span.tagged.probability >= _SEEN]
    if not seen:
        suspected = any(span.first == rule.first and span.tagged.label == rule.type for span in near)
        shown = suspected or rule.method in _SURELY or _is_in_hashtag(words, rule.first) or _is_told(words, rule)
        return 0.0 if shown else _ALONE[rule.type]
    inside = all(
        rule.first <= span.first and span.last <= rule.last and span.tagged.label == rule.type for span in seen
    )
    sure = rule.method != "place-noun" and max(span.tagged.probability for span in seen) >= _SURE
    return _AGAINST if sure or not inside else 0.0


def _is_in_hashtag(words: Words, index: int) -> bool:
    """Whether the word is one of a hashtag (#بيروت, #انفجار_بيروت), whose words have no sentence that would tell of them."""
    start = words.tokens[index].start
    return start > 0 and words.text[start - 1] in {"#", "_"}


def _least(span: _Span) -> float:
    """The probability from which on a span is a name though no rule sees one."""
    alone = span.tagged.label == "person" and span.last - span.first == 1
    return _LEAST_OF_ONE["person"] if alone else _LEAST[span.tagged.label]


def _is_bare(words: Words, span: _Span) -> bool:
    """Whether the span is a bare noun such as حكومة, المدينة or فيلته, which names nothing; الحكومة may name one."""
    if span.last - span.first > 1 or span.tagged.label == "person":
        return False
    if span.tagged.label == "place" and words.clitics and words.tokens[span.first].text.endswith(_POSSESSED):
        return True
    nouns = _nouns()[span.tagged.label]
    is_place = span.tagged.label == "place"
    return any(
        stem in nouns or (is_place and stem.removeprefix("ال") in nouns) for _, stem in words.readings(span.first)
    )


@cache
def _nouns() -> dict[str, frozenset[str]]:
    """The nouns that begin names of organisations and places."""
    return {
        "organisation": lexicon.words("organisation_words.tsv", "short")
        | lexicon.words("organisation_words.tsv", "head"),
        "place": lexicon.words("place_words.tsv", "head") | lexicon.words("place_words.tsv", "whole"),
    }


def _is_same(rule: Candidate, span: _Span) -> bool:
    return (rule.first, rule.last, rule.type) == (span.first, span.last, span.tagged.label)


def _located(words: Words, tagged: Tagged) -> _Span | None:
    """The words that the span covers; None when it covers none.

    Without adverbs (بيتاً) and small words at its end, and of a place without the noun before its name (محافظة حلب).
    """
    first = bisect_left(words.tokens, tagged.start, key=lambda token: token.start)
    last = bisect_left(words.tokens, tagged.end, key=lambda token: token.start)
    while first < last and (words.tokens[last - 1].text.endswith(_ADVERBIAL) or words.folded[last - 1] in _SMALL):
        last -= 1
    if tagged.label == "place" and last - first > 1 and _is_headed(words, first):
        first += 1
    return _Span(first, last, tagged) if first < last else None


def _is_headed(words: Words, index: int) -> bool:
    """Whether the word is a noun such as محافظة with a name of the gazetteer after it."""
    atlas = gazetteer.load()
    return any(stem in listed("head") for _, stem in words.readings(index)) and (
        atlas.find(words.folded[index + 1], words.following(index + 1)) is not None
    )


def _place(words: Words, span: _Span, score: float, told: places.Setting) -> Candidate | None:
    """A place that the encoder alone sees; None where what is known of the name speaks too clearly against it."""
    offset, stem = _cut(words, span, "place")
    hit = gazetteer.load().find(stem, words.following(span.first))
    if hit is None or hit[0] != span.last - span.first:
        # A single word that no list has is too often a plain one.
        unlikely = span.last - span.first == 1 and span.tagged.probability < _LEAST_OF_ONE["place"]
        return None if unlikely else words.candidate((span.first, span.last), "place", score, "encoder", offset=offset)
    probability = min(span.tagged.probability, _MOST_CERTAIN)
    for spot in places.spots(words, span.first, told):
        certain = places.odds(spot.signs) + math.log(probability / (1 - probability))
        if spot.span == (span.first, span.last) and certain > places.LIKELY:
            return words.candidate(spot.span, "place", score, "encoder", offset=spot.offset, rows=spot.rows)
    return None


def _seen(words: Words, span: _Span, score: float) -> Candidate:
    """A person or an organisation that the encoder alone sees."""
    kind = cast("EntityType", span.tagged.label)
    offset, _ = _cut(words, span, kind)
    if kind == "organisation" and (noun := _medium_noun(words, span.first)) is not None:
        return words.candidate((span.first - 1, span.last), kind, score, "encoder", offset=noun)
    last = _completed(words, span) if kind == "organisation" else _with_names(words, span)
    return words.candidate((span.first, last), kind, score, "encoder", offset=offset)


def _with_names(words: Words, span: _Span) -> int:
    """The end of a person's name, with the Arabic names right behind it that the encoder left out: الفاضل النور بابكر."""
    common = lexicon.words("words.tsv", "common")
    last, most = span.last, min(words.runs[span.first], span.first + _LONGEST_PERSON)
    while last < most and words.is_arabic(last) and known_as(words.folded[last]) and words.folded[last] not in common:
        last += 1
    return last


def _medium_noun(words: Words, first: int) -> int | None:
    """Where the noun before the name of a medium begins in its word, if it is part of the name: إذاعة موزاييك."""
    if not first or words.gaps[first] != "near":
        return None
    nouns = lexicon.words("organisation_words.tsv", "medium")
    return next((offset for offset, stem in words.readings(first - 1) if stem in nouns), None)


def _completed(words: Words, span: _Span) -> int:
    """The end of an organisation's name, with the place that closes it after an indefinite noun: غرفة تجارة الأردن."""
    last = span.last
    if last >= words.runs[span.first] or not words.clitics or "ال" in words.folded[last - 1][:4]:
        return last
    hit = gazetteer.load().find(words.folded[last], words.following(last))
    return last + hit[0] if hit is not None and words.folded[last] not in lexicon.words("words.tsv", "common") else last


def _cut(words: Words, span: _Span, kind: EntityType) -> tuple[int, str]:
    """How many letters of the first word are clitics, and the word without them."""
    readings = words.readings(span.first)
    if kind == "place":
        for offset, stem in readings:
            hit = gazetteer.load().find(stem, words.following(span.first))
            if hit is not None and hit[0] == span.last - span.first:
                return offset, stem
    if kind == "organisation":
        if readings[0][1] in _nouns()[kind] | lexicon.words("organisation_words.tsv", "uncut"):
            return readings[0]
        known = next((reading for reading in readings[1:] if reading[1] in _nouns()[kind]), None)
        if known is not None:
            return known
    return next((reading for reading in readings if reading[0] == span.tagged.cut), readings[0])
