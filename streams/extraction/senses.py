"""In which sense a place is named: the text was filed there, something that it tells happened there, or it is mentioned.

A small classifier over signs of the mention, its sentence and the article decides between event and mentioned.
"""

import math
from bisect import bisect_right
from collections import Counter
from functools import cache
from typing import Literal, NamedTuple

from schemas import CleanArticle, Entity, Mention
from streams.extraction import gazetteer, lexicon
from streams.extraction.gazetteer import Row
from streams.extraction.text import Field, Token, sentences, strip_clitics, tokens

Sense = Literal["dateline", "event", "mentioned"]

_WORDS = "place_words.tsv"
_DATELINE_REACH = 40
_EVENT_REACH = 12  # words before a place in which a word for an event tells most
_MANY = 3
_EARLY = 2
_CLITICS = frozenset("بلكوفس")
_DASHES = frozenset({"-", "–", "—", ":", "("})
_QUOTES = "“”«»\""


@cache
def _list(purpose: str) -> frozenset[str]:
    return lexicon.words(_WORDS, purpose)


@cache
def _weights() -> dict[str, float]:
    """What each sign tells for an event's having happened at a place, in log odds; trained by scripts/train_places.py."""
    return {sign: float(weight) for sign, weight in lexicon.rows("sense_weights.tsv")}


class _Sentence(NamedTuple):
    """One sentence: half-open in code points, its number in the field, its paragraph's, and its words."""

    start: int
    end: int
    number: int
    paragraph: int
    words: list[Token]


class Reader:
    """Tells the senses of the mentions of one article."""

    def __init__(
        self, article: CleanArticle, fields: list[Field], entities: list[Entity], rows: dict[str, Row | None]
    ) -> None:
        self._article = article
        self._rows = rows
        self._texts = {field.name: field.text for field in fields}
        self._spans = {field.name: sentences(field.text) for field in fields}
        self._read: dict[tuple[str | None, int], _Sentence] = {}
        places = [entity for entity in entities if entity.type == "place"]
        self._count = Counter({entity.id: len(entity.mentions) for entity in places})
        self._titled = {e.id for e in places for mention in e.mentions if mention.field == "headline"}
        self._starts = {
            (mention.field, mention.start): entity for entity in places for mention in entity.mentions
        }

    def of(self, entity: Entity, mention: Mention) -> Sense:
        """The sense of one mention of a place."""
        if self.is_dateline(mention):
            return "dateline"
        weights = _weights()
        odds = sum(weights.get(sign, 0.0) for sign in self.signs(entity, mention))
        return "event" if odds > 0 else "mentioned"

    def _sentence(self, mention: Mention) -> _Sentence | None:
        spans = self._spans[mention.field]
        number = bisect_right(spans, (mention.start, math.inf)) - 1
        if number < 0:
            return None
        at = (mention.field, number)
        if at not in self._read:
            start, end = spans[number]
            text = self._texts[mention.field]
            self._read[at] = _Sentence(start, end, number, text.count("\n\n", 0, start), tokens(text[start:end]))
        return self._read[at]

    def is_dateline(self, mention: Mention) -> bool:
        """Whether the text was filed there: the body begins with the place."""
        if mention.field is not None or mention.start > _DATELINE_REACH:
            return False
        text = self._texts[None]
        after = text[mention.end : mention.end + 3].lstrip()
        stated = self._article.dateline.place if self._article.dateline else None
        if stated is not None and mention.text in stated:
            return after[:1] in _DASHES | {"/", "،", ","}
        return mention.start == 0 and after[:1] in _DASHES

    def signs(self, entity: Entity, mention: Mention) -> list[str]:
        """What tells for or against an event at the place, as names of weights."""
        sentence = self._sentence(mention)
        if sentence is None:
            return ["always"]
        text, words = self._texts[mention.field], sentence.words
        at = next((i for i, w in enumerate(words) if w.start + sentence.start >= mention.start), len(words))
        if at and words[at - 1].end + sentence.start > mention.start:
            at -= 1  # the mention begins behind a clitic
        kind = self._kind(entity)
        before = [_class(words[i]) for i in range(max(0, at - 3), at)]
        cut = text[mention.start - 1] if at < len(words) and words[at].start + sentence.start < mention.start else ""
        nearest = cut if cut in _CLITICS else before[-1] if before else "start"
        signs = ["always", f"kind {kind}", f"before {nearest}", f"{'country' if kind == 'country' else 'place'} before {nearest}"]
        if len(before) > 1 or (cut in _CLITICS and before):
            signs.append(f"second {before[-1] if cut in _CLITICS else before[-2]}")
        signs += self._told(words, at)
        signs.append(self._position(mention, sentence))
        signs += self._standing(entity, mention, sentence)
        quoted = sum(text.count(mark, sentence.start, mention.start) for mark in _QUOTES) % 2
        if quoted:
            signs.append("quoted")
        return signs

    def _kind(self, entity: Entity) -> str:
        row = self._rows.get(entity.id)
        if row is not None:
            return "city" if row.kind in {"city", "town"} else row.kind
        return "unlisted"

    def _told(self, words: list[Token], at: int) -> list[str]:
        """What the words of the sentence tell: that something happened, was said, planned, or is history."""
        found = []
        stems = [{stem for _, stem in strip_clitics(word, article=True)} for word in words]
        for purpose in ("event", "said", "unreal", "history", "sport"):
            listed = _list(purpose)
            places = [i for i, forms in enumerate(stems) if not forms.isdisjoint(listed)]
            if any(at - _EVENT_REACH <= i < at for i in places):
                found.append(f"{purpose} near before")
            elif any(i < at for i in places):
                found.append(f"{purpose} before")
            if any(i >= at for i in places):
                found.append(f"{purpose} after")
            if purpose == "event" and not places:
                found.append("no event")
        if any(word.folded.isdigit() for word in words[max(0, at - _EVENT_REACH) : at + _EVENT_REACH]):
            found.append("number")
        return found

    def _position(self, mention: Mention, sentence: _Sentence) -> str:
        if mention.field is not None:
            return f"in {mention.field}"
        if sentence.number == 0:
            return "first sentence"
        return "early" if sentence.paragraph < _EARLY else "late"

    def _standing(self, entity: Entity, mention: Mention, sentence: _Sentence) -> list[str]:
        """How much the article is about the place, and what other places stand in the sentence."""
        count = self._count[entity.id]
        country = "country" if self._kind(entity) == "country" else "place"
        signs = [f"{country} named {'often' if count >= _MANY else 'twice' if count > 1 else 'once'}"]
        if count == max(self._count.values()):
            signs.append(f"{country} most named")
        if entity.id in self._titled:
            signs.append(f"{country} in headline")
        others = [
            other
            for (field, start), other in self._starts.items()
            if field == mention.field and sentence.start <= start < sentence.end and other.id != entity.id
        ]
        kinds = {self._kind(other) for other in others}
        if not others:
            signs.append("alone")
        if country == "country" and kinds - {"country"}:
            signs.append("country with place")
        text = self._texts[mention.field][mention.end : mention.end + 40]
        code = gazetteer.load().nationality((lexicon.key(text) or ("",))[0])
        if code is not None:
            signs.append("with adjective")
        return signs


def _class(word: Token) -> str:
    """A word before a place as the classifier sees it: itself where it is listed, else what sort of word it is."""
    for offset, stem in strip_clitics(word, article=True):
        if stem in _list("locative") or stem in _list("relation"):
            return stem
        for purpose in ("province", "district", "village", "head", "whole", "road", "office", "event"):
            if stem in _list(purpose):
                return ("ب " if offset and word.folded[offset - 1] == "ب" else "") + purpose
    return "word"
