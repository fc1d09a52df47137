"""What rules and the encoder say of the same words, weighed: one list of candidates."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple, cast

from streams.extraction import gazetteer, lexicon
from streams.extraction import roles as stated
from streams.extraction.encoder import Tagged
from streams.extraction.evidence import Candidate, EntityType, Words

_AGREED = 0.15  # what a rule gains where the encoder agrees
_ALONE = 0.3  # what it loses where the encoder sees no name at all
_AGAINST = 0.8  # and where it sees another one
_SURELY = frozenset({"quoted-name"})  # rules that then lose nothing: marks show a name
# The probability below which a tagged span counts for nothing by itself.
_LEAST = {"person": 0.65, "organisation": 0.5, "place": 0.65}
_SEEN = 0.5  # probability below which a span only confirms a rule
_SURE = 0.8  # and from which on it knows where a name ends
_LEAST_ROLE = 0.3
_ADVERBIAL = ("ًا", "اً")
_BASE = 0.45
_SHARE = 0.5


class _Span(NamedTuple):
    """A tagged span in words: first, last (exclusive)."""

    first: int
    last: int
    tagged: Tagged


def weigh(words: Words, rules: Iterable[Candidate], tagged: Iterable[Tagged]) -> Iterator[Candidate]:
    """The candidates of the rules, more or less sure than they were, and those that the encoder alone sees."""
    found = list(tagged)
    roles = [one for one in found if one.label == "role" and one.probability >= _LEAST_ROLE]
    spans = [span for one in found if one.label != "role" and (span := _located(words, one)) is not None]
    owners = {word: span for span in spans for word in range(span.first, span.last)}
    agreed: dict[tuple[int, int], Candidate] = {}
    for rule in rules:
        near = {id(owners[word]): owners[word] for word in range(rule.first, rule.last) if word in owners}
        same = next((span for span in near.values() if _is_same(rule, span)), None)
        if same is not None:
            if rule.score > (agreed[same.first, same.last].score if (same.first, same.last) in agreed else 0):
                agreed[same.first, same.last] = rule
        else:
            yield rule._replace(score=rule.score - _loss(rule, list(near.values())))
    for span in spans:
        rule_there = agreed.get((span.first, span.last))
        score = _BASE + _SHARE * span.tagged.probability
        if rule_there is not None:
            candidate = rule_there._replace(score=min(1.0, max(score, rule_there.score) + _AGREED))
        elif span.tagged.probability >= _LEAST[span.tagged.label] and not _is_bare(words, span):
            candidate = _seen(words, span, score)
        else:
            continue
        if candidate.type == "person":
            candidate = candidate._replace(role=stated.beside(words, candidate, roles) or candidate.role)
        yield candidate


def _loss(rule: Candidate, near: list[_Span]) -> float:
    """How much less sure a rule is that the encoder does not agree with; near: what it sees in the rule's words.

    Nothing where it sees a part of the same kind of name, and is not sure of it.
    """
    seen = [span for span in near if span.tagged.probability >= _SEEN]
    if not seen:
        return 0.0 if rule.method in _SURELY else _ALONE
    inside = all(
        rule.first <= span.first and span.last <= rule.last and span.tagged.label == rule.type for span in seen
    )
    return _AGAINST if not inside or max(span.tagged.probability for span in seen) >= _SURE else 0.0


def _is_bare(words: Words, span: _Span) -> bool:
    """Whether the span is a bare noun such as حكومة or المدينة, which names nothing; الحكومة may name one."""
    if span.last - span.first > 1 or span.tagged.label == "person":
        return False
    nouns = _nouns()[span.tagged.label]
    places = span.tagged.label == "place"
    return any(stem in nouns or (places and stem.removeprefix("ال") in nouns) for _, stem in words.readings(span.first))


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
    """The words that the span covers, without adverbs at its end (بيتاً); None when it covers none."""
    first = bisect_left(words.tokens, tagged.start, key=lambda token: token.start)
    last = bisect_left(words.tokens, tagged.end, key=lambda token: token.start)
    while first < last and words.tokens[last - 1].text.endswith(_ADVERBIAL):
        last -= 1
    return _Span(first, last, tagged) if first < last else None


def _seen(words: Words, span: _Span, score: float) -> Candidate:
    """A candidate that the encoder alone sees."""
    kind = cast("EntityType", span.tagged.label)
    offset, stem = _cut(words, span, kind)
    rows: tuple[int, ...] = ()
    if kind == "place":
        hit = gazetteer.load().find(stem, words.following(span.first))
        if hit is not None and hit[0] == span.last - span.first:
            rows = hit[1]
    last = _completed(words, span) if kind == "organisation" else span.last
    return words.candidate((span.first, last), kind, score, "encoder", offset=offset, rows=rows)


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
        known = next((reading for reading in readings[1:] if reading[1] in _nouns()[kind]), None)
        if known is not None:
            return known
    return next((reading for reading in readings if reading[0] == span.tagged.cut), readings[0])
